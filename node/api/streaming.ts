// Routes that read their body themselves: it is not parsed before, has no limit but theirs, and they hear when whoever asked hangs up.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RouteInput } from './route.ts';

/** Registers `routes` where no body is read before its handler. */
export function withoutBodies(server: FastifyInstance, routes: (scope: FastifyInstance) => void): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload));
    routes(scope);
  });
}

export function streamOf({ body, raw }: FastifyRequest, reply: FastifyReply): NonNullable<RouteInput['stream']> {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return { body: (body as NonNullable<RouteInput['stream']>['body'] | undefined) ?? raw, gone: gone.signal };
}
