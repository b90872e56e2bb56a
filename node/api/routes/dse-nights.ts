// Nights of improvement over HTTP: begun, stopped, told, and whether what they name is there.
import { z } from 'zod';
import {
  nightCheckSchema,
  nightPageSchema,
  nightRequestSchema,
  nightSchema,
  nightSelectionSchema,
} from '../../../protocol/dse/overnight.ts';
import { parseRequest } from '../failure.ts';
import type { Route, RouteInput } from '../route.ts';

const idParamsSchema = z.object({ id: z.string().min(1).max(26) });
export const nightStartedSchema = z.object({
  nightId: z.string(),
  /** An earlier night goes on, as it was asked for then. */
  isResumed: z.boolean(),
});
export const nightStoppedSchema = z.object({ stopped: z.boolean() });
export const nightOverSchema = z.object({ over: z.boolean() });

const idOf = ({ params }: RouteInput) => parseRequest(idParamsSchema, params, 'path').id;
/** Shorter than a client waits for an answer. */
const WAIT_MS = 20_000;
const NEVER = new AbortController().signal;

export const dseNightRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/dse/nights',
    summary: 'Begin a night of improvement, or go on with the one of the signature that was cut off',
    body: nightRequestSchema,
    status: 202,
    response: nightStartedSchema,
    async handle({ engine }, input) {
      const request = parseRequest(nightRequestSchema, input.body, 'body');
      const { nightId, isResumed } = await engine.nights.start(request, NEVER);
      return { nightId, isResumed };
    },
  },
  {
    method: 'GET',
    path: '/api/dse/nights',
    summary: 'Nights of improvement, newest first, page by page',
    query: nightSelectionSchema,
    status: 200,
    response: nightPageSchema,
    handle: ({ engine }, input) => engine.nights.list(parseRequest(nightSelectionSchema, input.query, 'query')),
  },
  {
    method: 'GET',
    path: '/api/dse/nights/:id',
    summary: 'One night: each step with what it made, what it cost and how it ended; a unique prefix will do',
    status: 200,
    response: nightSchema,
    handle: ({ engine }, input) => engine.nights.read(idOf(input)),
  },
  {
    method: 'GET',
    path: '/api/dse/nights/:id/check',
    summary: 'Looks up every id that a night names, and tells those that are not there',
    status: 200,
    response: nightCheckSchema,
    handle: ({ engine }, input) => engine.nights.check(idOf(input)),
  },
  {
    method: 'GET',
    path: '/api/dse/nights/:id/end',
    summary: 'Whether a night of this daemon is over; answers when it is, or after twenty seconds',
    status: 200,
    response: nightOverSchema,
    handle: ({ engine, clock }, input) =>
      new Promise((resolve, reject) => {
        const stop = clock.after(WAIT_MS, () => resolve({ over: false }));
        const over = engine.nights.over(idOf(input)).then(() => resolve({ over: true }), reject);
        void over.finally(stop);
      }),
  },
  {
    method: 'POST',
    path: '/api/dse/nights/:id/stop',
    summary: 'Ask a night to stop where it is; it can be gone on with',
    status: 200,
    response: nightStoppedSchema,
    handle: async ({ engine }, input) => ({ stopped: await engine.nights.stop(idOf(input)) }),
  },
];
