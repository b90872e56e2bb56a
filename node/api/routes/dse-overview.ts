// The first page of the inspector, in one request.
import { dseOverviewQuerySchema, dseOverviewSchema } from '../../../protocol/dse/overview.ts';
import { overviewOf } from '../dse-overview.ts';
import { parseRequest } from '../failure.ts';
import type { Route } from '../route.ts';

export const dseOverviewRoute: Route = {
  method: 'GET',
  path: '/api/dse/overview',
  summary:
    'What is in force for each signature and what it is measured by; the latest canaries, compiles, gates and nights, of one signature or of all',
  query: dseOverviewQuerySchema,
  status: 200,
  response: dseOverviewSchema,
  handle: ({ engine }, input) =>
    overviewOf(engine, parseRequest(dseOverviewQuerySchema, input.query, 'query').signature),
};
