// What was done for a receipt, step by step.
import { z } from 'zod';
import { exploredQuerySchema, exploredSchema } from '../../../protocol/dse/explored.ts';
import { exploredOf } from '../explored.ts';
import { parseRequest } from '../failure.ts';
import type { ApiServices, Route, RouteInput } from '../route.ts';

const paramsSchema = z.object({ receiptId: z.string().min(1).max(26) });

async function getExplored({ engine }: ApiServices, input: RouteInput) {
  const { receiptId } = parseRequest(paramsSchema, input.params, 'path');
  const page = parseRequest(exploredQuerySchema, input.query, 'query');
  const receipt = await engine.predictions.read(receiptId);
  const events = engine.runs.events(receipt.runId, 0);
  return exploredOf({ receipt, events, payload: (hash) => engine.predictions.blob(receipt.receiptId, hash) }, page);
}

export const exploredRoute: Route = {
  method: 'GET',
  path: '/api/dse/explored/:receiptId',
  summary:
    'The exploration of a receipt step by step: actions, sizes of observations, spans, budgets, the answer with its evidence',
  query: exploredQuerySchema,
  status: 200,
  response: exploredSchema,
  handle: getExplored,
};
