// Artifacts, what is in force of them, and canaries, over HTTP.
import { z } from 'zod';
import { artifactSchema, pointerRowSchema } from '../../../protocol/dse/artifact.ts';
import { canarySchema, canaryStartSchema } from '../../../protocol/dse/canary.ts';
import {
  artifactListSchema,
  artifactsQuerySchema,
  canaryHistorySchema,
  canaryJudgementSchema,
  canaryListSchema,
  canaryStopSchema,
  compiledIdSchema,
  inForceListSchema,
  keptArtifactSchema,
  pointerHistorySchema,
  rollbackSchema,
  signatureQuerySchema,
} from '../../../protocol/dse/in-force.ts';
import { parseRequest } from '../failure.ts';
import type { ApiServices, Route, RouteInput } from '../route.ts';

const artifactParamsSchema = z.object({ compiledId: compiledIdSchema });
const canaryParamsSchema = z.object({ canaryId: z.string().min(1).max(26) });

const ARTIFACT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/dse/artifacts',
    summary: 'Compiled artifacts, by their names; of one signature, or of all',
    query: artifactsQuerySchema,
    status: 200,
    response: artifactListSchema,
    async handle({ engine }, { query }) {
      return { artifacts: await engine.artifacts.list(parseRequest(artifactsQuerySchema, query, 'query').signature) };
    },
  },
  {
    method: 'POST',
    path: '/api/dse/artifacts',
    summary: 'Keep an artifact that another home made; it is not in force by that',
    body: artifactSchema,
    status: 200,
    response: keptArtifactSchema,
    handle: ({ engine }, { body }) => engine.artifacts.keep(body),
  },
  {
    method: 'GET',
    path: '/api/dse/artifact/:compiledId',
    summary: 'One artifact as it is kept; a unique prefix of its name will do',
    status: 200,
    response: artifactSchema,
    handle: ({ engine }, { params }) =>
      engine.artifacts.read(parseRequest(artifactParamsSchema, params, 'path').compiledId),
  },
  {
    method: 'GET',
    path: '/api/dse/active',
    summary: 'Every signature with the artifact that is in force for it, and its canary',
    status: 200,
    response: inForceListSchema,
    handle: async ({ engine }) => ({ signatures: await engine.artifacts.active() }),
  },
  {
    method: 'GET',
    path: '/api/dse/history',
    summary: 'What was in force for a signature, the latest change first',
    query: signatureQuerySchema,
    status: 200,
    response: pointerHistorySchema,
    async handle({ engine }, { query }) {
      return { changes: await engine.artifacts.history(parseRequest(signatureQuerySchema, query, 'query').signature) };
    },
  },
  {
    method: 'POST',
    path: '/api/dse/rollback',
    summary: 'Take back the latest promotion of a signature, or all down to an artifact that was in force before',
    body: rollbackSchema,
    status: 200,
    response: pointerRowSchema,
    handle: ({ engine }, { body }) => engine.artifacts.rollback(parseRequest(rollbackSchema, body, 'body')),
  },
];

async function listCanaries({ engine }: ApiServices, { query }: RouteInput) {
  return { canaries: await engine.canaries.list(parseRequest(artifactsQuerySchema, query, 'query').signature) };
}

const CANARY_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/dse/canaries',
    summary: 'Canaries, the latest first, with their counts and tests; of one signature, or of all',
    query: artifactsQuerySchema,
    status: 200,
    response: canaryListSchema,
    handle: listCanaries,
  },
  {
    method: 'GET',
    path: '/api/dse/canary/:canaryId',
    summary: 'One canary and what became of it, row by row',
    status: 200,
    response: canaryHistorySchema,
    handle: ({ engine }, { params }) =>
      engine.canaries.history(parseRequest(canaryParamsSchema, params, 'path').canaryId),
  },
  {
    method: 'POST',
    path: '/api/dse/canary/start',
    summary:
      'Have a share of a signature’s predictions made by another artifact, until the evidence says whether it harms',
    body: canaryStartSchema,
    status: 200,
    response: canarySchema,
    handle: ({ engine }, { body }) => engine.canaries.start(parseRequest(canaryStartSchema, body, 'body')),
  },
  {
    method: 'POST',
    path: '/api/dse/canary/stop',
    summary: 'End the canary of a signature',
    body: canaryStopSchema,
    status: 200,
    response: canarySchema,
    handle({ engine }, { body }) {
      const { signatureId, reason } = parseRequest(canaryStopSchema, body, 'body');
      return engine.canaries.stop(signatureId, reason);
    },
  },
  {
    method: 'POST',
    path: '/api/dse/canary/judge',
    summary: 'Say of a prediction that a canary counts whether its output is bad',
    body: canaryJudgementSchema,
    status: 200,
    response: canarySchema,
    handle({ engine }, { body }) {
      const { receiptId, bad } = parseRequest(canaryJudgementSchema, body, 'body');
      return engine.canaries.judge(receiptId, bad);
    },
  },
];

export const dseArtifactRoutes: readonly Route[] = [...ARTIFACT_ROUTES, ...CANARY_ROUTES];
