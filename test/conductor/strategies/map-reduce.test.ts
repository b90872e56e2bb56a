import t from 'tap';
import { playStrategy, receiptsOf, type StrategyScene } from '../../support/strategy-stage.ts';

const LINES = Array.from(
  { length: 400 },
  (_, index) => `paragraph ${index} tells of worker ${index * 7} and of nothing else.`,
);
const TEXT = [...LINES.slice(0, 250), 'The disk of host alpha9 is full.', ...LINES.slice(250)].join('\n');
const play = (scene: Partial<StrategyScene> = {}) =>
  playStrategy({
    strategyId: 'map_reduce.v1',
    texts: { 'notes.txt': TEXT },
    query: 'Which host has a full disk?',
    ...scene,
  });

t.test('of many chunks as many are asked as the parameters say, the best ones, and that is no shortfall', async (t) => {
  const all = await play();
  t.ok(all.record.metrics.chunks > 8);
  const { record, journal } = await play({ config: { chunks_max: 2 } });
  t.match(record, { status: 'done', metrics: { chunks_answered: 2 } });
  t.equal(record.metrics.chunks, all.record.metrics.chunks);
  t.ok(record.metrics.coverage < 0.3, 'what was left out is not covered');
  t.match(record.output, /alpha9/);
  t.match(journal.of('EnvSelectFragments').at(-1), { selected: 2, given: record.metrics.chunks });
  t.equal((await play({ config: { chunks_max: 10_000 } })).record.metrics.coverage, 1);
});

t.test('neighbours share as many lines as the parameters say', async (t) => {
  const sentBytes = async (overlap_lines: number) => {
    const { market } = await play({
      config: { overlap_lines },
      market: (given) => given.provider('one'),
    });
    return market.asked.reduce((sum, { request }) => sum + request.text.length, 0);
  };
  const [none, some] = [await sentBytes(0), await sentBytes(6)];
  t.equal(none, TEXT.length);
  t.ok(some > none + 6 * 2 * 60, `${some}`);
});

t.test('the receipt names the artifact of the run, and the hash of its parameters', async (t) => {
  const active = {
    compiledId: 'c'.repeat(64),
    params: { decode: 'jsonish', repairsMax: 0, strategyId: 'map_reduce.v1', budgets: {} },
  } as const;
  const { receipt, journal } = await play({ request: { active } });
  t.equal(receipt.compiled_id, active.compiledId);
  t.match(journal.of('Predict').at(-1), { compiled_id: active.compiledId });
  for (const { signatureId, compiled_id } of receiptsOf(journal).slice(0, -1))
    t.equal(compiled_id, 'default', `${signatureId} has its own`);
});
