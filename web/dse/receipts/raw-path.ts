// Where the whole of an exploration is, as it was written down.
import type { PredictReceipt } from '../../../protocol/receipt.ts';

/** Undefined where there is none. */
export function rawPath({ receiptId, rlmTrace }: Pick<PredictReceipt, 'receiptId' | 'rlmTrace'>): string | undefined {
  if (rlmTrace === null) return undefined;
  return `/api/dse/blob/${encodeURIComponent(receiptId)}/${rlmTrace.blobId}`;
}
