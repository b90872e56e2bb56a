// The oracle behind an OpenAI-compatible endpoint on loopback. It counts by itself what it was asked and what it told (oracle-count.ts), so
// that what Pylon reports can be held against it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Clock } from '../../conductor/ports.ts';
import type { Oracle } from './oracle.ts';

const bodySchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  stream: z.boolean().optional(),
});
type Body = z.infer<typeof bodySchema>;

export const ORACLE_MODEL = 'oracle';

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString());
}

export class OracleServer {
  readonly #server: Server;
  readonly #oracle: Oracle;
  readonly #clock: Clock;
  readonly #latencyMs: number;

  private constructor(oracle: Oracle, clock: Clock, latencyMs: number) {
    this.#oracle = oracle;
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((thrown: unknown) =>
        send(response, 400, { error: { message: thrown instanceof Error ? thrown.message : String(thrown) } }),
      );
    });
    // A connection that is closed for being idle may be so just when a request is on its way: then it is sent again, and counted by one side only.
    this.#server.keepAliveTimeout = 0;
  }

  /** @param latencyMs how long each answer takes */
  static async start(oracle: Oracle, clock: Clock, latencyMs = 0): Promise<OracleServer> {
    const started = new OracleServer(oracle, clock, latencyMs);
    const server = started.#server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return started;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET')
      return send(response, 200, { object: 'list', data: [{ id: ORACLE_MODEL, object: 'model' }] });
    this.#oracle.count.arrived();
    const body = bodySchema.parse(await bodyOf(request));
    const { text, usage } = this.#oracle.complete(body.messages);
    if (this.#latencyMs > 0) await new Promise<void>((resolve) => this.#clock.after(this.#latencyMs, resolve));
    const total = usage.input + usage.output;
    const told = { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: total };
    if (body.stream === true) stream(response, body, text, told);
    else {
      const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }];
      send(response, 200, {
        id: 'oracle',
        object: 'chat.completion',
        created: 0,
        model: body.model,
        choices,
        usage: told,
      });
    }
  }
}

function stream(response: ServerResponse, { model }: Body, text: string, usage: object): void {
  const base = { id: 'oracle', object: 'chat.completion.chunk', created: 0, model };
  const event = (choices: readonly object[], rest: object = {}) =>
    `data: ${JSON.stringify({ ...base, choices, ...rest })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(event([{ index: 0, delta: { role: 'assistant', content: text }, finish_reason: null }]));
  response.write(event([{ index: 0, delta: {}, finish_reason: 'stop' }]));
  response.write(event([], { usage }));
  response.end('data: [DONE]\n\n');
}
