import t from 'tap';
import type { ActiveParams } from '../../../conductor/predict/options.ts';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { chooseRoute } from '../../../node/engine/choosing-strategy.ts';
import { runOptionsSchema } from '../../../node/settings/run-options.ts';
import type { PredictParams } from '../../../protocol/predict-params.ts';
import { receiptSchema } from '../../../protocol/receipt.ts';
import { SELECT_STRATEGY } from '../../../protocol/select-strategy.ts';
import type { TraceFact } from '../../../protocol/trace.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { textCorpus } from '../../support/text-corpus.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const FEATURES = { bytes: 90_000, files: 1, window_tokens: 16_384, kind: 'log' };
const PARAMS: PredictParams = {
  decode: 'jsonish',
  repairsMax: 0,
  strategyId: 'direct.v1',
  budgets: {},
  fewShot: [{ exampleId: 'one', input: { query: 'Who?', features: FEATURES }, output: { strategy: 'rlm_lite' } }],
};
const LARGE = 'x'.repeat(90_000);

async function choose(active: ActiveParams | undefined, more: { strategy?: string; hasModel?: boolean } = {}) {
  const notices: string[] = [];
  const asked: string[] = [];
  const chosen = await chooseRoute(
    {
      options: { clock: new VirtualClock(), random: seededRandom(1) },
      notice: (line) => notices.push(line),
      engine: extractiveBackend(),
      artifacts: {
        active: (signatureId) => {
          asked.push(signatureId);
          return signatureId === SELECT_STRATEGY.signatureId ? active : undefined;
        },
      },
    },
    {
      runId: 'run',
      request: {
        query: 'Who was it?',
        files: [],
        options: runOptionsSchema.parse({ strategy: more.strategy ?? 'auto' }),
      },
      corpus: textCorpus({ 'a.log': LARGE }),
      active: undefined,
      hasModel: more.hasModel ?? true,
    },
    new AbortController().signal,
  );
  const facts: TraceFact[] = [];
  const blobs: string[] = [];
  chosen.opening?.tellTo({
    runId: 'run',
    emit: async (fact) => void facts.push(fact),
    keepBlob: (_hash, text) => void blobs.push(text),
  });
  return { ...chosen, facts, receipts: blobs.map((text) => receiptSchema.parse(JSON.parse(text))), notices, asked };
}

t.test('what is in force chooses, and its receipt is told in the run', async (t) => {
  const { route, facts, receipts } = await choose({ compiledId: 'c'.repeat(64), params: PARAMS });
  t.match(route, {
    strategyId: 'rlm_lite.v1',
    reason: /^auto: SelectStrategy\.v1 chose it by its artifact cccccccccccc/,
  });
  t.match(facts, [{ type: 'Predict', signature: SELECT_STRATEGY.signatureId }]);
  t.match(receipts, [{ compiled_id: 'c'.repeat(64), model: 'extractive', runId: 'run', result: { kind: 'done' } }]);
});

t.test('the control of a canary goes by the table, and is counted', async (t) => {
  const { fewShot: _none, ...params } = PARAMS;
  const canary = { canaryId: 'canary', arm: 'control' } as const;
  const { route, receipts } = await choose({ compiledId: 'default', params, canary });
  t.match(route, { strategyId: 'map_reduce.v1', reason: /more than half of the window/ });
  t.match(receipts, [{ compiled_id: 'default', canary }]);
});

t.test('where nothing is in force nothing is predicted', async (t) => {
  const { route, facts, opening } = await choose(undefined);
  t.equal(route.strategyId, 'map_reduce.v1');
  t.same([facts, opening], [[], undefined]);
});

t.test('nobody asks where a person named the strategy or no model is there', async (t) => {
  const active = { compiledId: 'c'.repeat(64), params: PARAMS };
  for (const more of [{ strategy: 'distilled' }, { hasModel: false }]) {
    const { facts, asked } = await choose(active, more);
    t.same([facts, asked], [[], []]);
  }
});

t.test('a prediction that fails leaves its receipt, and the table chooses', async (t) => {
  const params = { ...PARAMS, budgets: { maxTimeMs: 0 } } as PredictParams;
  const { route, receipts, notices } = await choose({ compiledId: 'c'.repeat(64), params });
  t.equal(route.strategyId, 'map_reduce.v1');
  t.match(receipts, [{ result: { kind: 'failed' } }]);
  t.match(notices, [/^the table of rules chooses the strategy: /]);
});
