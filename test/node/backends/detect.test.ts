import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import t, { type Test } from 'tap';
import { type ChooseOptions, chooseBackend } from '../../../node/backends/choose.ts';
import { detectModel, LOCAL_ENDPOINTS, type ModelEndpoint } from '../../../node/backends/detect.ts';
import { listModels, listOllama } from '../../../node/backends/endpoint/list-models.ts';
import { realClock } from '../../../node/clock.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { EXTRACTOR } from '../../../protocol/signature.ts';
import { ScriptedModel, type ScriptedOptions } from '../../support/scripted-model.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { live } from './conformance.ts';

async function endpoint(t: Test, label: string, options: ScriptedOptions, list = listModels) {
  const server = await new ScriptedModel(options).start();
  t.teardown(() => server.close());
  return { label, baseUrl: server.baseUrl, list, local: true, server };
}

/** A port on which nobody listens. */
async function silence(): Promise<ModelEndpoint> {
  const server = createServer();
  await listen(server);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { label: 'nobody', baseUrl: `http://127.0.0.1:${port}/v1`, local: true };
}

/** Takes connections and never says a word. */
async function mute(t: Test): Promise<ModelEndpoint & { connections: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    t.teardown(() => socket.destroy());
  });
  await listen(server);
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { label: 'mute', baseUrl: `http://127.0.0.1:${port}/v1`, local: true, connections: () => connections };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

async function choose(options: Partial<ChooseOptions>) {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const defaults = { backend: 'auto', clock: realClock(), random: seededRandom(1), localEndpoints: [] } as const;
  const chosen = await chooseBackend({ ...defaults, log, ...options });
  return { ...chosen, lines };
}

t.test('the usual endpoints are looked for on this machine only', (t) => {
  t.same(
    LOCAL_ENDPOINTS.map(({ baseUrl }) => baseUrl),
    [11434, 8080, 1234, 8000].map((port) => `http://127.0.0.1:${port}/v1`),
  );
  t.end();
});

t.test('with nothing listening the answer is there before the ceiling', async (t) => {
  const endpoints = await Promise.all([silence(), silence(), silence()]);
  // The clock stands still: only refused connections can end this.
  const detection = await detectModel({ endpoints, clock: new VirtualClock() });
  t.same(detection, { found: undefined, passedOver: [] });
});

t.test('an endpoint that does not answer in time is nothing, and the next one is taken', async (t) => {
  const slow = await mute(t);
  const good = await endpoint(t, 'good', { models: ['llama'] });
  const clock = new VirtualClock();
  const { found } = await clock.runUntil(detectModel({ endpoints: [slow, good], clock }));
  t.equal(found?.model, 'llama');
  t.equal(clock.now(), 1_700_000_000_300);
  t.equal(clock.pending, 0);
});

t.test('the first endpoint with a chat model wins, and embedding models are none', async (t) => {
  const first = await endpoint(t, 'first', { models: ['nomic-embed-text:latest', 'bge-m3', 'whisper-1'] });
  const second = await endpoint(t, 'second', { models: ['text-embedding-3', 'qwen3', 'llama'] });
  const { found } = await detectModel({ endpoints: [first, second], clock: realClock() });
  t.equal(found?.endpoint.label, 'second');
  t.equal(found?.model, 'qwen3');
});

t.test('Ollama says by family which models only embed', async (t) => {
  const tags = {
    models: [
      { name: 'mxbai:latest', details: { family: 'bert' } },
      { name: 'llama:8b', details: { family: 'llama' } },
    ],
  };
  const ollama = await endpoint(t, 'Ollama', { models: ['mxbai:latest', 'llama:8b'], tags }, listOllama);
  t.equal((await detectModel({ endpoints: [ollama], clock: realClock() })).found?.model, 'llama:8b');
  const old = await endpoint(t, 'Ollama', { models: ['llama:8b'] }, listOllama);
  t.equal(
    (await detectModel({ endpoints: [old], clock: realClock() })).found?.model,
    'llama:8b',
    'also without /api/tags',
  );
});

t.test('a model asked for is found by its short name, at whichever endpoint has it', async (t) => {
  const one = await endpoint(t, 'one', { models: ['qwen3'] });
  const two = await endpoint(t, 'two', { models: ['other', 'llama3.2:latest', '/models/smol.gguf'] });
  const find = async (model: string) =>
    (await detectModel({ endpoints: [one, two], model, clock: realClock() })).found?.model;
  t.equal(await find('llama3.2'), 'llama3.2:latest');
  t.equal(await find('smol'), '/models/smol.gguf');
  t.equal(await find('absent'), undefined);
});

t.test('what is listening there and is no model endpoint is passed by', async (t) => {
  const web = await endpoint(t, 'a web server', {});
  const strange: ModelEndpoint = { ...web, baseUrl: web.baseUrl.replace('/v1', '/elsewhere') };
  t.same(await detectModel({ endpoints: [strange], clock: realClock() }), { found: undefined, passedOver: [] });
  const evil = await endpoint(t, 'evil', { models: ['\u001b[2Jclear the screen'] });
  t.equal(
    (await detectModel({ endpoints: [evil], clock: realClock() })).found,
    undefined,
    'a name that would write to the terminal',
  );
});

