// How far an answer may be believed, given who gave it: Sarmenta's credibility-based fault tolerance (2002). A provider's error
// estimate falls with its checked results; an answer is accepted when the voices for it leave little doubt; the trusted answer
// alone and are checked again at random; where doubt remains we compute the chunk ourselves.
import type { Standing } from '../../protocol/standing.ts';
import type { Ballot, Decision, Panel, Seat, Table } from './panel.ts';
import { pollOf } from './poll.ts';

/** Share of strangers that must be expected to lie, all the same lie: what the scheme is built to bear (facts: 30 % colluding). */
const LIARS = 0.3;
/** An honest provider's answer differs from the others' this often (facts: honest agreement 97 %). */
const DEVIATION = 0.03;
/** Two that deviate say the same thing one time in ten. */
const SAME_DEVIATION = 0.1;
/** Canaries may leak: more of them than this prove nothing. */
const PASSES_COUNTED = 3;
/** Doubt that is left of an accepted answer: what ten checked results in a row leave of one provider. */
export const DOUBT_MAX = 0.016;
/** Most voices on one chunk; past it our own computation is cheaper than another stranger. */
export const VOICES_MAX = 4;
/** The trusted are checked again at least this often: it bounds what one that turns can sell. */
const RECHECK_MIN = 0.03;
/** Above it a provider is not trusted alone whatever its record: one wrong result, not yet lived down. */
const SUSPICION_MAX = 1;

/** Checked results that count for trust. */
function creditOf({ streak, passes }: Standing): number {
  return streak + Math.min(passes, PASSES_COUNTED);
}

/** The probability that an unchecked answer is a lie: f / (1 - f) / (e k) after k checked results in a row (Sarmenta). */
export function doubtOf(standing: Standing): number {
  const credit = creditOf(standing);
  return credit === 0 ? LIARS : Math.min(LIARS, LIARS / (1 - LIARS) / (Math.E * credit));
}

/** It may answer alone. */
export function isTrusted(standing: Standing): boolean {
  return doubtOf(standing) <= DOUBT_MAX && standing.suspicion <= SUSPICION_MAX;
}

/** How often one that may answer alone is checked all the same: 1 / k. */
export function recheckChance(standing: Standing): number {
  return Math.max(RECHECK_MIN, 1 / Math.max(1, creditOf(standing)));
}

/** How likely it is that all of them say the same wrong thing. */
function likelihoodOfError(doubts: readonly number[]): number {
  const lies = doubts.reduce((product, doubt) => product * doubt, 1);
  const [, ...others] = doubts;
  const slips = DEVIATION ** doubts.length * SAME_DEVIATION ** others.length;
  return lies + slips;
}

/**
 * The probability that the answer of each group is the true one. At most one is; or none, when all lie.
 * @param groups the doubts of those who said the same
 */
export function posteriors(groups: readonly (readonly number[])[]): number[] {
  const errors = groups.map(likelihoodOfError);
  const weights = groups.map((group, index) => {
    const truth = group.reduce((product, doubt) => product * (1 - doubt), 1);
    return errors.reduce((product, error, other) => (other === index ? product : product * error), truth);
  });
  const allLie = groups.flat().reduce((product, doubt) => product * doubt, 1);
  const total = weights.reduce((sum, weight) => sum + weight, allLie);
  return weights.map((weight) => weight / total);
}

/** What is known of providers. */
export interface Standings {
  standing(provider: string): Standing;
}

/** The sides of one issue by the doubts of those on them, and the likeliest: -1 where there is none. */
interface Weighed {
  readonly doubts: readonly (readonly number[])[];
  readonly best: number;
  readonly chance: number;
}

export class CredibilityPanel implements Panel {
  readonly #standings: Standings;
  /** Drawn once for the chunk. */
  readonly #luck: number;

  /** @param luck at least 0, below 1, fresh for each chunk: whether a trusted provider is checked this time */
  constructor(standings: Standings, luck: number) {
    this.#standings = standings;
    this.#luck = luck;
  }

  decide<Voice extends Ballot>(table: Table<Voice>): Decision<Voice> {
    const { voices, seats, placing, canAsk, isLate } = table;
    const { issues, accept } = pollOf(voices);
    const weighed = issues.map((sides) => this.#weigh(sides));
    const chosen = weighed.map(({ best, chance }) => (this.#suffices(chance, voices) ? best : undefined));
    const isSettled = chosen.every((side) => side !== undefined);
    const accepted = accept(chosen);
    if (accepted !== undefined && isSettled) return accepted;
    if (isLate) return { kind: 'local' };
    if (placing > 0) return { kind: 'wait' };
    const mayYetSuffice = weighed.every((issue, at) => chosen[at] !== undefined || this.#mayYetSuffice(issue, table));
    if (seats.length > 0 && mayYetSuffice) return { kind: 'wait' };
    if (canAsk && voices.length + seats.length < VOICES_MAX) return { kind: 'ask', count: 1, distinct: true };
    if (seats.length > 0) return { kind: 'wait' };
    // A few lines on which the voices differ are left out: our own reading of them would be one more voice.
    return accepted ?? { kind: 'local' };
  }

  /** How likely the likeliest side of an issue is to be right. */
  #weigh(sides: readonly (readonly Seat[])[]): Weighed {
    const doubts = sides.map((voices) => voices.map((voice) => this.#doubt(voice)));
    const chances = posteriors(doubts);
    const chance = Math.max(...chances, 0);
    return { doubts, best: chances.indexOf(chance), chance };
  }

  #doubt({ provider }: { readonly provider: string }): number {
    return doubtOf(this.#standings.standing(provider));
  }

  /** One voice alone must be trusted and not be due for a check. */
  #suffices(chance: number, voices: readonly { readonly provider: string }[]): boolean {
    if (1 - chance > DOUBT_MAX) return false;
    const [first, second] = voices;
    if (first === undefined || second !== undefined) return first !== undefined;
    const standing = this.#standings.standing(first.provider);
    return isTrusted(standing) && this.#luck >= recheckChance(standing);
  }

  /** If those who are out say what the likeliest side says. */
  #mayYetSuffice({ doubts, best }: Weighed, { voices, seats }: Table<Ballot>): boolean {
    const joined = [...(doubts[best] ?? []), ...seats.map((seat) => this.#doubt(seat))];
    const others = doubts.filter((_, index) => index !== best);
    const [chance] = posteriors([joined, ...others]);
    return this.#suffices(chance!, [...voices, ...seats]);
  }
}
