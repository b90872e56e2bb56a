// The ledger of `--no-log`: the same shape, nothing on disk. Of the runs going on and the last few that ended it
// keeps the state, and of their events only the latest, so that whoever follows from the start misses nothing.
import { PylonError } from '../../protocol/errors.ts';
import { type RunState, toRunRecord } from '../../protocol/fold.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import type { Operation } from '../book/book.ts';
import { flatten } from '../leaderboard/rollup.ts';
import { Rollups } from '../leaderboard/rollups.ts';
import type { RollupRow } from '../leaderboard/totals.ts';
import { Reputations } from '../reputation.ts';
import { rollupPlace } from '../store/keys.ts';
import { type EventListener, Listeners } from '../writing/listeners.ts';
import { type LiveRuns, RunStates } from '../writing/live-runs.ts';

/** Events of one run that can still be read: a follower that begins a moment late finds the beginning. */
const EVENTS_KEPT = 4_096;
/** Runs that ended and can still be asked for. */
const RUNS_KEPT = 8;

export class VolatileJournal implements LiveRuns {
  readonly #runs = new RunStates();
  readonly #listeners = new Listeners();
  /** Of the providers asked lately. */
  readonly #rollups = new Rollups({ valueNow: () => undefined });
  /** As long as the process lives; of the providers met last. */
  readonly reputations = new Reputations({ valueNow: () => undefined });
  readonly #recent = new Map<string, TraceEvent[]>();
  readonly #ended = new Map<string, RunRecord>();

  state(runId: string): RunState | undefined {
    return this.#runs.state(runId);
  }

  subscribe(listener: EventListener): () => void {
    return this.#listeners.subscribe(listener);
  }

  /** Tells listeners, keeps nothing for good. @throws PylonError `trace-invalid` */
  async commit(events: readonly TraceEvent[]): Promise<void> {
    const state = this.#runs.accept(events, this.#rollups, this.reputations);
    this.#rollups.take();
    this.#rollups.stored();
    this.reputations.take();
    this.reputations.stored();
    const recent = this.#recent.get(state.id) ?? [];
    recent.push(...events);
    if (recent.length >= 2 * EVENTS_KEPT) recent.splice(0, recent.length - EVENTS_KEPT);
    this.#recent.set(state.id, recent);
    if (state.status !== 'running') this.#end(state);
    await null; // nobody hears of an event before its commit returned
    this.#listeners.tell(events);
  }

  /** Of the providers asked lately, as many as the memory keeps. */
  async *rollups(fromHour: number, toHour: number): AsyncGenerator<readonly RollupRow[]> {
    const rows = [...this.#rollups.kept()].map(([key, rollup]) => ({ ...rollupPlace(key), flat: flatten(rollup) }));
    yield rows.filter(({ hour }) => hour >= fromHour && hour <= toHour);
  }

  /** A book operation that no run tells of: the volatile book has it already, and nothing is written. */
  async post(_operation: Operation): Promise<void> {}

  /** Payloads are not kept. */
  keepBlob(): void {}

  /** Runs going on and the last few that ended, newest first. */
  records(): RunRecord[] {
    const going = this.#runs.ids().flatMap((id) => {
      const state = this.#runs.state(id);
      return state === undefined ? [] : [toRunRecord(state)];
    });
    return [...going, ...this.#ended.values()].sort((left, right) => (left.id < right.id ? 1 : -1));
  }

  /** @throws PylonError `run-unknown` when the run, or its events from `fromSeq` on, are not kept */
  recent(runId: string, fromSeq: number): readonly TraceEvent[] {
    const recent = this.#recent.get(runId);
    const first = recent?.[0]?.seq;
    if (recent === undefined || first === undefined) throw new PylonError('run-unknown', { value: runId });
    if (fromSeq < first)
      throw new PylonError('run-unknown', {
        value: runId,
        reason: `with --no-log its events before seq ${first} are gone`,
      });
    return recent.slice(fromSeq - first);
  }

  #end(state: RunState): void {
    this.#ended.set(state.id, toRunRecord(state));
    this.#runs.forget(state.id);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size <= RUNS_KEPT || oldest === undefined) return;
    this.#ended.delete(oldest);
    this.#recent.delete(oldest);
  }
}
