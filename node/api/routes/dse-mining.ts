// Mining over HTTP: one exploration or many to examples, and what they have in common.
import {
  exportedTraceSchema,
  mineReportSchema,
  mineRequestSchema,
  tacticDraftRequestSchema,
  tacticDraftSchema,
  tacticReportSchema,
  tacticRequestSchema,
  traceExportSchema,
} from '../../../protocol/dse/mining.ts';
import { parseRequest } from '../failure.ts';
import type { Route } from '../route.ts';

export const dseMiningRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/dse/trace/export',
    summary: 'Make an example of one exploration, if it is good; twice makes one',
    body: traceExportSchema,
    status: 200,
    response: exportedTraceSchema,
    handle: ({ engine }, { body }) => engine.mining.exportTrace(parseRequest(traceExportSchema, body, 'body')),
  },
  {
    method: 'POST',
    path: '/api/dse/mine',
    summary: 'Make examples of the good explorations of a signature, and say of each other one why not',
    body: mineRequestSchema,
    status: 200,
    response: mineReportSchema,
    handle: ({ engine }, { body }) => engine.mining.mine(parseRequest(mineRequestSchema, body, 'body')),
  },
  {
    method: 'POST',
    path: '/api/dse/tactics',
    summary: 'Sequences of operations that explorations have in common: when, how often, how well, at what cost',
    body: tacticRequestSchema,
    status: 200,
    response: tacticReportSchema,
    handle: ({ engine }, { body }) => engine.mining.tactics(parseRequest(tacticRequestSchema, body, 'body')),
  },
  {
    method: 'POST',
    path: '/api/dse/tactics/draft',
    summary: 'One of these as the draft of a strategy, with its examples; nothing that is held out',
    body: tacticDraftRequestSchema,
    status: 200,
    response: tacticDraftSchema,
    handle: ({ engine }, { body }) => engine.mining.draft(parseRequest(tacticDraftRequestSchema, body, 'body')),
  },
];
