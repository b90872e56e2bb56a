// Receipts of predictions in the store: found by id, listed by signature and by run, newest first. They are payloads of their runs, and go
// with them.
import { PylonError } from '../protocol/errors.ts';
import { type PredictReceipt, receiptSchema } from '../protocol/receipt.ts';
import type { ReceiptPage, ReceiptSelection, ReceiptSummary } from '../protocol/receipt-list.ts';
import { readBlob } from './blobs.ts';
import { isForeign } from './origins.ts';
import type { ReceiptRow } from './receipt-rows.ts';
import {
  ALL_RECEIPTS,
  blobUseKey,
  type KeyRange,
  receiptKey,
  receiptPlace,
  receiptsBeginningWith,
  receiptsOfRun,
  receiptsOfSignature,
} from './store/keys.ts';
import type { Store } from './store/store.ts';
import { normalisePrefix } from './unique-prefix.ts';

/** Homes that may have used one id. */
const TWINS_MAX = 16;

export interface ReceiptLibrary {
  /** @param receiptId or a unique prefix of it. @throws PylonError `receipt-unknown` | `store-corrupt` */
  read(receiptId: string): Promise<PredictReceipt>;
  /** Newest first. @throws PylonError `store-corrupt` */
  list(selection: ReceiptSelection): Promise<ReceiptPage>;
  /** A payload of the receipt's run: its exploration, or a part of it. @throws PylonError `receipt-unknown` | `store-corrupt` */
  blob(receiptId: string, hash: string): Promise<Uint8Array | undefined>;
}

interface Found {
  readonly receiptId: string;
  readonly runId: string;
  readonly hash: string;
}

export class Receipts implements ReceiptLibrary {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async read(given: string): Promise<PredictReceipt> {
    const { receiptId, runId, hash } = await this.#find(given);
    const bytes = await readBlob(this.#store, hash);
    const unknown = (reason: string) => new PylonError('receipt-unknown', { value: receiptId, reason });
    if (bytes === undefined) throw unknown('the receipt was not kept with its run');
    let value: unknown;
    try {
      value = JSON.parse(Buffer.from(bytes).toString());
    } catch (cause) {
      throw new PylonError('store-corrupt', { value: receiptId, reason: 'a receipt is not JSON', cause });
    }
    const receipt = receiptSchema.safeParse(value);
    if (!receipt.success || receipt.data.receiptId !== receiptId || receipt.data.runId !== runId)
      throw unknown('what the run names by it is no receipt of this prediction');
    return receipt.data;
  }

  async list({ signature, run, before, limit }: ReceiptSelection): Promise<ReceiptPage> {
    const range = run !== undefined ? receiptsOfRun(run) : signatureRange(signature);
    const receipts: ReceiptSummary[] = [];
    const down = before === undefined ? range : { gte: range.gte, lt: `${range.gte}${before}!` };
    for await (const key of this.#store.keys(down, { reverse: true })) {
      const { receiptId, runId } = receiptPlace(key);
      const row = await this.#row(receiptId, runId);
      if (row === undefined || (signature !== undefined && row.signature !== signature)) continue;
      if (receipts.length === limit) return { receipts, next_before: receipts.at(-1)?.receiptId ?? null };
      receipts.push({
        receiptId,
        runId,
        signatureId: row.signature,
        strategyId: row.strategy,
        model: row.model,
        endedAtMs: row.at_ms,
        latencyMs: row.latency_ms,
        errorCode: row.error_code,
      });
    }
    return { receipts, next_before: null };
  }

  async blob(receiptId: string, hash: string): Promise<Uint8Array | undefined> {
    const { runId } = await this.#find(receiptId);
    return this.#store.has(blobUseKey(hash, runId)) ? readBlob(this.#store, hash) : undefined;
  }

  /** A run of another home may use an id of ours: ours is meant then. */
  async #find(given: string): Promise<Found> {
    const prefix = normalisePrefix(given);
    if (prefix === undefined) throw new PylonError('receipt-unknown', { value: given });
    let found: Found | undefined;
    for await (const key of this.#store.keys(receiptsBeginningWith(prefix), { limit: TWINS_MAX })) {
      const { receiptId, runId } = receiptPlace(key);
      if (found !== undefined && found.receiptId !== receiptId)
        throw new PylonError('receipt-unknown', {
          value: given,
          reason: 'several receipts begin with this',
          next: 'give more of it',
        });
      const row = await this.#row(receiptId, runId);
      if (row !== undefined && (found === undefined || !isForeign(this.#store, runId)))
        found = { receiptId, runId, hash: row.hash };
    }
    if (found === undefined) throw new PylonError('receipt-unknown', { value: given });
    return found;
  }

  async #row(receiptId: string, runId: string): Promise<ReceiptRow | undefined> {
    return (await this.#store.value(receiptKey(receiptId, runId))) as ReceiptRow | undefined;
  }
}

function signatureRange(signature: string | undefined): KeyRange {
  return signature === undefined ? ALL_RECEIPTS : receiptsOfSignature(signature);
}
