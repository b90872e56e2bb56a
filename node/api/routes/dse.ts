// Signatures, predictions and receipts over HTTP.
import { z } from 'zod';
import { receiptSchema } from '../../../protocol/receipt.ts';
import { receiptPageSchema, receiptSelectionSchema } from '../../../protocol/receipt-list.ts';
import { predictRequestSchema } from '../../settings/predict-request.ts';
import { signaturesSchema } from '../dse-schemas.ts';
import { parseRequest } from '../failure.ts';
import type { ApiServices, Route, RouteInput } from '../route.ts';
import { startedSchema } from '../schemas.ts';
import { shownPayload } from '../shown-payload.ts';

const receiptParamsSchema = z.object({ receiptId: z.string().min(1).max(26) });
const blobParamsSchema = receiptParamsSchema.extend({
  blobId: z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be a sha256 in hex digits' }),
});

async function startPrediction({ active }: ApiServices, input: RouteInput) {
  return { run_id: await active.predict(parseRequest(predictRequestSchema, input.body, 'body')) };
}

function getReceipt({ engine }: ApiServices, input: RouteInput) {
  return engine.predictions.read(parseRequest(receiptParamsSchema, input.params, 'path').receiptId);
}

function listReceipts({ engine }: ApiServices, input: RouteInput) {
  return engine.predictions.list(parseRequest(receiptSelectionSchema, input.query, 'query'));
}

async function getBlob({ engine }: ApiServices, input: RouteInput) {
  const { receiptId, blobId } = parseRequest(blobParamsSchema, input.params, 'path');
  const bytes = await engine.predictions.blob(receiptId, blobId);
  return shownPayload(blobId, bytes);
}

export const dseRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/dse/signatures',
    summary: 'Every signature that can be predicted: schemas, prompt, the parameters in force, and their hashes',
    status: 200,
    response: signaturesSchema,
    handle: async ({ engine }) => ({ signatures: await engine.artifacts.signatures() }),
  },
  {
    method: 'POST',
    path: '/api/dse/predict',
    summary: 'Begin a run that is one prediction of a signature; its output is that of the run, as JSON',
    body: predictRequestSchema,
    status: 202,
    response: startedSchema,
    handle: startPrediction,
  },
  {
    method: 'GET',
    path: '/api/dse/receipts/list',
    summary: 'Receipts of predictions, newest first, page by page; of one signature or run, or of all',
    query: receiptSelectionSchema,
    status: 200,
    response: receiptPageSchema,
    handle: listReceipts,
  },
  {
    method: 'GET',
    path: '/api/dse/receipt/:receiptId',
    summary: 'One receipt; a unique prefix of its id will do',
    status: 200,
    response: receiptSchema,
    handle: getReceipt,
  },
  {
    method: 'GET',
    path: '/api/dse/blob/:receiptId/:blobId',
    summary: 'A payload of the run that a receipt is of, by its sha256: its exploration, or a part of it',
    status: 200,
    produces: ['text/plain'],
    handle: getBlob,
  },
];
