import t from 'tap';
import { modelBackend } from '../../../conductor/predict/model-backend.ts';
import { Prediction } from '../../../conductor/predict/predict.ts';
import { backendFor } from '../../../conductor/predict/roles.ts';
import { catalogueEntry } from '../../../conductor/signatures/catalogue.ts';
import type { PredictParams } from '../../../protocol/predict-params.ts';
import { REDUCER } from '../../../protocol/signature.ts';
import { ScriptedChat } from '../../support/scripted-chat.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const INPUT = { query: 'why?', evidence: [{ n: 1, reference: 'a:1-1', quote: 'rust' }] };
const GOOD = '{"answer":"Rust [1].","citations":[1]}';

async function predict(role: PredictParams['role'], hasSub: boolean) {
  const [main, sub] = [new ScriptedChat(GOOD), new ScriptedChat(GOOD)];
  const backend = modelBackend(main, { name: 'openai:large' });
  const both = hasSub ? { ...backend, sub: modelBackend(sub, { name: 'openai:small' }) } : backend;
  const params = { ...catalogueEntry(REDUCER.signatureId)!.defaults, ...(role === undefined ? {} : { role }) };
  const artifacts = { active: () => ({ compiledId: 'a'.repeat(64), params }) };
  const ports = { clock: new VirtualClock(), random: seededRandom(1), backend: both, artifacts };
  const prediction = new Prediction(ports, { signatureId: REDUCER.signatureId, input: INPUT });
  const trace = { runId: 'R', emit: async () => undefined, keepBlob: () => undefined };
  const { receipt } = await prediction.run(trace, new AbortController().signal);
  return { model: receipt.model, main: main.asked.length, sub: sub.asked.length };
}

t.test('parameters that name the smaller model ask it, and the receipt says which one answered', async (t) => {
  t.same(await predict('sub', true), { model: 'openai:small', main: 0, sub: 1 });
  t.same(await predict('main', true), { model: 'openai:large', main: 1, sub: 0 });
  t.same(await predict(undefined, true), { model: 'openai:large', main: 1, sub: 0 });
});

t.test('where there is one model, it is asked', async (t) => {
  t.same(await predict('sub', false), { model: 'openai:large', main: 1, sub: 0 });
  const only = modelBackend(new ScriptedChat(), { name: 'x' });
  t.equal(backendFor(only, { role: 'sub' }), only);
});
