// What one run knows of those it asks: their standing, from earlier runs and from what was checked in this one, who was caught,
// and what had been accepted on their word.
import { type Observation, observe, STRANGER, type Standing } from '../../protocol/standing.ts';
import { DOUBT_MAX, doubtOf, isTrusted, posteriors } from './credibility.ts';
import type { Seat } from './panel.ts';
import { Reliance } from './reliance.ts';

/** What became of one chunk. */
export interface Lesson {
  readonly chunk: number;
  readonly agreeing: readonly Seat[];
  readonly dissenting: readonly Seat[];
  readonly by: 'panel' | 'local';
}

/** One job in this many is a canary. */
const CANARY_EVERY = 10;
/** Right canaries that a stranger has to show before it is given real work. */
const CANARIES_FIRST = 2;

export class Trust {
  readonly #known: (provider: string) => Standing | undefined;
  readonly #learned = new Map<string, Standing>();
  readonly #struck = new Set<string>();
  readonly #reliance = new Reliance();
  readonly #reopened = new Set<number>();

  /** @param known what earlier runs found out */
  constructor(known: (provider: string) => Standing | undefined = () => undefined) {
    this.#known = known;
  }

  standing(provider: string): Standing {
    return this.#learned.get(provider) ?? this.#known(provider) ?? STRANGER;
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
  learn({ chunk, agreeing, dissenting, by }: Lesson): void {
    const isChecked = by === 'local' || agreeing.length > 1;
    if (isChecked) for (const { provider } of agreeing) this.#observe(provider, { by, isRight: true });
    for (const { provider } of dissenting) this.#observe(provider, { by, isRight: false });
    if (by === 'panel') this.#reliance.rely(chunk, agreeing);
  }

  learnCanary(provider: string, isRight: boolean): void {
    this.#observe(provider, { by: 'canary', isRight });
  }

  /** Chunks whose accepted answer stands on the word of somebody who was caught since; each is given out once. */
  takeReopened(): number[] {
    const chunks = [...this.#reopened].sort((one, other) => one - other);
    this.#reopened.clear();
    return chunks;
  }

  #observe(provider: string, observation: Observation): void {
    const before = this.standing(provider);
    const after = observe(before, observation);
    this.#learned.set(provider, after);
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
