// An OpenAI-compatible endpoint on loopback that does what a test tells it, good or bad, and counts calls and tokens
// itself, so that a test can compare them with what Pylon says.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { oracle } from './scripted-oracle.ts';

/** `oracle` answers honestly; the rest is how models and endpoints fail, each named for what it does. */
export type Behaviour =
  | 'oracle'
  | 'prose'
  | 'sloppy'
  | 'thinking'
  | 'no-usage'
  | 'no-stream'
  | 'broken'
  | 'only-prose'
  | 'empty'
  | 'made-up'
  | 'huge'
  | 'endless-line'
  | 'rate-limited'
  | 'server-error'
  | 'error-in-stream'
  | 'hang'
  | 'hang-midway'
  | 'slow'
  | 'reset'
  | 'reset-midway'
  | { readonly text: string }
  | { readonly say: (messages: ChatBody['messages']) => string }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown };

export interface ChatBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly [member: string]: unknown;
}

export interface ScriptedOptions {
  readonly models?: readonly string[];
  /** What is done once the script (`play`) is empty. */
  readonly behaviour?: Behaviour;
  /** Members of the request that are refused with HTTP 400. */
  readonly refuses?: readonly string[];
  /** Demanded as a bearer token. */
  readonly apiKey?: string;
  /** Answered at /api/tags, as Ollama does. */
  readonly tags?: unknown;
  /** What `slow` waits before its first byte. */
  readonly slowMs?: number;
}

const HUGE_CHARS = 300_000;
const PIECE_CHARS = 48;

export class ScriptedModel {
  /** Chat requests that arrived, whatever became of them. */
  calls = 0;
  /** Tokens told to clients. */
  inputTokens = 0;
  outputTokens = 0;
  readonly bodies: ChatBody[] = [];
  readonly authorizations: (string | undefined)[] = [];
  readonly #options: ScriptedOptions;
  readonly #script: Behaviour[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #onCall: (() => void)[] = [];

