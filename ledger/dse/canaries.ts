// The canaries that run: folded from the Predict events of this home's own predictions as they are committed, and stored in their batch. A
// trace that was imported is counted by nobody. What is folded and not stored is forgotten with its batch.
import { type Canary, type CanaryHistoryRow, canarySchema } from '../../protocol/dse/canary.ts';
import { type CanaryOutcome, foldReceipt, isLive } from '../../protocol/dse/canary-fold.ts';
import type { CanaryArm } from '../../protocol/dse/e-process.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { canaryHistoryKey, canaryKey, liveCanaryKey } from '../store/keys.ts';
import { del, put, type Row } from '../store/store.ts';
import { encodeValue } from '../store/values.ts';

type PredictEvent = Extract<TraceEvent, { type: 'Predict' }>;

/** Ends that say nothing about the parameters: somebody did not want the answer any more. */
const WITHDRAWN: ReadonlySet<string> = new Set(['interrupted', 'job-cancelled']);
/** Answers without the form that was asked for. */
const MALFORMED: ReadonlySet<string> = new Set(['model-output-invalid', 'result-invalid']);
/** Up to so many receipts of the canary each has a row in the history; of twice as many every second one, and so on. */
const ROWS_EACH = 256;

/** What was stored before; `Store` fits. */
export interface StoredCanaries {
  valueNow(key: string): unknown;
}

export class Canaries {
  readonly #stored: StoredCanaries;
  /** By signature; null where none runs. */
  #live = new Map<string, Canary | null>();
  /** Changed and not taken yet, and the rows of their histories. */
  #changed = new Map<string, Canary>();
  #news: Row[] = [];

  constructor(stored: StoredCanaries) {
    this.#stored = stored;
  }

  /** The one of a signature that runs, as far as it was folded. At once. @throws PylonError `store-corrupt` */
  live(signatureId: string): Canary | undefined {
    const known = this.#live.get(signatureId);
    if (known !== undefined) return known ?? undefined;
    const read = this.#read(signatureId);
    this.#live.set(signatureId, read ?? null);
    return read;
  }

  /** Counts a prediction that was made by it or its control. */
  see(event: TraceEvent): void {
    if (event.type !== 'Predict') return;
    const { signature, canary_id, canary_arm: arm, receipt_id } = event;
    if (canary_id === undefined || arm === undefined || WITHDRAWN.has(event.error?.code ?? '')) return;
    const before = this.live(signature);
    if (before?.canaryId !== canary_id) return;
    const after = foldReceipt(before, outcomeOf(event, arm), event.timestamp_ms);
    this.change(after, actionOf(before, after), event.timestamp_ms, receipt_id ?? null);
  }

  /** What is in force changes: whatever is compared with it is over. @param compiledId of what is in force now */
  controlMoved(signatureId: string, compiledId: string, atMs: number): void {
    const before = this.live(signatureId);
    if (before === undefined) return;
    const isPromoted = before.plan.canary_compiled_id === compiledId;
    const reason = isPromoted ? 'it was promoted' : `${compiledId} came into force, so that it lost its control`;
    const after: Canary = { ...before, status: 'stopped', endedAtMs: atMs, reason };
    this.change(after, isPromoted ? 'promote' : 'stop', atMs, null);
  }

  /**
   * As it is from now on; MUST be handed to the journal's `keep` at once where no event brings it there.
   * @param action in its history; null for none
   * @returns it with the row of its history counted
   */
  change(after: Canary, action: CanaryHistoryRow['action'] | null, atMs: number, receiptId: string | null): Canary {
    const { canaryId, historyRows: seq, control, canary, reason } = after;
    const told = action === null ? after : { ...after, historyRows: seq + 1 };
    this.#live.set(after.plan.signatureId, isLive(told) ? told : null);
    this.#changed.set(canaryId, told);
    if (action === null) return told;
    const row: CanaryHistoryRow = {
      canaryId,
      seq,
      atMs,
      action,
      receiptId,
      logE: after.errors.logE,
      control,
      canary,
      reason,
    };
    this.#news.push(put(canaryHistoryKey(canaryId, seq), encodeValue(row)));
    return told;
  }

  /** What changed since the last time, as it is to be stored. */
  take(): Row[] {
    const rows = [...this.#changed.values()].flatMap((canary) => {
      const key = liveCanaryKey(canary.plan.signatureId);
      const live = isLive(canary) ? put(key, encodeValue(canary.canaryId)) : del(key);
      return [canaryRow(canary), live];
    });
    rows.push(...this.#news);
    this.#changed = new Map();
    this.#news = [];
    return rows;
  }

  /** What was taken and what waits is lost. */
  forget(): void {
    this.#live = new Map();
    this.#changed = new Map();
    this.#news = [];
  }

  #read(signatureId: string): Canary | undefined {
    const canaryId = this.#stored.valueNow(liveCanaryKey(signatureId));
    if (canaryId === undefined) return undefined;
    return readCanary(this.#stored.valueNow(canaryKey(String(canaryId))), String(canaryId));
  }
}

export function canaryRow(canary: Canary): Row {
  return put(canaryKey(canary.canaryId), encodeValue(canary));
}

/** @throws PylonError `store-corrupt` */
export function readCanary(value: unknown, canaryId: string): Canary {
  const canary = canarySchema.safeParse(value);
  if (canary.success) return canary.data;
  throw new PylonError('store-corrupt', { value: canaryId, reason: 'a canary is damaged', cause: canary.error });
}

function outcomeOf({ error, repairs, limits_hit: hit = [] }: PredictEvent, arm: CanaryArm): CanaryOutcome {
  const isTrouble = repairs > 0 || hit.length > 0 || MALFORMED.has(error?.code ?? '');
  return { arm, isError: error !== undefined, isTrouble };
}

/** Its end and its holding are told always, its receipts less and less often. */
function actionOf(before: Canary, after: Canary): CanaryHistoryRow['action'] | null {
  if (before.status !== after.status) {
    if (after.status === 'auto_stopped') return 'auto_stop';
    if (after.status === 'passed') return 'pass';
    if (after.status === 'hold') return 'hold';
  }
  const { receipts } = after.canary;
  if (receipts === before.canary.receipts) return null;
  const every = 2 ** Math.max(0, Math.ceil(Math.log2(receipts / ROWS_EACH)));
  return receipts % every === 0 ? 'update' : null;
}
