// What clients of OpenAI call: chat completions, and the models there are.
import { z } from 'zod';
import { parseRequest } from '../failure.ts';
import type { ApiServices, Route, RouteInput } from '../route.ts';
import { allModels, modelNamed } from './models.ts';
import { chatRequestSchema, completionSchema, modelListSchema, modelSchema } from './schemas.ts';

function createdSeconds({ startedAtMs }: ApiServices): number {
  return Math.floor(startedAtMs / 1_000);
}

function complete(services: ApiServices, { stream, headers }: RouteInput) {
  const { body, gone } = stream!;
  return services.conversations.answer(services, { body, contentLength: headers['content-length'], gone });
}

export const chatRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/chat/completions',
    summary: 'Ask a question about long messages or files, as with OpenAI; the answer cites its lines (docs/chat.md)',
    streams: true,
    body: chatRequestSchema,
    status: 200,
    response: completionSchema,
    handle: complete,
  },
  {
    method: 'GET',
    path: '/v1/models',
    summary: 'The ways in which questions are answered, as models',
    status: 200,
    response: modelListSchema,
    handle: (services) => ({ object: 'list', data: allModels(createdSeconds(services)) }),
  },
  {
    method: 'GET',
    path: '/v1/models/:model',
    summary: 'One of them',
    status: 200,
    response: modelSchema,
    handle: (services, { params }) =>
      modelNamed(parseRequest(z.object({ model: z.string() }), params, 'path').model, createdSeconds(services)),
  },
  {
    method: 'GET',
    path: '/v1/models/:owner/:name',
    summary: 'The same, for clients that do not escape the slash of a name',
    status: 200,
    response: modelSchema,
    handle: (services, { params }) => {
      const { owner, name } = parseRequest(z.object({ owner: z.string(), name: z.string() }), params, 'path');
      return modelNamed(`${owner}/${name}`, createdSeconds(services));
    },
  },
];
