import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import { canonicalHash } from '../../../protocol/canonical.ts';
import { RECORDS } from '../../../protocol/records.ts';
import { lying } from '../../support/judged-run.ts';
import { scriptedController } from '../../support/scripted-controller.ts';
import type { Behaviour } from '../../support/scripted-market.ts';
import { playStrategy, receiptsOf, replayed, type StrategyScene } from '../../support/strategy-stage.ts';

const NOISE = Array.from(
  { length: 400 },
  (_, index) => `10:00:${index % 60} INFO worker ${index} checked ${index * 7}`,
);
const LOG = `${[...NOISE.slice(0, 190), 'ERROR the disk of host alpha9 is full', ...NOISE.slice(190)].join('\n')}\n`;
const QUERY = 'Which host has a full disk?';

type Scene = Partial<StrategyScene>;
const play = (scene: Scene) =>
  playStrategy({ strategyId: 'rlm_lite.v1', texts: { 'app.log': LOG }, query: QUERY, ...scene });
type Played = Awaited<ReturnType<typeof play>>;
const three: NonNullable<Scene['market']> = (market) => market.provider('one').provider('two').provider('three');

/** What must hold of every exploration. */
async function checkExplored(t: Test, { journal, record, receipt }: Played, texts: Record<string, string | Buffer>) {
  const { outputHash, iterations } = await replayed(journal);
  t.equal(outputHash, receipt.hashes.output, 'it replays to the output of the receipt');
  t.equal(receipt.rlmTrace?.iterations, iterations);
  t.equal(record.metrics.iterations, journal.of('RlmIteration').length);
  for (const { path, start_byte, end_byte, content_hash } of record.span_refs) {
    const bytes = Buffer.from(texts[path] ?? '').subarray(start_byte, end_byte);
    t.equal(createHash('sha256').update(bytes).digest('hex'), content_hash);
  }
  const queries = journal.of('SubQuerySubmit').map(({ query_id }) => query_id);
  t.equal(new Set(queries).size, queries.length, 'no query has the name of another');
  const chunks = journal.of('EnvLoadFragment').map(({ chunk }) => chunk);
  t.same(
    chunks,
    [...chunks].sort((left, right) => left - right),
  );
  t.equal(new Set(chunks).size, chunks.length, 'no chunk has the number of another');
  t.equal(receipt.budgets.usage.rlmIterations, receipt.rlmTrace?.iterations);
}

t.test('a needle that a search finds costs no leaf and no model, and the whole input was gone through', async (t) => {
  const played = await play({ market: three });
  const { record, receipt, market } = played;
  t.equal(record.status, 'done');
  t.match(record.output, /alpha9/);
  t.equal(market.asked.length, 0);
  t.match(record.metrics, { sub_queries: 0, coverage: 1, bytes_searched: Buffer.byteLength(LOG), cost_msat: 0 });
  t.match(receipt, { strategyId: 'rlm_lite.v1', budgets: { usage: { subLmCalls: 0 }, hit: [] } });
  t.ok(
    receipt.spansRead.some(({ start_line }) => start_line === 191),
    'the receipt says which lines were read',
  );
  await checkExplored(t, played, { 'app.log': LOG });
});

const FAN_OUT = { action: 'ExtractOverChunks', question: QUERY, into: 'found' };
const FINAL = { action: 'Final', answer: '{{found[1].text}} [1]', evidence: ['found[1]'] };

t.test('fan-outs are those of the run: same market, same money; chunk numbers go on', async (t) => {
  const other = { action: 'ExtractOverChunks', question: 'Which worker checked 77?', into: 'other' };
  const model = scriptedController([FAN_OUT, other, FINAL]);
  const played = await play({ model, market: three });
  const { journal, record, receipt, market } = played;
  t.equal(record.status, 'done');
  t.match(record.output, /alpha9 is full \[1\]/);
  const [first, second] = journal.of('EnvFanOut');
  t.match(first, { pass: 0, question: QUERY, first_chunk: 0 });
  t.match(second, { pass: 1, question: 'Which worker checked 77?' });
  const loaded = journal.of('EnvLoadFragment');
  t.equal(second?.first_chunk, loaded.filter(({ pass }) => pass === undefined).length);
  t.ok(loaded.every(({ chunk, pass }) => (pass === 1) === chunk >= second!.first_chunk));
  t.equal(market.asked.length, loaded.length, 'each chunk is asked once by each of them');
  t.same(new Set(market.asked.map(({ request }) => request.query)).size, 2);
  t.equal(record.metrics.coverage, 1, 'bytes that were asked about twice count once');
  t.equal(record.metrics.bytes_asked, Buffer.byteLength(LOG));
  t.equal(receipt.budgets.usage.subLmCalls, loaded.length);
  t.equal(receipt.budgets.usage.msat, record.metrics.cost_msat);
  t.ok(record.metrics.cost_msat > 0);
  await checkExplored(t, played, { 'app.log': LOG });
});

t.test('the same question to the same chunks is not asked again, whatever it was cut for', async (t) => {
  const model = scriptedController([FAN_OUT, { ...FAN_OUT, files: [0], into: 'again' }, FINAL]);
  const played = await play({ model, market: three });
  const { journal, market, record } = played;
  const loaded = journal.of('EnvLoadFragment');
  const again = loaded.filter(({ pass }) => pass === 1);
  t.equal(market.asked.length, loaded.length - again.length);
  t.ok(again.length > 0 && again.every(({ same_as }) => same_as !== undefined));
  const [first, second] = journal.of('RlmIteration');
  t.ok((first?.sub_calls ?? 0) > 0);
  t.equal(second?.sub_calls, 0);
  t.equal(record.status, 'done');
  await checkExplored(t, played, { 'app.log': LOG });
});

