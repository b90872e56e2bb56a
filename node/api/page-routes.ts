// The addresses that a browser opens: the app at /rlm and below. They need no session, because they hold nobody's text:
// without one the app says how to get one.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { Dashboard } from './dashboard.ts';
import { failureBody, statusOf } from './failure.ts';

/** Scripts, styles and data of our own and nothing else; nobody may frame the app or send a form with it. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
/** What the API answers is data: opened as a page it may do nothing at all. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

const HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  // Other sites can neither read what is here nor hold a window of it.
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

/** What every answer says to the browser, unless its route said something else. */
export function setPolicies(reply: FastifyReply): void {
  reply.headers(HEADERS);
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', DATA_POLICY);
}

function noSuchPage(request: FastifyRequest): PylonError {
  return new PylonError('request-invalid', { value: `${request.method} ${request.url}`, reason: 'no such page' });
}

/** A person reads this in a browser window, where JSON would be no help. */
function sendFailure(request: FastifyRequest, reply: FastifyReply, thrown: unknown) {
  const error = toPylonError(thrown);
  reply.code(statusOf(error.code));
  if (request.headers.accept?.includes('text/html') !== true) return reply.send(failureBody(error));
  return reply.type('text/plain; charset=utf-8').send(`pylon: ${error.code}: ${error.message}\n`);
}

/** Paths as fastify knows them. */
export const PAGE_PATHS: ReadonlySet<string> = new Set(['/', '/rlm', '/rlm/*']);

export function registerPages(server: FastifyInstance, dashboard: Dashboard): void {
  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    const { '*': path = '' } = request.params as { '*'?: string };
    try {
      const { 'accept-encoding': acceptEncoding, 'if-none-match': ifNoneMatch } = request.headers;
      const accepted = Array.isArray(acceptEncoding) ? acceptEncoding.join(',') : acceptEncoding;
      const served = await dashboard.serve(path, { acceptEncoding: accepted, ifNoneMatch });
      if (served === undefined) return reply.code(404).send(failureBody(noSuchPage(request)));
      reply.code(served.status).headers(served.headers).header('content-security-policy', PAGE_POLICY);
      return reply.send(served.body);
    } catch (thrown) {
      return sendFailure(request, reply, thrown);
    }
  };
  server.get('/rlm', handle);
  server.get('/rlm/*', handle);
  server.get('/', async (_request, reply) => reply.redirect('/rlm'));
}
