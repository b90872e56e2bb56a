// Which runs there are and how they stand, for all who watch the lists: the records of those that changed, gathered.
import type { Clock } from '../../../conductor/ports.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import type { ServedEngine } from '../../engine/port.ts';

/** A list is read, not watched: four times a second is live enough. */
const TELL_MS = 250;
/** A record of a run of 100,000 sub-queries takes a while to make: then it is told less often, and takes this share of the time. */
const BUSY_SHARE_MAX = 1 / 20;
/** Runs of one message. More change at once only when many are imported; the rest follows with the next. */
const RUNS_MAX = 100;

/** One who watches. */
export interface Watcher {
  /** True when it still has too much before it: it is told with what changes next. */
  readonly isBusy: boolean;
  take(message: Buffer): void;
}

export class RunsFeed {
  readonly #engine: Pick<ServedEngine, 'hear' | 'runs'>;
  readonly #clock: Clock;
  readonly #onFailure: (thrown: unknown) => void;
  /** Who watches, and what changed since each was told. */
  readonly #watchers = new Map<Watcher, Set<string>>();
  #stopHearing: (() => void) | undefined;
  #cancelTell: (() => void) | undefined;
  #isTelling = false;
  #toldMs = Number.NEGATIVE_INFINITY;
  #pauseMs = TELL_MS;

  constructor(engine: Pick<ServedEngine, 'hear' | 'runs'>, clock: Clock, onFailure: (thrown: unknown) => void) {
    this.#engine = engine;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  /** Tells it at once of those that go on, then of those that change. */
  watch(watcher: Watcher): void {
    if (this.#watchers.has(watcher)) return;
    this.#watchers.set(watcher, new Set());
    this.#stopHearing ??= this.#engine.hear((events) => this.#hear(events));
    this.#begin(watcher).catch(this.#onFailure);
  }

  unwatch(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    this.#stopHearing?.();
    this.#stopHearing = undefined;
    this.#cancelTell?.();
    this.#cancelTell = undefined;
  }

  async #begin(watcher: Watcher): Promise<void> {
    const runs = await this.#engine.runs.list({ limit: RUNS_MAX, status: 'running' });
    if (this.#watchers.has(watcher)) watcher.take(Buffer.from(JSON.stringify({ type: 'runs', runs })));
  }

  #hear(events: readonly TraceEvent[]): void {
    let last = '';
    for (const { run_id } of events) {
      if (run_id === last) continue;
      last = run_id;
      for (const changed of this.#watchers.values()) changed.add(run_id);
    }
    this.#tellSoon();
  }

  #tellSoon(): void {
    if (this.#isTelling || this.#cancelTell !== undefined) return;
    const dueMs = Math.max(0, this.#toldMs + this.#pauseMs - this.#clock.now());
    this.#cancelTell = this.#clock.after(dueMs, () => {
      this.#cancelTell = undefined;
      this.#isTelling = true;
      this.#tell()
        .catch(this.#onFailure)
        .finally(() => {
          this.#isTelling = false;
          for (const changed of this.#watchers.values()) if (changed.size > 0) return this.#tellSoon();
        });
    });
  }

  async #tell(): Promise<void> {
    this.#toldMs = this.#clock.now();
    const texts = new Map<string, string | undefined>();
    for (const [watcher, changed] of this.#watchers) {
      if (watcher.isBusy) continue;
      const ids = [...changed].slice(0, RUNS_MAX);
      for (const id of ids) {
        changed.delete(id);
        if (!texts.has(id)) texts.set(id, await this.#textOf(id));
      }
      const runs = ids.flatMap((id) => texts.get(id) ?? []);
      if (runs.length > 0 && this.#watchers.has(watcher))
        watcher.take(Buffer.from(`{"type":"runs","runs":[${runs.join(',')}]}`));
    }
    this.#pauseMs = Math.max(TELL_MS, (this.#clock.now() - this.#toldMs) / BUSY_SHARE_MAX);
  }

  /** Undefined for one that is gone. */
  async #textOf(id: string): Promise<string | undefined> {
    const record = await this.#engine.runs.get(id);
    return record === undefined ? undefined : JSON.stringify(record);
  }
}