  constructor(options: ScriptedOptions = {}) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Listens on loopback, on a free port unless one is given. */
  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(port, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  /** What the next requests get, one each. */
  play(...behaviours: readonly Behaviour[]): void {
    this.#script.push(...behaviours);
  }

  /** Resolves when the next chat request has arrived. */
  nextCall(): Promise<void> {
    return new Promise((resolve) => this.#onCall.push(resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => response.destroy());
    const { apiKey, models = ['scripted'], tags } = this.#options;
    this.authorizations.push(request.headers.authorization);
    if (request.method === 'GET') {
      if (request.url === '/v1/models')
        return send(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model' })) });
      if (request.url === '/api/tags' && tags !== undefined) return send(response, 200, tags);
      return send(response, 404, { error: { message: 'no such page' } });
    }
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    this.calls++;
    const body = JSON.parse(Buffer.concat(pieces).toString()) as ChatBody;
    this.bodies.push(body);
    for (const heard of this.#onCall.splice(0)) heard();
    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`) {
      return send(response, 401, {
        error: { message: `Incorrect API key provided: ${request.headers.authorization}` },
      });
    }
    if (!models.includes(body.model))
      return send(response, 404, { error: { message: `model '${body.model}' not found` } });
    const refused = this.#options.refuses?.find((member) => member in body);
    if (refused !== undefined) return send(response, 400, { error: { message: refusalOf(refused), param: refused } });
    await this.#behave(this.#script.shift() ?? this.#options.behaviour ?? 'oracle', body, response);
  }

  async #behave(behaviour: Behaviour, body: ChatBody, response: ServerResponse): Promise<void> {
    const honest = oracle(body.messages[0]?.content ?? '', body.messages[1]?.content ?? '');
    if (typeof behaviour === 'object') {
      if ('text' in behaviour) return this.#answer(response, body, behaviour.text);
      if ('say' in behaviour) return this.#answer(response, body, behaviour.say(body.messages));
      return send(
        response,
        behaviour.status,
        behaviour.body ?? { error: { message: 'as the script says' } },
        behaviour.headers,
      );
    }
    switch (behaviour) {
      case 'oracle':
        return this.#answer(response, body, honest);
      case 'prose':
        return this.#answer(
          response,
          body,
          `Sure! Here is what I found {as asked}:\n\`\`\`json\n${honest}\n\`\`\`\nI hope this helps.`,
        );
      case 'sloppy':
        return this.#answer(
          response,
          body,
          honest
            .replace(/\}\]/g, '},]')
            .replace(/\}$/, ', // done\n}')
            .replace(/^\{"(\w+)"/, '{$1'),
        );
      case 'thinking':
        return this.#answer(response, body, `<think>{"findings":[{"quote":"not this one"}]}</think>${honest}`);
      case 'no-usage':
        return this.#answer(response, { ...body, stream_options: {} }, honest);
      case 'no-stream':
        return this.#answer(response, { ...body, stream: false }, honest);
      case 'broken':
        return this.#answer(response, body, '{"findings": "[[{{", "selected" "answer": {');
      case 'only-prose':
        return this.#answer(response, body, 'I am sorry, but I cannot help with that.');
      case 'empty':
        return this.#answer(response, body, '');
      case 'made-up':
        return this.#answer(
          response,
          body,
          JSON.stringify({ findings: [{ line: 1, quote: 'The moon is made of green cheese.', score: 1 }] }),
        );
      case 'rate-limited':
        return send(response, 429, { error: { message: 'slow down' } }, { 'retry-after': '1' });
      case 'server-error':
        return send(response, 500, { error: { message: 'out of memory' } });
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'hang':
        return;
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, this.#options.slowMs ?? 30));
        return this.#answer(response, body, honest);
      default:
        return this.#misbehaveMidway(behaviour, response, body.model);
    }
  }

  /** What goes wrong once a stream has begun. */
  #misbehaveMidway(
    behaviour: 'huge' | 'endless-line' | 'error-in-stream' | 'hang-midway' | 'reset-midway',
    response: ServerResponse,
    model: string,
  ): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(event(model, '{"findings":['));
    if (behaviour === 'huge') {
      for (let chars = 0; chars < HUGE_CHARS; chars += 1_000) response.write(event(model, 'x'.repeat(1_000)));
      response.end('data: [DONE]\n\n');
    } else if (behaviour === 'endless-line') {
      const pump = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', pump);
      };
      pump();
    } else if (behaviour === 'error-in-stream') {
      response.end(`data: ${JSON.stringify({ error: { message: 'the runner has crashed' } })}\n\n`);
    } else if (behaviour === 'reset-midway') {
      setImmediate(() => response.socket?.resetAndDestroy());
    }
  }

  #answer(response: ServerResponse, body: ChatBody, text: string): void {
    const usage = {
      prompt_tokens: Math.ceil(body.messages.reduce((chars, message) => chars + message.content.length, 0) / 4),
      completion_tokens: Math.ceil(text.length / 4),
    };
    const told = !body.stream || body.stream_options?.include_usage === true;
    if (told) {
      this.inputTokens += usage.prompt_tokens;
      this.outputTokens += usage.completion_tokens;
    }
    if (!body.stream) {
      const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }];
      send(response, 200, { id: 'scripted', object: 'chat.completion', model: body.model, choices, usage });
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let at = 0; at < text.length; at += PIECE_CHARS)
      response.write(event(body.model, text.slice(at, at + PIECE_CHARS)));
    if (told) response.write(`data: ${JSON.stringify({ id: 'scripted', model: body.model, choices: [], usage })}\n\n`);
    response.end('data: [DONE]\n\n');
  }
}

function event(model: string, content: string): string {
  const choices = [{ index: 0, delta: { content }, finish_reason: null }];
  return `data: ${JSON.stringify({ id: 'scripted', object: 'chat.completion.chunk', model, choices })}\n\n`;
}

function refusalOf(member: string): string {
  const instead = member === 'max_tokens' ? " Use 'max_completion_tokens' instead." : '';
  return `Unsupported parameter: '${member}' is not supported with this model.${instead}`;
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
