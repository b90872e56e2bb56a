// The leaderboard over HTTP, and each provider of it.
import {
  providerHistorySchema,
  providerJobsSchema,
  providerParamsSchema,
  providerQuerySchema,
} from '../../../protocol/provider-history.ts';
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
  {
    method: 'GET',
    path: '/api/providers/:key',
    summary: 'One provider: what it did hour by hour, and what it announces',
    query: providerQuerySchema,
    status: 200,
    response: providerHistorySchema,
    handle({ engine }, input) {
      const { key } = parseRequest(providerParamsSchema, input.params, 'path');
      return engine.provider(key, parseRequest(providerQuerySchema, input.query, 'query'));
    },
  },
  {
    method: 'GET',
    path: '/api/providers/:key/jobs',
    summary: 'What a provider was asked in the latest runs, newest first',
    status: 200,
    response: providerJobsSchema,
    handle: ({ engine }, input) => engine.providerJobs(parseRequest(providerParamsSchema, input.params, 'path').key),
  },
];
