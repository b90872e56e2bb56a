// Compiles over HTTP: planned, begun, stopped, told; and the judges that may reward them.
import { z } from 'zod';
import {
  compileHeadSchema,
  compilePlanSchema,
  compileReportSchema,
  compileRequestSchema,
} from '../../../protocol/dse/compile.ts';
import { judgeRequestSchema, judgeSchema } from '../../../protocol/dse/judge.ts';
import { parseRequest } from '../failure.ts';
import type { Route, RouteInput } from '../route.ts';

const idParamsSchema = z.object({ id: z.string().min(1).max(160) });
const hashParamsSchema = z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/) });
const listQuerySchema = z.object({ signature: z.string().min(1).max(128).optional() });

const idOf = ({ params }: RouteInput) => parseRequest(idParamsSchema, params, 'path').id;
/** Shorter than a client waits for an answer. */
const WAIT_MS = 20_000;
const NEVER = new AbortController().signal;

export const dseCompileRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/dse/compile/plan',
    summary:
      'What a compile would be: its job, its id, and how many proposals the budget affords; nothing is asked or written',
    body: compileRequestSchema,
    status: 200,
    response: compilePlanSchema,
    handle: ({ engine }, input) => engine.compiles.plan(parseRequest(compileRequestSchema, input.body, 'body')),
  },
  {
    method: 'POST',
    path: '/api/dse/compile',
    summary: 'Begin a compile, or go on with it; one that is done already is not made again',
    body: compileRequestSchema,
    status: 202,
    response: compilePlanSchema,
    async handle({ engine }, input) {
      const request = parseRequest(compileRequestSchema, input.body, 'body');
      return (await engine.compiles.start(request, NEVER)).plan;
    },
  },
  {
    method: 'GET',
    path: '/api/dse/compiles',
    summary: 'Compiles, the latest first, without what they tried',
    query: listQuerySchema,
    status: 200,
    response: z.object({ compiles: z.array(compileHeadSchema) }),
    async handle({ engine }, input) {
      return { compiles: await engine.compiles.list(parseRequest(listQuerySchema, input.query, 'query').signature) };
    },
  },
  {
    method: 'GET',
    path: '/api/dse/compiles/:id',
    summary:
      'The report of one compile: every candidate, its figures, the one that was chosen and why; a unique prefix will do',
    status: 200,
    response: compileReportSchema,
    handle: ({ engine }, input) => engine.compiles.read(idOf(input)),
  },
  {
    method: 'GET',
    path: '/api/dse/compiles/:id/end',
    summary: 'Whether a compile of this daemon is over; answers when it is, or after twenty seconds',
    status: 200,
    response: z.object({ over: z.boolean() }),
    handle: ({ engine, clock }, input) =>
      new Promise((resolve, reject) => {
        const stop = clock.after(WAIT_MS, () => resolve({ over: false }));
        const over = engine.compiles.over(idOf(input)).then(() => resolve({ over: true }), reject);
        void over.finally(stop);
      }),
  },
  {
    method: 'POST',
    path: '/api/dse/compiles/:id/stop',
    summary: 'Ask a compile to end; what it has tried is kept, and it can be gone on with',
    status: 200,
    response: z.object({ stopped: z.boolean() }),
    handle: async ({ engine }, input) => ({ stopped: await engine.compiles.stop(idOf(input)) }),
  },
  {
    method: 'POST',
    path: '/api/dse/judges',
    summary: 'Ask a model about labelled pairs, and pin it as a judge where it agrees with them',
    body: judgeRequestSchema,
    status: 200,
    response: judgeSchema,
    handle: ({ engine }, input) =>
      engine.compiles.pinJudge(parseRequest(judgeRequestSchema, input.body, 'body'), NEVER),
  },
  {
    method: 'GET',
    path: '/api/dse/judges/:hash',
    summary: 'A pinned judge: its rubric, its model, and how well it agreed with people',
    status: 200,
    response: judgeSchema,
    handle: ({ engine }, input) => engine.compiles.judge(parseRequest(hashParamsSchema, input.params, 'path').hash),
  },
];
