// A model in a process of its own for the benchmarks: an OpenAI-compatible endpoint that finds nothing and takes its time, drawn from
// a seed, each model name with a pace of its own. Prints its URL, lives until
// its standard input ends; a number on it makes all times so many times as long.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PylonError } from '../protocol/errors.ts';
import { Stream } from '../test/simulation/swarm/streams.ts';

const [seedText = '1', medianText = '0', spreadText = '0', paceText = '0'] = process.argv.slice(2);
const [seed, medianMs, spread, paceSpread] = [seedText, medianText, spreadText, paceText].map(Number) as [
  number,
  number,
  number,
  number,
];
let scale = 1;
const MODELS_MAX = 1_000;
const ANSWER = '{"findings":[]}';

interface Model {
  readonly medianMs: number;
  readonly random: Stream;
}

const models = new Map<string, Model>();

function modelOf(name: string): Model {
  let model = models.get(name);
  if (model === undefined) {
    if (models.size >= MODELS_MAX) throw new PylonError('model-refused', { value: name });
    const random = new Stream(seed, `model ${name}`);
    model = { medianMs: random.around(medianMs, paceSpread), random };
    models.set(name, model);
  }
  return model;
}

async function bodyOf(request: IncomingMessage): Promise<{ model: string; stream?: boolean }> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString());
}

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

function answer(response: ServerResponse, { model, stream }: { model: string; stream?: boolean }): void {
  const base = { id: 'bench', created: 0, model };
  if (stream !== true) {
    const choices = [{ index: 0, message: { role: 'assistant', content: ANSWER }, finish_reason: 'stop' }];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...base, object: 'chat.completion', choices, usage: USAGE }));
    return;
  }
  const piece = (delta: object, finish_reason: string | null) =>
    `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const usage = `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [], usage: USAGE })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`${piece({ role: 'assistant', content: ANSWER }, null)}${piece({}, 'stop')}${usage}data: [DONE]\n\n`);
}

const server = createServer(async (request, response) => {
  if (request.method === 'GET') {
    const data = Array.from({ length: 64 }, (_, index) => ({ id: `model-${index}`, object: 'model' }));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ object: 'list', data }));
    return;
  }
  const body = await bodyOf(request);
  const model = modelOf(body.model);
  setTimeout(() => answer(response, body), scale * model.random.around(model.medianMs, spread));
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1\n`);
});
process.stdin.setEncoding('utf8').on('data', (text: string) => {
  scale = Number(text);
});
process.stdin.once('end', () => process.exit(0));
