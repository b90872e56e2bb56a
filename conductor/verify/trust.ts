// What one run knows of those it asks: their standing, from earlier runs and from what was checked in this one, who was caught,
// and what had been accepted on their word.
import { type Observation, observations, observe, STRANGER, type Standing } from '../../protocol/standing.ts';
import { DOUBT_MAX, doubtOf, isTrusted, posteriors } from './credibility.ts';
import type { Seat } from './panel.ts';
import { Reliance } from './reliance.ts';

/** Who said something about a chunk. */
export interface Speaker extends Seat {
  readonly chunk: number;
}

/** What became of one chunk. */
export interface Lesson<Voice extends Speaker> {
  readonly chunk: number;
  readonly agreeing: readonly Voice[];
  readonly dissenting: readonly Voice[];
  readonly by: 'panel' | 'local';
}

/** One job in this many is a canary. */
const CANARY_EVERY = 10;
/** Right canaries that a stranger has to show before it is given real work. */
const CANARIES_FIRST = 2;
/** Of so many answers since its last check one is always asked again before the run ends; of fewer, in proportion. */
const TAIL_CHECKED = 4;

export class Trust<Voice extends Speaker = Speaker> {
  readonly #known: (provider: string) => Standing | undefined;
  readonly #learned = new Map<string, Standing>();
  readonly #struck = new Set<string>();
  readonly #reliance = new Reliance<Voice>();
  readonly #reopened = new Set<number>();

  /** @param known what earlier runs found out */
  constructor(known: (provider: string) => Standing | undefined = () => undefined) {
    this.#known = known;
  }

  standing(provider: string): Standing {
    return this.#learned.get(provider) ?? this.#known(provider) ?? STRANGER;
  }

  /** What one answer of it counts for in a chunk, above 0 and at most 1: of a stranger three or four are needed, of the trusted one. */
  worth(provider: string): number {
    const standing = this.standing(provider);
    return isTrusted(standing) ? 1 : Math.min(1, Math.log(doubtOf(standing)) / Math.log(DOUBT_MAX));
  }

  /** It has yet to earn trust: a few jobs at a time are enough for it. */
  isOnProbation(provider: string): boolean {
    return !isTrusted(this.standing(provider));
  }

  /** It was caught in this run, and is not asked again in it. */
  isStruck(provider: string): boolean {
    return this.#struck.has(provider);
  }

  /** Whether a provider that is about to be asked is asked a canary in place of the chunk. @param fraction at least 0, below 1 */
  wantsCanary(provider: string, fraction: number): boolean {
    const { passes, streak } = this.standing(provider);
    return (passes < CANARIES_FIRST && streak < CANARIES_FIRST) || fraction < 1 / CANARY_EVERY;
  }

  /** A chunk was decided: everybody's record learns of it. */
  learn(lesson: Lesson<Voice>): void {
    const { chunk, agreeing, by } = lesson;
    for (const [{ provider }, observation] of observations(lesson)) this.#observe(provider, observation);
    this.#reopened.delete(chunk); // it was decided just now
    if (by === 'panel') this.#reliance.rely(chunk, agreeing);
  }

  learnCanary(provider: string, isRight: boolean): void {
    this.#observe(provider, { by: 'canary', isRight });
  }

  /** Chunks whose accepted answer stands on the word of somebody who was caught since; each is given out once. */
  takeReopened(): ReadonlySet<number> {
    const chunks = new Set(this.#reopened);
    this.#reopened.clear();
    return chunks;
  }

  /**
   * Answers that are to be checked before the run ends: who turned after its last check is found by its last answer, and with it
   * what it sold since. @param fraction gives numbers of at least 0, below 1
   */
  takeUnchecked(fraction: () => number): Voice[] {
    const due: Voice[] = [];
    for (const { last, chunks } of this.#reliance.tails())
      if (this.isOnProbation(last.provider) || fraction() < chunks.length / TAIL_CHECKED) due.push(last);
    return due;
  }

  #observe(provider: string, observation: Observation): void {
    const before = this.standing(provider);
    const after = observe(before, observation);
    this.#learned.set(provider, after);
    // Who knows a canary when he sees one is honest just then: it says nothing of what he sold.
    if (observation.isRight && observation.by !== 'canary') this.#reliance.takeTail(provider);
    if (!observation.isRight) for (const chunk of this.#reliance.takeTail(provider)) this.#reopened.add(chunk);
    if (after.strikes > before.strikes) this.#strike(provider);
  }

  #strike(provider: string): void {
    this.#struck.add(provider);
    for (const { chunk, by } of this.#reliance.takeThose(provider)) {
      const left = by.filter((other) => !this.#struck.has(other));
      if (!this.#stillHolds(left)) this.#reopened.add(chunk);
    }
  }

  /** Whether an answer would have been accepted on these voices alone. */
  #stillHolds(providers: readonly string[]): boolean {
    const standings = providers.map((provider) => this.standing(provider));
    if (standings.length === 1) return isTrusted(standings[0]!);
    const [chance = 0] = standings.length === 0 ? [] : posteriors([standings.map(doubtOf)]);
    return 1 - chance <= DOUBT_MAX;
  }
}
