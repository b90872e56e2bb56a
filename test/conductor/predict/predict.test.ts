import t from 'tap';
import type { Backend } from '../../../conductor/ports.ts';
import { PredictBudget } from '../../../conductor/predict/budget.ts';
import { modelBackend } from '../../../conductor/predict/model-backend.ts';
import { Prediction, type PredictPorts } from '../../../conductor/predict/predict.ts';
import type { Strategies, Strategy } from '../../../conductor/predict/strategy.ts';
import { TraceEmitter } from '../../../conductor/run/trace-emitter.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import type { PylonError } from '../../../protocol/errors.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import type { PredictParams } from '../../../protocol/predict-params.ts';
import { receiptSchema } from '../../../protocol/receipt.ts';
import { RecordingJournal } from '../../support/recording-journal.ts';
import { ScriptedChat } from '../../support/scripted-chat.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { RUN_CONFIG, runIdOf } from '../../support/traces.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const QA = '@pylon/rlm/LongContextQa.v1';
const INPUT = { query: 'what failed?', text: 'boot ok\ndisk sda1 failed\n' };
const GOOD = '{"answer":"The disk [1].","evidence":[{"n":1,"line":2,"quote":"disk sda1 failed"}]}';

async function stage(backend: Backend, more: Partial<PredictPorts> = {}) {
  const clock = new VirtualClock();
  const journal = new RecordingJournal();
  const trace = new TraceEmitter(runIdOf(1), clock, journal, (error) => {
    throw error;
  });
  const identity = { git_sha: null, dataset: null, experiment: null };
  await trace.emit({ type: 'RunInit', query: 'q', config: RUN_CONFIG, inputs: [], ...identity });
  return { journal, trace, clock, ports: { clock, random: seededRandom(7), backend, ...more } };
}

const chatting = (...says: readonly string[]) => {
  const chat = new ScriptedChat(...says);
  return { chat, backend: modelBackend(chat, { name: 'openai:scripted' }) };
};
const { signal } = new AbortController();

/** A strategy that does what it is told. */
function scripted(run: Strategy['run'], needs: Strategy['needs'] = []): Strategies {
  const strategy: Strategy = { strategyId: 'rlm_lite.v1', needs, run };
  return {
    route: () => ({ strategyId: 'rlm_lite.v1', reason: 'auto: it is long' }),
    find: (id) => (id === strategy.strategyId ? strategy : undefined),
  };
}

t.test('a prediction runs the parameters in force and leaves a receipt that names them', async (t) => {
  const { chat, backend } = chatting(GOOD);
  const params: PredictParams = {
    decode: 'strict_json',
    repairsMax: 0,
    strategyId: 'direct.v1',
    blocks: { task: 'Look.' },
    budgets: { maxLmCalls: 3 },
  };
  const artifacts = { active: () => ({ compiledId: 'c1', params }) };
  const { ports, trace, journal } = await stage(backend, { artifacts });
  const { outcome, receipt } = await new Prediction(ports, { signatureId: QA, input: INPUT }).run(trace, signal);
  t.match(outcome, {
    kind: 'done',
    output: { answer: 'The disk [1].', evidence: [{ n: 1, line: 2, quote: 'disk sda1 failed' }] },
  });
  t.match(receipt, {
    compiled_id: 'c1',
    strategyId: 'direct.v1',
    strategyReason: /parameters/,
    hashes: {
      params: canonicalHash(params),
      input: canonicalHash(INPUT),
      output: canonicalHash((outcome as { output: unknown }).output),
    },
    budgets: { limits: { maxLmCalls: 3 }, usage: { lmCalls: 1 }, hit: [] },
    spansRead: [{ path: 'input.text', start_line: 1, end_line: 2 }],
    usage: { calls: 1 },
    result: { kind: 'done' },
  });
  t.match(chat.asked[0]?.messages[0]?.content, /^Look\./);
  const event = journal.of('Predict')[0]!;
  t.same(receiptSchema.parse(JSON.parse(journal.blobs.get(event.receipt_hash!)!)), receipt);
  t.equal(
    receipt.hashes.renderedPrompt,
    sha256Hex(chat.asked[0]!.messages.map(({ role, content }) => `${role}\n${content}`).join('\n\n')),
  );
});

