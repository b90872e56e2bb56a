// Questions about a text by parameters that are tried: each strategy is a run of the real conductor, bounded, and leaves no trace.
import t from 'tap';
import { modelBackend } from '../../../conductor/predict/model-backend.ts';
import { catalogueEntry } from '../../../conductor/signatures/catalogue.ts';
import { conductorPredictor, type TrialRequest } from '../../../dse/compile/predictor.ts';
import { EVIDENCE } from '../../../dse/compile/rewards/evidence.ts';
import type { Rewarded } from '../../../dse/compile/rewards/reward.ts';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { textPredictor } from '../../../node/engine/text-predictor.ts';
import { LONG_CONTEXT_QA } from '../../../protocol/long-context.ts';
import type { StrategyId } from '../../../protocol/receipt.ts';
import { madeExample } from '../../support/made-examples.ts';
import { ScriptedChat } from '../../support/scripted-chat.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const { signatureId } = LONG_CONTEXT_QA;
const { defaults } = catalogueEntry(signatureId)!;
const lines = Array.from({ length: 3_000 }, (_, at) => `2026-01-01 worker ${at} finished its job without complaint`);
lines[1_777] = '2026-01-01 ERROR the database refused the connection of worker 1777';
const input = { query: 'Which worker was refused a connection by the database?', text: lines.join('\n') };

function stage(chat?: ScriptedChat) {
  const clock = new VirtualClock();
  const options = { clock, random: seededRandom(1) };
  const engine = extractiveBackend();
  const backend = chat === undefined ? engine : modelBackend(chat, { name: 'openai:scripted' });
  const chosen = chat === undefined ? { backend } : { backend, languageModel: chat };
  const direct = conductorPredictor({ ...options, backend });
  const predictor = textPredictor({ options, chosen, engine, synonyms: () => [], inForce: undefined }, direct);
  const predict = (strategyId: StrategyId | 'auto', more: Partial<TrialRequest> = {}) => {
    const params = { ...defaults, strategyId };
    const request = { signatureId, input, params, maxCalls: 1_000, maxMsat: 0, ...more };
    return clock.runUntil(predictor.predict(request, new AbortController().signal));
  };
  return { predictor, predict, clock };
}

t.test('each way of the embedded engine finds the line and quotes it', async (t) => {
  const { predictor, predict } = stage();
  t.equal(predictor.model, 'extractive');
  const expectedJson = { answer: 'x', evidence: [{ n: 1, quote: lines[1_777]! }] };
  const example = madeExample(1, { signatureId, inputJson: input, expectedJson });
  for (const strategyId of ['auto', 'direct.v1', 'map_reduce.v1', 'distilled.search_line_extract.v1'] as const) {
    const { output, error, usage, costMsat } = await predict(strategyId);
    t.equal(error, null, strategyId);
    t.same([usage.calls, costMsat], [0, 0]);
    LONG_CONTEXT_QA.output.parse(output);
    const { reward } = EVIDENCE.of(example, output, new AbortController().signal) as Rewarded;
    t.ok(reward > 0, `${strategyId}: ${reward}`);
  }
});

t.test('parameters that cut the text otherwise are run as they are', async (t) => {
  const { predict } = stage();
  const cut = { ...defaults, strategyId: 'map_reduce.v1', chunkBytes: 1_024, routerTopK: 1 } as const;
  const { output, error } = await predict('map_reduce.v1', { params: cut });
  t.equal(error, null);
  t.match(JSON.stringify(output), 'worker 1777');
});

t.test('a trial ends where its calls do, and that is not told of the parameters', async (t) => {
  const says = Array.from({ length: 400 }, () => '{"findings":[]}');
  const { predict } = stage(new ScriptedChat(...says));
  await t.rejects(predict('map_reduce.v1', { maxCalls: 4 }), { code: 'budget-limit-reached', value: '4 calls' });
  const own = { ...defaults, strategyId: 'map_reduce.v1', budgets: { maxSubLmCalls: 1 } } as const;
  const { error } = await predict('map_reduce.v1', { params: own });
  t.ok(error === null || error.code === 'budget-limit-reached', 'its own limit is its own affair');
});

t.test('what is no question about a text is one prompt', async (t) => {
  const evidence = [{ n: 1, reference: 'a', quote: 'the pump failed' }];
  const { predict } = stage();
  const { output } = await predict('map_reduce.v1', { input: { query: 'what failed?', evidence } });
  t.equal(output, null, 'by one prompt there is no such strategy');
  t.match((await predict('direct.v1', { input: { query: 'what failed?', evidence } })).output, {
    evidence: [{ n: 1 }],
  });
});
