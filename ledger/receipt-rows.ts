// The rows by which receipts are found: made from the Predict event that tells one, in the batch that stores it, and taken away with
// its run. So an import makes them, too.
import type { TraceEvent } from '../protocol/trace.ts';
import { isUlid } from '../protocol/ulid.ts';
import { receiptKey, runReceiptKey, signatureReceiptKey } from './store/keys.ts';
import { del, EMPTY, put, type Row } from './store/store.ts';
import { encodeValue } from './store/values.ts';

type PredictEvent = Extract<TraceEvent, { type: 'Predict' }>;

/** What the row of a receipt holds. */
export interface ReceiptRow {
  /** Of the receipt: a payload of its run. */
  readonly hash: string;
  readonly signature: string;
  readonly strategy: string;
  readonly model: string;
  /** When it was told: at the end of its prediction (unix ms). */
  readonly at_ms: number;
  readonly latency_ms: number;
  readonly error_code: string | null;
}

/** None where the event names no receipt by a ULID: it could not be put in order. */
export function receiptRows(event: PredictEvent): Row[] {
  const { receipt_hash: hash, signature, strategy, model, timestamp_ms: at_ms, latency_ms, error } = event;
  const [key, ...indexes] = keysOf(event);
  if (key === undefined || hash === undefined) return [];
  const row: ReceiptRow = { hash, signature, strategy, model, at_ms, latency_ms, error_code: error?.code ?? null };
  return [put(key, encodeValue(row)), ...indexes.map((index) => put(index, EMPTY))];
}

/** What removes them. */
export function receiptRemoval(event: PredictEvent): Row[] {
  return keysOf(event).map(del);
}

function keysOf({ receipt_id: id, run_id, signature }: PredictEvent): string[] {
  if (id === undefined || !isUlid(id)) return [];
  return [receiptKey(id, run_id), signatureReceiptKey(signature, id, run_id), runReceiptKey(run_id, id)];
}
