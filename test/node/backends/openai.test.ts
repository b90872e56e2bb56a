import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import t, { type Test } from 'tap';
import type { ChatMessage } from '../../../conductor/ports.ts';
import { modelBackend } from '../../../conductor/predict/model-backend.ts';
import { normaliseBaseUrl, openAiModel } from '../../../node/backends/openai.ts';
import { OUTPUT_CHARS_MAX } from '../../../protocol/limits.ts';
import { EXTRACTOR, type ExtractorInput, REDUCER } from '../../../protocol/signature.ts';
import { HurriedClock } from '../../support/hurried-clock.ts';
import { type Behaviour, ScriptedModel, type ScriptedOptions } from '../../support/scripted-model.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { conform, failsWith, live } from './conformance.ts';

const KEY = 'sk-a-very-secret-key';
const MESSAGES: readonly ChatMessage[] = [
  { role: 'system', content: 'answer with {"findings": []}' },
  { role: 'user', content: 'The part:\n1| the disk is full\n\nQuestion: which disk?' },
];
const INPUT: ExtractorInput = {
  query: 'Why is the disk full?',
  text: 'all is well\nthe disk is full of logs\n',
  max_output_chars: 4_000,
};

async function setUp(t: Test, options: ScriptedOptions & { apiKey?: string } = {}) {
  const server = await new ScriptedModel(options).start();
  t.teardown(() => server.close());
  const clock = new HurriedClock();
  const model = openAiModel({
    baseUrl: server.baseUrl,
    model: 'scripted',
    apiKey: options.apiKey,
    clock,
    random: seededRandom(1),
  });
  const backend = modelBackend(model, { name: 'openai:scripted' });
  const ask = (signal = new AbortController().signal) =>
    model.complete({ messages: MESSAGES, maxOutputTokens: 100, json: true, signal });
  return { server, clock, model, backend, ask };
}

/** What the endpoint counted is what we say. */
function sameCounts(
  t: Test,
  server: ScriptedModel,
  usage: { calls: number; input_tokens: number; output_tokens: number },
) {
  t.same(usage, { calls: server.calls, input_tokens: server.inputTokens, output_tokens: server.outputTokens });
}

conform(t, 'the model backend', async (t) => {
  const { backend } = await setUp(t);
  return { backend, deterministic: true, chunkCharsMax: 524_288 };
});

for (const behaviour of ['oracle', 'prose', 'sloppy', 'thinking', 'no-stream', 'slow'] satisfies Behaviour[]) {
  t.test(`an answer that is "${behaviour}" is read without a repair`, async (t) => {
    const { server, backend } = await setUp(t, { behaviour });
    const { output, usage, repairs } = await backend.predict(EXTRACTOR, INPUT, live());
    t.equal(output.findings[0]?.quote, 'the disk is full of logs');
    t.equal(repairs, 0);
    t.equal(server.calls, 1);
    sameCounts(t, server, usage);
  });
}

for (const behaviour of ['broken', 'only-prose', 'empty'] satisfies Behaviour[]) {
  t.test(`an answer that is "${behaviour}" is asked for once more, and both calls are counted`, async (t) => {
    const { server, backend } = await setUp(t);
    server.play(behaviour, 'oracle');
    const { output, usage, repairs } = await backend.predict(EXTRACTOR, INPUT, live());
    t.equal(output.findings[0]?.quote, 'the disk is full of logs');
    t.equal(repairs, 1);
    sameCounts(t, server, usage);
    t.equal(server.bodies[1]?.messages.length, 4, 'the faulty answer and its fault are shown');
  });

  t.test(`a model that stays "${behaviour}" fails the prediction with all that it cost`, async (t) => {
    const { server, backend } = await setUp(t, { behaviour });
    const error = await failsWith(t, backend.predict(EXTRACTOR, INPUT, live()), 'model-output-invalid');
    t.equal(server.calls, 2);
    t.equal(error.repairs, 1);
    sameCounts(t, server, error.usage);
    await failsWith(t, backend.predict(REDUCER, { query: 'q', evidence: [] }, live()), 'model-output-invalid');
  });
}

