// What becomes of an error on its way out of the API: its status, and the form that whoever asks expects.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { errnoOf } from '../home.ts';
import { chatErrorBody, isChatPath } from './chat/failure.ts';
import { failureBody, statusOf } from './failure.ts';

/** Fastify's own refusals, in our words. */
function toApiError(thrown: unknown, bodyBytesMax: number): { status: number; error: PylonError } {
  const code = errnoOf(thrown);
  if (!code.startsWith('FST_')) {
    const error = toPylonError(thrown);
    return { status: statusOf(error.code), error };
  }
  const tooLarge = code === 'FST_ERR_CTP_BODY_TOO_LARGE';
  const reason = tooLarge ? `the body is larger than ${bodyBytesMax} bytes` : toPylonError(thrown).reason;
  return { status: tooLarge ? 413 : 400, error: new PylonError('request-invalid', { reason, cause: thrown }) };
}

/** In the form that whoever asks expects; clients of OpenAI try again by themselves, which after a run would buy it twice. */
function sendFailure(request: FastifyRequest, reply: FastifyReply, status: number, error: PylonError): FastifyReply {
  reply.code(status);
  if (!isChatPath(request.url)) return reply.send(failureBody(error));
  if (status !== 429) reply.header('x-should-retry', 'false');
  return reply.send(chatErrorBody(error, status));
}

/** @param bodyBytesMax of a route without a limit of its own */
export function handleFailures(server: FastifyInstance, bodyBytesMax: number, log: (line: string) => void): void {
  server.setErrorHandler((thrown, request, reply) => {
    const { status, error } = toApiError(thrown, bodyBytesMax);
    if (error.code === 'internal') log(`api: ${error.message}`);
    return sendFailure(request, reply, status, error);
  });
  server.setNotFoundHandler((request, reply) => {
    const error = new PylonError('request-invalid', {
      value: `${request.method} ${request.url}`,
      reason: 'no such route',
    });
    return sendFailure(request, reply, 404, error);
  });
}
