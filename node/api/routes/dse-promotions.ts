// Gates over HTTP: a candidate held against what is in force, and what was found.
import { z } from 'zod';
import {
  promoteRequestSchema,
  promotionPageSchema,
  promotionSchema,
  promotionSelectionSchema,
} from '../../../protocol/dse/promotion.ts';
import { parseRequest } from '../failure.ts';
import type { Route } from '../route.ts';

const paramsSchema = z.object({ promotionId: z.string().min(1).max(26) });
/** It goes on when whoever asked hangs up: asking again tells what came of it. */
const NEVER = new AbortController().signal;

export const dsePromotionRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/dse/promote',
    summary:
      'Hold what a compile chose against what is in force, on the holdout; where it is better it comes into force. Answers when both are measured',
    body: promoteRequestSchema,
    status: 200,
    response: promotionSchema,
    handle: ({ engine }, { body }) =>
      engine.promotions.promote(parseRequest(promoteRequestSchema, body, 'body'), NEVER),
  },
  {
    method: 'GET',
    path: '/api/dse/promotions',
    summary: 'What gates found, newest first, page by page; of one signature, or of all',
    query: promotionSelectionSchema,
    status: 200,
    response: promotionPageSchema,
    handle: ({ engine }, { query }) => engine.promotions.list(parseRequest(promotionSelectionSchema, query, 'query')),
  },
  {
    method: 'GET',
    path: '/api/dse/promotions/:promotionId',
    summary: 'What one gate found, with the reward of each example; a unique prefix of its id will do',
    status: 200,
    response: promotionSchema,
    handle: ({ engine }, { params }) => engine.promotions.read(parseRequest(paramsSchema, params, 'path').promotionId),
  },
];
