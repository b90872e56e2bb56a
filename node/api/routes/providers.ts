// The leaderboard over HTTP.
import { providersQuerySchema, providersReportSchema } from '../../../protocol/provider-report.ts';
import { parseRequest } from '../failure.ts';
import type { Route } from '../route.ts';

export const providerRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/providers',
    summary: 'The leaderboard: who answered, how reliably, how fast and for what price, best first',
    query: providersQuerySchema,
    status: 200,
    response: providersReportSchema,
    handle: ({ engine }, input) => engine.providers(parseRequest(providersQuerySchema, input.query, 'query')),
  },
];