t.test('an error leaves a receipt, and is the outcome, not a rejection', async (t) => {
  const { backend } = chatting('no', 'no');
  const { ports, trace, journal } = await stage(backend);
  const { outcome, receipt } = await new Prediction(ports, { signatureId: QA, input: INPUT }).run(trace, signal);
  t.match(outcome, { kind: 'failed', error: { code: 'model-output-invalid' } });
  t.match(receipt, {
    repairs: 1,
    usage: { calls: 2 },
    result: { kind: 'failed', error: { code: 'model-output-invalid' } },
  });
  t.match(journal.of('Predict')[0], { error: { code: 'model-output-invalid' }, receipt_id: receipt.receiptId });
});

t.test('what cannot begin is refused before anything is recorded', async (t) => {
  const { ports, journal } = await stage(chatting().backend);
  const refused = (request: ConstructorParameters<typeof Prediction>[1], code: string, message: RegExp) =>
    t.throws(() => new Prediction(ports, request), { code, message });
  refused({ signatureId: '@x/Y.v1', input: {} }, 'signature-unknown', /dse signatures/);
  refused({ signatureId: QA, input: { query: 'q' } }, 'request-invalid', /either text or evidence/);
  refused({ signatureId: QA, input: { ...INPUT, text: 7 } }, 'request-invalid', /text: /);
  refused({ signatureId: QA, input: INPUT, strategyId: 'rlm_lite.v1' }, 'strategy-unavailable', /rlm_lite/);
  const { ports: with_ } = await stage(chatting().backend, {
    strategies: scripted(async () => ({ output: 1 }), ['maxRlmIterations', 'maxSubLmCalls']),
    artifacts: {
      active: () => ({
        compiledId: 'c',
        params: { decode: 'jsonish', repairsMax: 0, strategyId: 'auto', budgets: { maxSubLmCalls: 4 } },
      }),
    },
  });
  t.throws(() => new Prediction(with_, { signatureId: QA, input: INPUT }), {
    code: 'budget-limit-missing',
    value: 'maxRlmIterations',
  });
  t.ok(new Prediction(with_, { signatureId: QA, input: INPUT, limits: { maxRlmIterations: 2 } }));
  t.equal(journal.of('Predict').length, 0);
});

t.test('a strategy is routed to, charged, and partial with what it knew when its budget ended', async (t) => {
  const strategies = scripted(async ({ draft }) => {
    const output = { answer: 'as far as it is known', evidence: [] };
    draft.budget.charge('maxRlmIterations');
    try {
      draft.budget.charge('maxRlmIterations');
    } catch (thrown) {
      return { output, shortfall: thrown as PylonError };
    }
    return { output };
  });
  const { ports, trace } = await stage(chatting().backend, { strategies });
  const prediction = new Prediction(ports, { signatureId: QA, input: INPUT, limits: { maxRlmIterations: 1 } });
  const { outcome, receipt } = await prediction.run(trace, signal);
  t.equal(outcome.kind, 'partial');
  t.match(receipt, {
    strategyId: 'rlm_lite.v1',
    strategyReason: 'auto: it is long',
    budgets: { hit: ['maxRlmIterations'], usage: { rlmIterations: 1 } },
    result: { kind: 'partial', error: { code: 'budget-limit-reached' } },
  });
  t.type(receipt.hashes.output, 'string');
});

t.test('an output that is not the signature’s is no output, whoever gave it', async (t) => {
  const { ports, trace } = await stage(chatting().backend, {
    strategies: scripted(async () => ({ output: { answer: '' } })),
  });
  const { outcome } = await new Prediction(ports, { signatureId: QA, input: INPUT }).run(trace, signal);
  t.match(outcome, { kind: 'failed', error: { code: 'result-invalid' } });
});

t.test('a prediction within another shares its budget and names its receipt', async (t) => {
  const { backend } = chatting(GOOD, GOOD);
  const { ports, trace, clock } = await stage(backend);
  const thread = { receiptId: 'T', budget: new PredictBudget({ maxLmCalls: 1 }, clock) };
  const ask = () => new Prediction(ports, { signatureId: QA, input: INPUT }).run(trace, signal, thread);
  t.match((await ask()).receipt, { threadId: 'T', result: { kind: 'done' }, budgets: { limits: { maxLmCalls: 1 } } });
  t.match((await ask()).receipt, {
    threadId: 'T',
    result: { kind: 'failed', error: { code: 'budget-limit-reached' } },
  });
  t.equal(thread.budget.usage().lmCalls, 1);
});
