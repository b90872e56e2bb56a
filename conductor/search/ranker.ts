// Owns a search plan made ready for use: the words to look for, what each is worth, and the score of a line.
import { FailureMatcher } from './failures.ts';
import type { SearchPlan } from './plan.ts';
import { TermMatcher } from './tokens.ts';
import type { Tuning } from './tuning.ts';

/** One line (or window of a line) as the ranking sees it. */
export interface Unit {
  readonly start: number;
  readonly end: number;
  /** 0-based line in the text. */
  readonly line: number;
  readonly tokens: number;
  /** Terms found, one entry per occurrence. */
  readonly hits: Int32Array;
  /** Terms of the headings in force. */
  readonly above: Int32Array;
  /** False for a line that neither lends terms to its neighbours nor takes any. */
  readonly social: boolean;
  /** True when the line holds a word of failure (only looked for when the plan names failures). */
  readonly failing: boolean;
}

export class Ranker {
  readonly plan: SearchPlan;
  readonly matcher: TermMatcher;
  /** Points of each failure template. */
  readonly failures: ReadonlyMap<string, number>;
  readonly #value: Float64Array;
  readonly #concept: Int32Array;
  readonly #count: Float64Array;
  readonly #touched: number[] = [];

  constructor(plan: SearchPlan) {
    this.plan = plan;
    const stems = plan.terms.map((term) => term.stem);
    this.matcher = plan.failures.length > 0 ? new FailureMatcher(stems) : new TermMatcher(stems);
    this.failures = new Map(plan.failures.map(({ key, points }) => [key, points]));
    this.#value = Float64Array.from(plan.terms, ({ frequency, weight }) => {
      const units = Math.min(frequency, plan.units);
      return weight * Math.log(1 + (plan.units - units + 0.5) / (units + 0.5));
    });
    this.#concept = Int32Array.from(plan.terms, (term) => term.concept);
    this.#count = new Float64Array(plan.terms.length);
  }

  /** BM25 of one line over the whole input, with what its neighbours and headings lend it. */
  score(unit: Unit, before: Unit | undefined, after: Unit | undefined, tuning: Tuning): number {
    if (unit.tokens === 0) return 0;
    this.#add(unit.hits, 1);
    const concepts = this.#conceptsTouched();
    if (before) this.#add(before.hits, tuning.neighbourWeight);
    if (after) this.#add(after.hits, tuning.neighbourWeight);
    this.#add(unit.above, tuning.headingWeight);
    const average = this.plan.averageTokens || 1;
    const length = 1 - tuning.lengthWeight + tuning.lengthWeight * (unit.tokens / average);
    let points = 0;
    for (const term of this.#touched) {
      const count = this.#count[term]!;
      this.#count[term] = 0;
      points += this.#value[term]! * ((count * (tuning.saturation + 1)) / (count + tuning.saturation * length));
    }
    this.#touched.length = 0;
    return points * (1 + tuning.coverage * Math.max(0, concepts - 1));
  }

  #add(hits: Int32Array, weight: number): void {
    for (const term of hits) {
      if (this.#count[term] === 0) this.#touched.push(term);
      this.#count[term]! += weight;
    }
  }

  /** How many words of the question the terms added so far stand for. Concepts are below 64 (plan.ts). */
  #conceptsTouched(): number {
    let low = 0;
    let high = 0;
    for (const term of this.#touched) {
      const concept = this.#concept[term]!;
      if (concept < 32) low |= 1 << concept;
      else high |= 1 << (concept - 32);
    }
    return bitCount(low) + bitCount(high);
  }
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

const RANKERS = new WeakMap<SearchPlan, Ranker>();

/** The ranker of a plan; made once per plan object. */
export function rankerOf(plan: SearchPlan): Ranker {
  let ranker = RANKERS.get(plan);
  if (!ranker) {
    ranker = new Ranker(plan);
    RANKERS.set(plan, ranker);
  }
  return ranker;
}
