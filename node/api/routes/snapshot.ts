// A run as it is at one moment, in one answer: what the dashboard opens it with.
import { Answer } from '../answer.ts';
import type { ApiServices, Route, RouteInput } from '../route.ts';
import { runIdOf } from '../run-of.ts';

// On loopback ten megabytes take less time than it takes to compress them to four.
async function getSnapshot(services: ApiServices, input: RouteInput) {
  const snapshot = await services.engine.snapshot(await runIdOf(services, input));
  return Answer.of(snapshot, 'application/json; charset=utf-8');
}

export const snapshotRoute: Route = {
  method: 'GET',
  path: '/api/runs/:id/snapshot',
  summary:
    'The state of a run (protocol/snapshot.ts), at most some events old: those from its next_seq on tell the rest',
  status: 200,
  produces: ['application/json'],
  handle: getSnapshot,
};