t.test('a made-up quote stays as it is, for the grounding gate to drop and count', async (t) => {
  const { backend } = await setUp(t, { behaviour: 'made-up' });
  const { output } = await backend.predict(EXTRACTOR, INPUT, live());
  t.equal(output.findings[0]?.quote, 'The moon is made of green cheese.');
});

t.test('where the endpoint reports no tokens they stay zero, and the call is still counted', async (t) => {
  const { server, backend } = await setUp(t, { behaviour: 'no-usage' });
  const { usage } = await backend.predict(EXTRACTOR, INPUT, live());
  t.same(usage, { calls: 1, input_tokens: 0, output_tokens: 0 });
  t.equal(server.calls, 1);
});

t.test('a limited rate is waited out as long as the endpoint asks, and every try is counted', async (t) => {
  const { server, clock, ask } = await setUp(t);
  server.play('rate-limited', 'rate-limited', 'oracle');
  const { usage } = await ask();
  t.same(clock.waitsMs, [1_000, 1_000]);
  t.equal(usage.calls, 3);
  sameCounts(t, server, usage);
});

t.test('a Retry-After that is a date or in milliseconds is understood', async (t) => {
  const { server, clock, ask } = await setUp(t);
  const inThreeSeconds = new Date(clock.now() + 3_000).toUTCString();
  server.play(
    { status: 429, headers: { 'retry-after': inThreeSeconds } },
    { status: 503, headers: { 'retry-after-ms': '1500' } },
  );
  await ask();
  t.same(clock.waitsMs, [3_000, 1_500]);
});

t.test('an endpoint that wants a pause of an hour is not asked again', async (t) => {
  const { server, ask } = await setUp(t);
  server.play({ status: 429, headers: { 'retry-after': '3600' } });
  const error = await failsWith(t, ask(), 'model-refused');
  t.equal(error.usage.calls, 1);
  t.equal(server.calls, 1);
});

t.test('a quota that is used up is not asked again', async (t) => {
  const { server, ask } = await setUp(t);
  server.play({ status: 429, body: { error: { message: 'pay first', code: 'insufficient_quota' } } });
  await failsWith(t, ask(), 'model-refused');
  t.equal(server.calls, 1);
});

for (const behaviour of ['server-error', 'reset', 'reset-midway', 'error-in-stream'] satisfies Behaviour[]) {
  t.test(`after "${behaviour}" it is asked again with growing pauses, and then it fails`, async (t) => {
    const { server, clock, ask } = await setUp(t, { behaviour });
    const error = await failsWith(t, ask(), 'backend-unavailable');
    t.equal(server.calls, 4);
    sameCounts(t, server, error.usage);
    t.ok(
      clock.waitsMs.every((waitMs, index) => waitMs >= 250 * 2 ** index && waitMs <= 500 * 2 ** index),
      String(clock.waitsMs),
    );
    server.play('oracle');
    t.equal((await ask()).usage.calls, 1, 'the next question is answered');
  });
}

t.test('a request that hangs is given up when its time is over, and counted', async (t) => {
  for (const behaviour of ['hang', 'hang-midway'] satisfies Behaviour[]) {
    const { server, clock, ask } = await setUp(t, { behaviour });
    const called = server.nextCall();
    const failing = failsWith(t, ask(), 'model-timeout');
    await called;
    clock.passTimeouts();
    t.equal((await failing).usage.calls, 1);
    t.equal(server.calls, 1, 'what hung once is not asked again');
    t.equal(clock.timeoutsPending, 0);
  }
});

t.test('an abort ends a call at once, wherever it is', async (t) => {
  for (const behaviour of ['hang', 'hang-midway'] satisfies Behaviour[]) {
    const { server, clock, ask } = await setUp(t, { behaviour });
    const controller = new AbortController();
    const called = server.nextCall();
    const failing = failsWith(t, ask(controller.signal), 'job-cancelled');
    await called;
    controller.abort();
    t.equal((await failing).usage.calls, 1);
    t.equal(clock.timeoutsPending, 0, 'no timer is left');
  }
});

t.test('an output without end is cut at its bound', async (t) => {
  const { ask } = await setUp(t, { behaviour: 'huge' });
  t.equal((await ask()).text.length, OUTPUT_CHARS_MAX);
});

t.test('a line without end is refused before it fills the memory', async (t) => {
  const { ask } = await setUp(t, { behaviour: 'endless-line' });
  await failsWith(t, ask(), 'model-output-invalid');
});

