// Routes that read their body themselves: it is not parsed before, has no limit but theirs, and they hear when whoever asked hangs up.
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../conductor/ports.ts';
import type { RouteInput } from './route.ts';

/** What has been answered is on its way by then, to whoever reads at all. */
const LAST_WORDS_MS = 2_000;

/** Registers routes where no body is read before its handler. */
export function withoutBodies(server: FastifyInstance, register: (scope: FastifyInstance) => void): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload));
    register(scope);
  });
}

/** The answers that are under way. */
export class OpenReplies {
  readonly #open = new Set<ServerResponse>();
  #tell: () => void = () => undefined;

  /** What a route that streams needs of its request. */
  of({ body, raw }: FastifyRequest, reply: FastifyReply): NonNullable<RouteInput['stream']> {
    const gone = new AbortController();
    this.#open.add(reply.raw);
    const end = () => {
      this.#open.delete(reply.raw);
      if (this.#open.size === 0) this.#tell();
    };
    reply.raw.once('finish', end);
    reply.raw.once('close', () => {
      end();
      if (!reply.raw.writableFinished) gone.abort();
    });
    return { body: (body as Readable | undefined) ?? raw, gone: gone.signal };
  }

  /** Resolves when all have gone out; who does not read is not waited for. */
  async sent(clock: Clock): Promise<void> {
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(LAST_WORDS_MS, resolve);
      this.#tell = () => {
        cancel();
        resolve();
      };
    });
  }
}
