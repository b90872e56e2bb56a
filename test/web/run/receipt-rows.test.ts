import t from 'tap';
import { receiptHashOf, receiptRows } from '../../../web/run/receipt-rows.ts';
import { scriptedController } from '../../support/scripted-controller.ts';
import { playStrategy } from '../../support/strategy-stage.ts';

const LOG = Array.from({ length: 50 }, (_, index) =>
  index === 30 ? 'ERROR alpha9 is full' : `INFO worker ${index}`,
).join('\n');

t.test('a receipt alone tells which strategy and why, what it used, what stopped it and what was read', async (t) => {
  const fanOut = { action: 'ExtractOverChunks', question: 'Which is full?', into: 'found' };
  const final = { action: 'Final', answer: 'alpha9 [1]', evidence: ['found[1]'] };
  const { receipt, journal } = await playStrategy({
    strategyId: 'rlm_lite.v1',
    texts: { 'app.log': LOG },
    query: 'Which is full?',
    model: scriptedController([fanOut, final]),
    request: { route: { reason: 'it was asked for by name' } },
  });
  t.ok(journal.blobs.has(receiptHashOf(journal.state!) ?? ''));
  const rows = new Map(receiptRows(receipt));
  t.match(Object.fromEntries(rows), {
    strategy: 'rlm_lite.v1',
    why: 'it was asked for by name',
    steps: '2 of 24',
    exploration: /^1 sub-call, .* kept to be replayed$/,
    'calls of the model': '2 of 72',
    'leaves asked': '1 of 10,000',
    'limits that were reached': 'none',
    'lines read': /app\.log:31/,
    result: 'done',
  });
});

t.test('and of one that was stopped, by which limit', async (t) => {
  const { receipt } = await playStrategy({
    strategyId: 'rlm_lite.v1',
    texts: { 'app.log': LOG },
    query: 'Which is full?',
    model: scriptedController(Array.from({ length: 9 }, (_, index) => ({ action: 'Search', text: `word ${index}` }))),
    limits: { maxRlmIterations: 2 },
  });
  const rows = new Map(receiptRows(receipt));
  t.equal(rows.get('steps'), '2 of 2');
  t.equal(rows.get('limits that were reached'), 'maxRlmIterations');
  t.match(rows.get('result'), /^partial: .*maxRlmIterations/);
});
