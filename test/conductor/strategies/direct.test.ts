import fc from 'fast-check';
import t from 'tap';
import type { LanguageModel } from '../../../conductor/ports.ts';
import { scriptedController } from '../../support/scripted-controller.ts';
import { playStrategy, type StrategyScene } from '../../support/strategy-stage.ts';

const LINES = Array.from({ length: 60 }, (_, index) => `10:00:${index} INFO worker ${index} checked ${index * 7}`);
const LOG = `${[...LINES.slice(0, 30), 'ERROR the disk of host alpha9 is full', ...LINES.slice(30)].join('\n')}\n`;
const QUERY = 'Which host has a full disk?';
const play = (scene: Partial<StrategyScene>) =>
  playStrategy({
    strategyId: 'direct.v1',
    texts: { 'app.log': LOG },
    query: QUERY,
    model: scriptedController(),
    ...scene,
  });

/** A model that always answers this. */
function saying(answer: unknown): LanguageModel {
  const usage = { calls: 1, input_tokens: 10, output_tokens: 5 };
  return { model: 'saying', complete: async () => ({ text: JSON.stringify(answer), usage }) };
}

t.test('the whole input is put before the model, and what it quotes is cited to the byte', async (t) => {
  const { record, receipt, journal } = await play({});
  t.equal(record.status, 'done');
  t.match(record.output, /alpha9 is full \[1\]/);
  t.match(record.span_refs[0], { path: 'app.log', start_line: 31, end_line: 31 });
  t.match(record.metrics, { coverage: 1, sub_queries: 0, lm_calls: 1, bytes_asked: Buffer.byteLength(LOG) });
  t.match(receipt, { strategyId: 'direct.v1', usage: { calls: 1 }, budgets: { usage: { lmCalls: 1 } } });
  t.ok(receipt.hashes.renderedPrompt);
  t.same(receipt.spansRead[0], { path: 'app.log', start_line: 1, end_line: 61 });
  t.equal(journal.of('Predict').length, 1, 'it is the prediction of the run itself');
});

t.test('what does not fit the window is not shown, and told as not covered', async (t) => {
  const { record, receipt } = await play({ config: { window_tokens: 512 } });
  t.equal(record.status, 'done');
  t.ok(record.metrics.coverage > 0.6 && record.metrics.coverage < 0.75, `${record.metrics.coverage}`);
  const [shown] = receipt.spansRead;
  const bytes = LOG.split('\n').slice(0, shown!.end_line).join('\n').length + 1;
  t.equal(record.metrics.bytes_asked, bytes, 'whole lines from the beginning');
});

t.test('what is quoted and not in the text is dropped, with its marks', async (t) => {
  const evidence = [
    { n: 1, quote: 'the disk of host omega1 is full' },
    { n: 2, line: 31, quote: 'the disk of host alpha9 is full' },
  ];
  const { record } = await play({ model: saying({ answer: 'omega1 [1], or rather alpha9 [2].', evidence }) });
  t.equal(record.output, 'omega1, or rather alpha9 [1].');
  t.equal(record.span_refs.length, 1);
});

t.test('several files are told apart by name, and cited by it', async (t) => {
  const texts = {
    'a.log': 'INFO all is well\nINFO still well',
    'b/c.log': 'INFO well\nERROR the disk of host alpha9 is full',
  };
  const prompts: string[] = [];
  const oracle = scriptedController();
  const model: LanguageModel = {
    model: 'heard',
    complete: (request) => {
      prompts.push(request.messages.map(({ content }) => content).join('\n'));
      return oracle.complete(request);
    },
  };
  const { record } = await play({ texts, model });
  t.match(prompts[0], /^1\| ==> a\.log <==$/m);
  t.match(prompts[0], /^4\| ==> b\/c\.log <==$/m);
  t.match(record.span_refs[0], { path: 'b/c.log', start_line: 2 });
  t.equal(record.metrics.coverage, 1);
});

t.test('a model that fails leaves a failed run and a receipt that says why', async (t) => {
  const model: LanguageModel = { model: 'dead', complete: () => Promise.reject(new Error('out of memory')) };
  const { record, receipt } = await play({ model });
  t.equal(record.status, 'failed');
  t.equal(receipt.result.kind, 'failed');
  t.equal(receipt.hashes.output, null);
});

t.test('without a model the embedded engine answers from the whole input', async (t) => {
  const { record, receipt } = await playStrategy({ strategyId: 'direct.v1', texts: { 'app.log': LOG }, query: QUERY });
  t.equal(record.status, 'done');
  t.match(record.output, /alpha9/);
  t.equal(receipt.model, 'extractive');
});

t.test('whatever the text, each citation is exactly what stands in the file', async (t) => {
  const line = fc.string({
    unit: fc.constantFrom('a', 'ü', '界', '🎉', ' ', 'disk ', 'full', '\r', '\t'),
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 30 }), fc.nat(29), async (lines, at) => {
      const all = [...lines];
      all.splice(at % (lines.length + 1), 0, 'the disk of host alpha9 is full');
      const text = all.join('\n');
      const { record } = await play({ texts: { 'x.txt': text } });
      t.equal(record.status, 'done', record.error?.message ?? '');
      for (const { start_byte, end_byte } of record.span_refs)
        t.ok(text.includes(Buffer.from(text).subarray(start_byte, end_byte).toString()));
    }),
    { numRuns: 40 },
  );
});
