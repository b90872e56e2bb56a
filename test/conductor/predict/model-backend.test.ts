import t from 'tap';
import { PredictBudget } from '../../../conductor/predict/budget.ts';
import { modelBackend } from '../../../conductor/predict/model-backend.ts';
import type { PredictOptions } from '../../../conductor/predict/options.ts';
import type { PredictLimits } from '../../../protocol/predict-budgets.ts';
import type { PredictParams } from '../../../protocol/predict-params.ts';
import { REDUCER } from '../../../protocol/signature.ts';
import { ScriptedChat } from '../../support/scripted-chat.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const INPUT = { query: 'why?', evidence: [{ n: 1, reference: 'a:1-1', quote: 'rust' }] };
const GOOD = '{"answer":"Rust [1].","citations":[1]}';
const PARAMS: PredictParams = { decode: 'jsonish', repairsMax: 1, strategyId: 'direct.v1', budgets: {} };

function predict(chat: ScriptedChat, options: Omit<PredictOptions, 'signal'> = {}) {
  const { signal } = new AbortController();
  return modelBackend(chat, { name: 'openai:scripted' }).predict(REDUCER, INPUT, { ...options, signal });
}

const meterOf = (limits: PredictLimits) => new PredictBudget(limits, new VirtualClock());

t.test('exactly the repairs that the parameters allow are asked for', async (t) => {
  for (const repairsMax of [0, 1, 3]) {
    const chat = new ScriptedChat(...Array.from({ length: 9 }, () => 'no JSON'));
    await t.rejects(predict(chat, { params: { ...PARAMS, repairsMax } }), {
      code: 'model-output-invalid',
      repairs: repairsMax,
      usage: { calls: repairsMax + 1 },
    });
    t.equal(chat.asked.length, repairsMax + 1);
  }
});

t.test('strict JSON is taken only when nothing stands round it', async (t) => {
  const params = { ...PARAMS, decode: 'strict_json' as const };
  const wrapped = `Here you are:\n\`\`\`json\n${GOOD}\n\`\`\``;
  t.equal((await predict(new ScriptedChat(wrapped))).repairs, 0, 'jsonish is the default');
  t.equal((await predict(new ScriptedChat(wrapped, ` ${GOOD}\n`), { params })).repairs, 1);
});

t.test('the words of the parameters are asked in the place of the signature’s own, and told', async (t) => {
  const chat = new ScriptedChat('nothing', GOOD);
  const prompts: string[] = [];
  const blocks = { task: 'Answer like a sailor.', form: '{"answer":"…"}' };
  await predict(chat, { params: { ...PARAMS, blocks }, onPrompt: (text) => prompts.push(text) });
  const [system] = chat.asked[0]!.messages;
  t.match(system?.content, /^Answer like a sailor\.\n- .*\n.*"answer":"…"/s);
  t.match(chat.asked[1]!.messages.at(-1)?.content, '{"answer":"…"}', 'in the repair, too');
  t.equal(prompts.length, 2);
  t.match(prompts[0], /^system\nAnswer like a sailor/);
});

t.test('every call is charged before it is made, repairs included', async (t) => {
  const chat = new ScriptedChat('nothing', GOOD);
  const meter = meterOf({ maxLmCalls: 1 });
  await t.rejects(predict(chat, { meter }), {
    code: 'budget-limit-reached',
    value: 'maxLmCalls 1',
    usage: { calls: 1 },
  });
  t.equal(chat.asked.length, 1, 'the repair did not fit and was not asked');
  t.same(meter.hit(), ['maxLmCalls']);
});

t.test(
  'the characters that are left bound the answer that is asked for, and what was not written is given back',
  async (t) => {
    const chat = new ScriptedChat(GOOD);
    const meter = meterOf({ maxOutputChars: 100 });
    await predict(chat, { meter });
    t.equal(chat.asked[0]?.maxOutputTokens, 25);
    t.equal(meter.usage().outputChars, GOOD.length);
    const long = JSON.stringify({ answer: 'x'.repeat(200), citations: [] });
    const tight = meterOf({ maxOutputChars: 100 });
    await t.rejects(predict(new ScriptedChat(long), { meter: tight }), { code: 'budget-limit-reached' });
    t.equal(tight.usage().outputChars, 100, 'what a model writes beyond it is not taken');
  },
);

t.test('a retry of the endpoint is charged, too', async (t) => {
  const chat = new ScriptedChat(GOOD);
  const meter = meterOf({ maxLmCalls: 2 });
  await predict(chat, { meter });
  const { beforeRetry } = chat.asked[0]!;
  beforeRetry?.();
  t.equal(meter.usage().lmCalls, 2);
  t.throws(() => beforeRetry?.(), { code: 'budget-limit-reached' });
});
