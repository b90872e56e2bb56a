// A model in a process of its own for the benchmarks: an OpenAI-compatible endpoint that takes its time, drawn from a seed, each model
// name with a pace of its own. It finds nothing, or, told to find, the first telling line of each part that has one, and sums such lines up.
// Prints its URL, lives until its standard input ends; a number on it makes all times so many times as long.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PylonError } from '../protocol/errors.ts';
import { Stream } from '../test/simulation/swarm/streams.ts';

const [seedText = '1', medianText = '0', spreadText = '0', paceText = '0', finds = ''] = process.argv.slice(2);
const [seed, medianMs, spread, paceSpread] = [seedText, medianText, spreadText, paceText].map(Number) as [
  number,
  number,
  number,
  number,
];
let scale = 1;
const MODELS_MAX = 1_000;
const NOTHING = '{"findings":[]}';
/** A numbered line that answers the question of a build log (bench/build-log.ts): the cause, or one warning of four hundred kinds. */
const TELLING = /^(\d+)\| (.*(?:error: |'tmp7').*)$/m;

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

interface Asked {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly content: string }[];
}

/** In the form that the prompt asks for, which names its members. */
function contentFor({ messages }: Asked): string {
  if (finds !== 'finds') return NOTHING;
  const asked = messages.map(({ content }) => content).join('\n');
  if (asked.includes('"supported":')) return '{"supported":true,"unsupported":[]}';
  if (asked.includes('"citations":')) return '{"answer":"The linker did not find a symbol [1].","citations":[1]}';
  const found = TELLING.exec(asked);
  if (found === null) return NOTHING;
  return JSON.stringify({ findings: [{ line: Number(found[1]), quote: found[2], score: 0.9 }] });
}

async function bodyOf(request: IncomingMessage): Promise<Asked> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString());
}

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

function answer(response: ServerResponse, asked: Asked): void {
  const { model, stream } = asked;
  const content = contentFor(asked);
  const base = { id: 'bench', created: 0, model };
  if (stream !== true) {
    const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...base, object: 'chat.completion', choices, usage: USAGE }));
    return;
  }
  const piece = (delta: object, finish_reason: string | null) =>
    `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const usage = `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [], usage: USAGE })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`${piece({ role: 'assistant', content }, null)}${piece({}, 'stop')}${usage}data: [DONE]\n\n`);
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
