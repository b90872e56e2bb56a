// Canaries as people start and stop them, read their histories, and say what they think of an output. What they do is on disk when it is said
// to be done.
import type { Canary, CanaryHistoryRow, CanaryPlan } from '../../protocol/dse/canary.ts';
import { beginCanary, foldJudgement, isLive } from '../../protocol/dse/canary-fold.ts';
import type { CanaryArm } from '../../protocol/dse/e-process.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { RunJournal } from '../journal.ts';
import { ALL_CANARIES, canariesBeginningWith, historyOfCanary, judgementKey } from '../store/keys.ts';
import { Serial } from '../store/serial.ts';
import { put, type Store } from '../store/store.ts';
import { decodeValue, encodeValue } from '../store/values.ts';
import { normalisePrefix } from '../unique-prefix.ts';
import { canaryRow, readCanary } from './canaries.ts';

/** What somebody thinks of an output that a canary or its control made. */
export interface Judgement {
  readonly canaryId: string;
  readonly arm: CanaryArm;
  readonly receiptId: string;
  readonly isBad: boolean;
}

export class CanaryControl {
  readonly #store: Store;
  readonly #journal: Pick<RunJournal, 'keep' | 'canaries'>;
  /** Two that judge one receipt at the same time are one. */
  readonly #turns = new Serial();

  /** @param journal of the same store */
  constructor(store: Store, journal: Pick<RunJournal, 'keep' | 'canaries'>) {
    this.#store = store;
    this.#journal = journal;
  }

  /** @param controlId what is in force. @throws PylonError `canary-running` | `canary-pointless` | `store-failed` */
  async start(plan: CanaryPlan, controlId: string, canaryId: string, nowMs: number): Promise<Canary> {
    const running = this.#journal.canaries.live(plan.signatureId);
    if (running !== undefined) throw new PylonError('canary-running', { value: running.canaryId });
    if (plan.canary_compiled_id === controlId) throw new PylonError('canary-pointless', { value: controlId });
    return this.#keep(beginCanary(plan, { canaryId, controlId, nowMs }), 'start', nowMs);
  }

  /** @throws PylonError `canary-unknown` where none runs | `store-failed` */
  async stop(signatureId: string, reason: string, nowMs: number): Promise<Canary> {
    const running = this.#running(signatureId);
    return this.#keep({ ...running, status: 'stopped', endedAtMs: nowMs, reason }, 'stop', nowMs);
  }

  /** Once for each receipt: what is said again is not counted again. @throws PylonError `canary-unknown` where it is over | `store-failed` */
  judge(signatureId: string, judgement: Judgement, nowMs: number): Promise<Canary> {
    return this.#turns.run(() => this.#judge(signatureId, judgement, nowMs));
  }

  async #judge(signatureId: string, { canaryId, arm, receiptId, isBad }: Judgement, nowMs: number): Promise<Canary> {
    const running = this.#running(signatureId);
    if (running.canaryId !== canaryId)
      throw new PylonError('canary-unknown', { value: canaryId, reason: 'it is over' });
    const key = judgementKey(canaryId, receiptId);
    if (this.#store.has(key)) return running;
    const after = foldJudgement(running, arm, isBad, nowMs);
    const action = isLive(after) ? 'update' : 'auto_stop';
    return this.#keep(after, action, nowMs, { key, value: { isBad, atMs: nowMs }, receiptId });
  }

  /** The latest first. @param signatureId of all signatures when absent. @throws PylonError `store-*` */
  async list(signatureId?: string): Promise<Canary[]> {
    const all: Canary[] = [];
    for await (const [key, bytes] of this.#store.rows(ALL_CANARIES, { reverse: true })) {
      const canary = readCanary(decodeValue(bytes, key), key);
      if (signatureId === undefined || canary.plan.signatureId === signatureId) all.push(canary);
    }
    return all;
  }

  /** @param prefix of its id, unique. @throws PylonError `canary-unknown` | `store-*` */
  async read(prefix: string): Promise<Canary> {
    const wanted = normalisePrefix(prefix);
    const found: Canary[] = [];
    if (wanted !== undefined)
      for await (const [key, bytes] of this.#store.rows(canariesBeginningWith(wanted), { limit: 2 }))
        found.push(readCanary(decodeValue(bytes, key), key));
    const [canary, other] = found;
    if (canary !== undefined && other === undefined) return canary;
    const reason = other === undefined ? {} : { reason: 'several begin with this', next: 'give more of it' };
    throw new PylonError('canary-unknown', { value: prefix, ...reason });
  }

  /** What became of it, oldest first. @throws PylonError `store-*` */
  async history(canaryId: string): Promise<CanaryHistoryRow[]> {
    const rows: CanaryHistoryRow[] = [];
    for await (const [key, bytes] of this.#store.rows(historyOfCanary(canaryId)))
      rows.push(decodeValue(bytes, key) as CanaryHistoryRow);
    return rows;
  }

  #running(signatureId: string): Canary {
    const running = this.#journal.canaries.live(signatureId);
    if (running === undefined)
      throw new PylonError('canary-unknown', { value: signatureId, reason: 'no canary of it is running' });
    return running;
  }

  async #keep(
    canary: Canary,
    action: CanaryHistoryRow['action'],
    nowMs: number,
    said?: { readonly key: string; readonly value: unknown; readonly receiptId: string },
  ): Promise<Canary> {
    const told = this.#journal.canaries.change(canary, action, nowMs, said?.receiptId ?? null);
    const rows = said === undefined ? [] : [put(said.key, encodeValue(said.value))];
    await this.#journal.keep([canaryRow(told), ...rows], []); // whatever else changed of canaries goes with it
    return told;
  }
}