t.test('an endpoint that refuses optional members is asked again without them, and remembered', async (t) => {
  const refuses = ['stream_options', 'response_format', 'temperature', 'max_tokens'];
  const { server, ask } = await setUp(t, { refuses });
  const first = await ask();
  t.equal(first.usage.calls, 5, 'each refusal reached the endpoint');
  t.equal((await ask()).usage.calls, 1);
  const body = server.bodies.at(-1);
  t.notOk(refuses.some((member) => member in (body ?? {})));
  t.equal(body?.max_completion_tokens, 100);
});

t.test('a model that the endpoint does not have is a refusal that names it', async (t) => {
  const { server, clock } = await setUp(t);
  const model = openAiModel({ baseUrl: server.baseUrl, model: 'poet', clock, random: seededRandom(1) });
  const error = await failsWith(
    t,
    model.complete({ messages: MESSAGES, maxOutputTokens: 9, signal: live().signal }),
    'model-refused',
  );
  t.match(error.message, /poet/);
});

t.test('a key is sent, and never seen in an error; without one no header is sent', async (t) => {
  const good = await setUp(t, { apiKey: KEY });
  t.ok((await good.ask()).text);
  t.equal(good.server.authorizations[0], `Bearer ${KEY}`);

  const strict = await new ScriptedModel({ apiKey: 'another' }).start();
  t.teardown(() => strict.close());
  const shared = { baseUrl: strict.baseUrl, model: 'scripted', clock: new HurriedClock(), random: seededRandom(1) };
  const error = await failsWith(
    t,
    openAiModel({ ...shared, apiKey: KEY }).complete({ messages: MESSAGES, maxOutputTokens: 9, signal: live().signal }),
    'model-refused',
  );
  t.notMatch(`${error.message} ${error.stack} ${String(error.cause)}`, KEY);
  await failsWith(
    t,
    openAiModel(shared).complete({ messages: MESSAGES, maxOutputTokens: 9, signal: live().signal }),
    'model-refused',
  );
  t.equal(strict.authorizations[1], undefined);
});

t.test('a key that an endpoint echoes in another error is blotted out', async (t) => {
  const { server, ask } = await setUp(t, { apiKey: KEY });
  server.play({ status: 400, body: { error: { message: `bad request by ${KEY}` } } });
  const error = await failsWith(t, ask(), 'model-refused');
  t.match(error.message, /bad request by \*\*\*/);
  t.notMatch(`${error.message} ${error.stack}`, KEY);
});

t.test('a redirect is not followed: the prompt stays with the endpoint that was named', async (t) => {
  const elsewhere = await new ScriptedModel().start();
  t.teardown(() => elsewhere.close());
  const { server, ask } = await setUp(t);
  server.play({ status: 307, headers: { location: `${elsewhere.baseUrl}/chat/completions` } });
  await failsWith(t, ask(), 'model-refused');
  t.equal(elsewhere.calls, 0);
});

t.test('where nothing listens no call is counted', async (t) => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const clock = new HurriedClock();
  const model = openAiModel({ baseUrl: `http://127.0.0.1:${port}`, model: 'any', clock, random: seededRandom(1) });
  const error = await failsWith(
    t,
    model.complete({ messages: MESSAGES, maxOutputTokens: 9, signal: live().signal }),
    'backend-unavailable',
  );
  t.equal(error.usage.calls, 0);
  t.match(error.message, `127.0.0.1:${port}`);
});

t.test('a base URL must be http, without a password; a bare host gets /v1', (t) => {
  t.equal(normaliseBaseUrl('http://127.0.0.1:11434'), 'http://127.0.0.1:11434/v1');
  t.equal(normaliseBaseUrl('https://host/api/v3/'), 'https://host/api/v3');
  t.throws(() => normaliseBaseUrl('ftp://host'), { code: 'config-invalid' });
  t.throws(() => normaliseBaseUrl('not a url'), { code: 'config-invalid' });
  const refuse = () => normaliseBaseUrl('http://user:hunter2@host/v1');
  t.throws(refuse, { code: 'config-invalid' });
  t.throws(refuse, { message: /^((?!hunter2).)*$/ });
  t.end();
});
