// Whether two free texts about the same thing say the same. What must match to the letter is compared to the letter, what
// plays which part is compared by what stands round it, and the rest by thresholds that docs/verification.md measures.
import type { Agreement } from './agreement.ts';
import { alignSentences, type Group } from './wording/alignment.ts';
import { exchangeOf } from './wording/bindings.ts';
import { coverageOf } from './wording/coverage.ts';
import { denials, GATES } from './wording/gates.ts';
import { normaliseText } from './wording/normalise.ts';
import { isSameBehindOpener } from './wording/openers.ts';
import { READING_CHARS_MAX, type Reading, readText } from './wording/reading.ts';
import { isContent } from './wording/roots.ts';

/** What may differ before two texts differ: set on the calibration half of test/fixtures/agreement. */
export interface TextThresholds {
  /** Least share of content words that the other text has too, of the sentences that share least. */
  readonly shareMin: number;
  /** Most by which two things may fit better in each other's place; below 0 it must show that they have not changed. */
  readonly exchangeMax: number;
  /** From this share of common words on two texts must deny as often as each other: what is left to differ is a "not". */
  readonly denialShare: number;
}
export const TEXT_THRESHOLDS: TextThresholds = Object.freeze({ shareMin: 0.22, exchangeMax: 0.1, denialShare: 0.3 });
/** For what may be dropped when in doubt: hardly anything wrong passes, and much that is right does not. */
export const STRICT_THRESHOLDS: TextThresholds = Object.freeze({ shareMin: 0.9, exchangeMax: -0.1, denialShare: 0 });

/** What comparing measured, before the thresholds: `fault` where a gate failed. */
export interface TextComparison {
  readonly fault?: string;
  readonly share: number;
  readonly exchange: number;
  /** The highest share of common words among sentences of which one denies more; -1 where none does. */
  readonly odd: number;
}

/** A sentence that no other goes with may hold this many content words: "Yes.", "Here is the answer." */
const LONE_WORDS_MAX = 1;

function compareGroup({ left, right }: Group): TextComparison {
  if (left.tokens.length === 0 || right.tokens.length === 0) {
    const lone = [...left.tokens, ...right.tokens].filter(isContent).length > LONE_WORDS_MAX;
    return {
      share: lone ? 0 : 1,
      exchange: Number.NEGATIVE_INFINITY,
      odd: -1,
      ...(lone ? { fault: 'a sentence of one has no counterpart in the other' } : {}),
    };
  }
  if (isSameBehindOpener(left.tokens, right.tokens)) return { share: 1, exchange: Number.NEGATIVE_INFINITY, odd: -1 };
  const share = coverageOf(left, right);
  const measured = { share, exchange: exchangeOf(left, right), odd: deniesMore(left, right) ? share : -1 };
  const fault = denials(left, right, undefined);
  return fault === undefined ? measured : { ...measured, fault };
}

/**
 * Whether one denies an odd number of times more. "Nobody but" and the like make the number mean nothing, and "only
 * warnings" is "warnings, but no errors".
 */
function deniesMore(left: Reading, right: Reading): boolean {
  const isLimited = left.denial.limited !== right.denial.limited && !left.stems.has('not') && !right.stems.has('not');
  const settled = left.denial.takenBack || right.denial.takenBack || isLimited;
  return !settled && (left.denial.count - right.denial.count) % 2 !== 0;
}

/**
 * Whether a text denies what its source says, or lets two things of it change places. Unlike in agreement the text may say
 * less than the source, or say it in words of its own.
 */
export function contradicts(text: string, source: string): boolean {
  const [one, other] = [readText(text), readText(source)];
  if (denials(one, other, undefined) !== undefined || exchangeOf(one, other) > TEXT_THRESHOLDS.exchangeMax) return true;
  return deniesMore(one, other) && coverageOf(one, other) >= TEXT_THRESHOLDS.denialShare;
}

/** Measures two readings. `given`: what both were given, so that either may leave its numbers and names out. */
export function compareReadings(left: Reading, right: Reading, given?: Reading): TextComparison {
  let fault: string | undefined;
  for (const gate of GATES) fault ??= gate(left, right, given);
  let [share, exchange, odd] = [1, Number.NEGATIVE_INFINITY, -1];
  for (const group of alignSentences(left, right)) {
    const found = compareGroup(group);
    fault ??= found.fault;
    share = Math.min(share, found.share);
    exchange = Math.max(exchange, found.exchange);
    odd = Math.max(odd, found.odd);
  }
  return { share, exchange, odd, ...(fault === undefined ? {} : { fault }) };
}

function excess({ share, exchange, odd }: TextComparison, limits: TextThresholds): string | undefined {
  if (share < limits.shareMin) return 'the words are about something else';
  if (odd >= limits.denialShare) return 'one denies what the other does not';
  return exchange > limits.exchangeMax ? 'two things have changed places' : undefined;
}

/** The verdict on what was measured. */
export function judgeText(found: TextComparison, thresholds: TextThresholds = TEXT_THRESHOLDS): Agreement {
  const reason = found.fault ?? excess(found, thresholds);
  if (reason !== undefined) return { agrees: false, score: found.share * 0.49, reason };
  return { agrees: true, score: 0.5 + found.share * 0.5 };
}

/**
 * Whether two texts say the same. Symmetric. `given`: a text that both are about, whose numbers and names either may leave out.
 * Texts too long to be read word by word agree only
 * when equal but for spelling.
 */
export function agreeText(
  left: string,
  right: string,
  given?: string,
  thresholds: TextThresholds = TEXT_THRESHOLDS,
): Agreement {
  if (left === right || normaliseText(left) === normaliseText(right)) return { agrees: true, score: 1 };
  if (Math.max(left.length, right.length) > READING_CHARS_MAX)
    return { agrees: false, score: 0, reason: 'long texts that are not the same' };
  const source = given === undefined ? undefined : readText(given);
  return judgeText(compareReadings(readText(left), readText(right), source), thresholds);
}
