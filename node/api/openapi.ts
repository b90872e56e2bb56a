// openapi.json, made of the route table and its zod schemas: what is checked is what is documented.
import { z } from 'zod';
import { VERSION } from '../version.ts';
import type { Route } from './route.ts';
import { errorSchema, liveRequestSchema } from './schemas.ts';

type Json = Record<string, unknown>;

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}

function queryParameters(schema: z.ZodType): Json[] {
  const { properties } = schemaOf(schema, 'input') as { properties?: Record<string, Json> };
  return Object.entries(properties ?? {}).map(([name, property]) => ({
    name,
    in: 'query',
    required: false,
    schema: property,
  }));
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...(name === 'id' ? { description: 'a run id or a unique prefix' } : {}),
  }));
}

function answerOf({ summary, response, produces }: Route): Json {
  if (produces !== undefined)
    return { description: summary, content: Object.fromEntries(produces.map((type) => [type, {}])) };
  return { description: summary, ...(response === undefined ? {} : { content: json(schemaOf(response, 'output')) }) };
}

const SECURITY = { token: [{ token: [] }], nothing: [], either: [{ token: [] }, { session: [] }] };

function operation(route: Route): Json {
  const parameters = [
    ...pathParameters(route.path),
    ...(route.query === undefined ? [] : queryParameters(route.query)),
  ];
  return {
    summary: route.summary,
    security: SECURITY[route.needs ?? 'either'],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: { content: json(schemaOf(route.body, 'input')) } }),
    responses: {
      [route.status]: answerOf(route),
      default: { description: 'What is wrong and what to do', content: json({ $ref: '#/components/schemas/Failure' }) },
    },
  };
}

/** The OpenAPI 3.1 document of these routes. */
export function openApiOf(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Pylon',
      version: VERSION,
      description:
        'The daemon on 127.0.0.1. Live events come over the WebSocket /ws: send {"type":"subscribe","run_id","from_seq"} and receive {"type":"trace_event","run_id","event"}.',
    },
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The content of $PYLON_HOME/token' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'pylon_session',
          description: 'What POST /api/session gave a browser; the name of the cookie ends with a mark of its home',
        },
      },
      schemas: { Failure: schemaOf(errorSchema, 'output'), LiveRequest: schemaOf(liveRequestSchema, 'input') },
    },
  };
}