t.test('auto takes a model that answers, and says how to get the embedded engine', async (t) => {
  const local = await endpoint(t, 'Ollama', { models: ['scripted'] });
  const { backend, languageModel, lines } = await choose({ localEndpoints: [local] });
  t.equal(backend.name, 'openai:scripted');
  t.equal(languageModel?.model, 'scripted');
  t.equal(lines.length, 1);
  t.match(lines[0], /openai:scripted \(Ollama, 127\.0\.0\.1:\d+\).*--backend extractive/);
  const input = { query: 'disk', text: 'the disk is full', max_output_chars: 1_000 };
  t.equal((await backend.predict(EXTRACTOR, input, live())).output.findings.length, 1);
});

t.test('auto takes the embedded engine where nothing answers, and says how to get a model', async (t) => {
  const { backend, languageModel, lines } = await choose({ localEndpoints: [await silence()] });
  t.equal(backend.name, 'extractive');
  t.equal(languageModel, undefined);
  t.equal(lines.length, 1);
  t.match(lines[0], /extractive.*no language model answers.*OPENAI_BASE_URL/);
});

t.test('auto says so when the model asked for is nowhere', async (t) => {
  const local = await endpoint(t, 'Ollama', { models: ['qwen3'] });
  const { backend, lines } = await choose({ localEndpoints: [local], model: 'llama' });
  t.equal(backend.name, 'extractive');
  t.match(lines[0], /Ollama has not the model asked for \(it has qwen3\)/);
});

t.test('the endpoint of OPENAI_BASE_URL comes first, and only it is sent the key', async (t) => {
  const own = await endpoint(t, 'own', { models: ['mine'] });
  const local = await endpoint(t, 'Ollama', { models: ['llama'] });
  const { backend } = await choose({ localEndpoints: [local], openAiBaseUrl: own.baseUrl, openAiApiKey: 'sk-secret' });
  t.equal(backend.name, 'openai:mine');
  t.same(own.server.authorizations, ['Bearer sk-secret']);
  t.ok(local.server.authorizations.every((header) => header === undefined));
});

t.test('extractive asked for asks nobody', async (t) => {
  const local = await endpoint(t, 'Ollama', { models: ['llama'] });
  const { backend, lines } = await choose({ backend: 'extractive', localEndpoints: [local] });
  t.equal(backend.name, 'extractive');
  t.equal(local.server.authorizations.length, 0);
  t.match(lines[0], /as asked.*--backend auto or openai/);
});

t.test('openai asked for with endpoint and model asks nobody before it is used', async (t) => {
  const own = await endpoint(t, 'own', { models: ['mine'] });
  const { backend } = await choose({ backend: 'openai', openAiBaseUrl: own.baseUrl, model: 'mine' });
  t.equal(backend.name, 'openai:mine');
  t.equal(own.server.authorizations.length, 0);
});

t.test('openai asked for and not there is an error that names the next step', async (t) => {
  const refuse = async (options: Partial<ChooseOptions>) => {
    try {
      await choose({ backend: 'openai', ...options });
    } catch (error) {
      if (error instanceof PylonError) return error;
      throw error;
    }
    throw new Error('an error was expected');
  };
  const nobody = await silence();
  const absent = await refuse({ localEndpoints: [nobody] });
  t.equal(absent.code, 'backend-unavailable');
  t.match(absent.message, /no language model answers.*--backend extractive/);
  t.equal((await refuse({ openAiBaseUrl: nobody.baseUrl })).code, 'backend-unavailable');
  t.equal((await refuse({ openAiBaseUrl: 'ftp://nowhere' })).code, 'config-invalid');
  t.equal((await refuse({ backend: 'gpu' as 'openai' })).code, 'backend-unknown');
});

t.test('a model named and a key given, with nothing on this machine, mean OpenAI itself', async (t) => {
  const { backend, lines } = await choose({ backend: 'openai', model: 'gpt-x', openAiApiKey: 'sk-secret' });
  t.equal(backend.name, 'openai:gpt-x');
  t.match(lines[0], /api\.openai\.com/);
  t.notMatch(lines[0], /sk-secret/);
});

t.test('a smaller model is one of the same endpoint, and told beside the other', async (t) => {
  const { baseUrl } = await endpoint(t, 'own', { models: ['large', 'small'] });
  const named = { backend: 'openai', openAiBaseUrl: baseUrl, model: 'large' } as const;
  const { backend, lines } = await choose({ ...named, subModel: 'small' });
  t.same([backend.name, backend.sub?.name], ['openai:large', 'openai:small']);
  t.match(lines.at(-1), /openai:large, and small where parameters name the smaller one/);
  t.equal((await choose(named)).backend.sub, undefined);
});