t.test('a fan-out over what a search found asks only the chunks of that', async (t) => {
  const search = { action: 'Search', mode: 'literal', text: 'alpha9', into: 'hits' };
  const model = scriptedController([search, { ...FAN_OUT, over: 'hits' }, FINAL]);
  const played = await play({ model, market: three });
  const { journal, record } = played;
  const [chunk, ...more] = journal.of('EnvLoadFragment');
  t.equal(more.length, 0);
  t.match(chunk?.span, { path: 'app.log', start_line: 191, end_line: 191 });
  t.match(record.output, /alpha9/);
  t.equal(record.span_refs[0]?.start_line, 191);
  await checkExplored(t, played, { 'app.log': LOG });
});

/** Says of every line that it is an error. */
const mislabelling: Behaviour = async (_asked, honest) => {
  const reply = await honest();
  const { records } = RECORDS.output.parse(reply.result.output);
  const output = { records: records.map(({ line }) => ({ line, fields: { level: 'ERROR' } })) };
  return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
};

t.test('records are counted by the kernel, and liars do not change the count where answers are checked', async (t) => {
  const fields = [{ name: 'level', type: 'string', values: ['INFO', 'ERROR'] }];
  const extract = { action: 'ExtractOverChunks', question: 'The level of each line', fields, into: 'lines' };
  const steps = [{ op: 'filter', where: { field: 'level', is: '=', value: 'INFO' } }, { op: 'count' }];
  const compute = { action: 'Compute', from: 'lines', steps, into: 'n' };
  const model = scriptedController([extract, compute, { action: 'Final', answer: '{{n}}', evidence: [] }]);
  const market: Scene['market'] = (of) => three(of.provider('liar', mislabelling), undefined as never);
  const played = await play({ model, market, config: { verification: 'redundancy:2of3' } });
  t.equal(played.record.output, '400');
  t.equal(played.record.status, 'done');
  await checkExplored(t, played, { 'app.log': LOG });
});

t.test('what no leaf answers is told to the controller, and makes the run partial', async (t) => {
  const model = scriptedController([FAN_OUT, { action: 'Final', answer: 'Nothing is known.', evidence: [] }]);
  const liars: Scene['market'] = (market) => market.provider('one', lying);
  const dead = { predict: () => Promise.reject(new Error('out of memory')), name: 'dead' };
  const { record, receipt } = await play({
    model,
    market: liars,
    config: { verification: 'none' },
    limits: { maxSubLmCalls: 2 },
    ports: { engine: dead },
  });
  t.match(record, { status: 'partial', output: 'Nothing is known.', error: { code: 'budget-limit-reached' } });
  t.match(receipt.budgets.hit, ['maxSubLmCalls']);
  t.equal(receipt.result.kind, 'partial');
});

t.test('sats end a fan-out, not the run: what was known by then is the answer', async (t) => {
  const model = scriptedController([FAN_OUT, { action: 'Final', answer: 'As far as it goes.', evidence: [] }]);
  const { record, receipt } = await play({ model, market: three, config: { budget_sats: 0.04 } });
  t.match(record, { status: 'partial', output: 'As far as it goes.' });
  t.ok(record.metrics.cost_msat <= 40);
  t.ok(record.metrics.coverage < 1);
  t.same(receipt.budgets.hit, ['maxMsat']);
});

t.test('steps, calls and tokens are those that the model counts itself', async (t) => {
  const sub = { action: 'SubLm', question: 'Which host?', over: 'found[1]', into: 'said' };
  const deeper = { action: 'SubLm', question: 'Which disk?', over: 'found', explore: true, into: 'below' };
  const below = [
    { action: 'Search', mode: 'literal', text: 'full' },
    { action: 'Final', answer: 'alpha9', evidence: [] },
  ];
  const model = scriptedController([FAN_OUT, sub, deeper, FINAL], below);
  const played = await play({ model, market: three });
  const { record, receipt, journal } = played;
  t.equal(record.status, 'done', record.error?.message ?? '');
  t.equal(record.metrics.lm_calls, model.calls);
  t.equal(receipt.budgets.usage.lmCalls, model.calls);
  t.equal(record.metrics.input_tokens, model.inputTokens);
  t.equal(record.metrics.output_tokens, model.outputTokens);
  t.same(new Set(journal.of('RlmIteration').map(({ depth }) => depth)), new Set([0, 1]));
  const children = receiptsOf(journal).filter(({ receiptId }) => receiptId !== receipt.receiptId);
  t.equal(children.length, 1, 'a sub-call has a receipt of its own');
  t.ok(children.every(({ threadId }) => threadId === receipt.receiptId));
  await checkExplored(t, played, { 'app.log': LOG });
});

t.test('the deadline and Ctrl-C end an exploration with what is known', async (t) => {
  const controller = new AbortController();
  const market: Scene['market'] = (of) =>
    of.provider('one', (_asked, honest) => {
      controller.abort();
      return honest();
    });
  const stopped = await play({ model: scriptedController([FAN_OUT, FINAL]), market, signal: controller.signal });
  t.match(stopped.record, { status: 'partial', error: { code: 'interrupted' } });
  t.equal(stopped.receipt.result.kind, 'partial');
});

t.test('an exploration that goes in circles is ended, and says so', async (t) => {
  const again = { action: 'Search', mode: 'literal', text: 'nowhere' };
  const { record, receipt } = await play({ model: scriptedController(Array.from({ length: 24 }, () => again)) });
  t.match(record, { status: 'partial', error: { code: 'exploration-stuck' } });
  t.equal(receipt.result.kind, 'partial');
});
