// What providers' checked results add up to, across runs: a fold of the events that tell a verdict, stored in their batch. Only our
// own runs count: a trace that was imported is somebody else's word. Fits the conductor's port `Reputation`.
import { PylonError } from '../protocol/errors.ts';
import type { RunState } from '../protocol/fold.ts';
import { lessonsOf, observe, STRANGER, type Standing, standingSchema } from '../protocol/standing.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import { reputationKey } from './store/keys.ts';
import { put, type Row } from './store/store.ts';
import { encodeValue } from './store/values.ts';

/**
 * Providers kept in memory, known or not, some hundred bytes each: those asked lately. The others are read when they are wanted. They
 * are kept in two generations, for a standing is read for each candidate of each job, and to put each in order would cost more than that.
 */
const KEPT_PER_GENERATION = 32_768;

/** What was stored before; `Store` fits. */
export interface StoredStandings {
  valueNow(key: string): unknown;
}

export class Reputations {
  readonly #stored: StoredStandings;
  /** Wanted since the generation began, and in the one before; undefined for one of whom nothing is stored. */
  #young = new Map<string, Standing | undefined>();
  #old: ReadonlyMap<string, Standing | undefined> = new Map();
  /** Changed and not taken yet; taken and not stored yet. */
  #changed = new Map<string, Standing>();
  #taken: ReadonlyMap<string, Standing> = new Map();

  constructor(stored: StoredStandings) {
    this.#stored = stored;
  }

  /** Undefined for one of whom nothing was checked yet. @throws PylonError `store-corrupt` */
  standing(provider: string): Standing | undefined {
    const recent = this.#changed.get(provider) ?? this.#taken.get(provider);
    if (recent !== undefined) return recent;
    const young = this.#young.get(provider);
    if (young !== undefined || this.#young.has(provider)) return young;
    const standing = this.#old.has(provider) ? this.#old.get(provider) : this.#read(provider);
    this.#keep(provider, standing);
    return standing;
  }

  /** @param state the run's state after the event */
  see(state: RunState, event: TraceEvent): void {
    if (event.type !== 'VerifyRedundant' || state.config.verification !== 'credibility') return;
    for (const { queryId, observation } of lessonsOf(event)) {
      const query = state.queries.get(queryId);
      if (query === undefined || query.venue !== 'Swarm') continue;
      this.#changed.set(query.provider, observe(this.standing(query.provider) ?? STRANGER, observation));
    }
  }

  /** What changed since the last time, as it is to be stored. Call `stored` or `forget` before the next. */
  take(): Row[] {
    this.#taken = this.#changed;
    this.#changed = new Map();
    return [...this.#taken].map(([provider, standing]) => put(reputationKey(provider), encodeValue(standing)));
  }

  /** What was taken is in the store. */
  stored(): void {
    for (const [provider, standing] of this.#taken) this.#keep(provider, standing);
    this.#taken = new Map();
  }

  /** What was taken and what waits is lost. */
  forget(): void {
    this.#taken = new Map();
    this.#changed = new Map();
    this.#young = new Map();
    this.#old = new Map();
  }

  #keep(provider: string, standing: Standing | undefined): void {
    this.#young.set(provider, standing);
    if (this.#young.size < KEPT_PER_GENERATION) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  #read(provider: string): Standing | undefined {
    const key = reputationKey(provider);
    const value = this.#stored.valueNow(key);
    if (value === undefined) return undefined;
    const parsed = standingSchema.safeParse(value);
    if (!parsed.success) throw new PylonError('store-corrupt', { value: key, cause: parsed.error });
    return parsed.data;
  }
}
