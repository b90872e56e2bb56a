// A run's exploration gone through again, without a model.
import { z } from 'zod';
import type { ApiServices, Route, RouteInput } from '../route.ts';
import { runIdOf } from '../run-of.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const replayReportSchema = z.object({
  run_id: z.string(),
  trace_hash: hash,
  output_hash: hash,
  iterations: z.number().int(),
});

async function replayRun(services: ApiServices, input: RouteInput) {
  return services.engine.replay(await runIdOf(services, input));
}

export const replayRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/runs/:id/replay',
    summary: 'Go through the exploration of a run again, without a model; it must come to the same output',
    status: 200,
    response: replayReportSchema,
    handle: replayRun,
  },
];
