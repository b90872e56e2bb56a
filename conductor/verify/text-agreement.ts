// Whether two free texts about the same thing say the same. What must match to the letter is compared to the letter, what
// plays which part is compared by what stands round it, and the rest by thresholds that docs/verification.md measures.
import type { Agreement } from './agreement.ts';
import { alignSentences, type Group } from './wording/alignment.ts';
import { exchangeOf } from './wording/bindings.ts';
import { coverageOf } from './wording/coverage.ts';
import { denials, GATES } from './wording/gates.ts';
import { normaliseText } from './wording/normalise.ts';
import { READING_CHARS_MAX, type Reading, readText } from './wording/reading.ts';
import { isContent } from './wording/roots.ts';

/** What may differ before two texts differ: set on the calibration half of test/fixtures/agreement. */
export interface TextThresholds {
  /** Least share of content words that the other text has too, of the sentences that share least. */
  readonly shareMin: number;
  /** Most by which two things may fit better in each other's place. */
  readonly exchangeMax: number;
}
export const TEXT_THRESHOLDS: TextThresholds = Object.freeze({ shareMin: 0.22, exchangeMax: 0.2 });

/** What comparing measured, before the thresholds: `fault` where a gate failed. */
export interface TextComparison {
  readonly fault?: string;
  readonly share: number;
  readonly exchange: number;
}

/** A sentence that no other goes with may hold this many content words: "Yes.", "Here is the answer." */
const LONE_WORDS_MAX = 1;

function compareGroup({ left, right }: Group): TextComparison {
  if (left.tokens.length === 0 || right.tokens.length === 0) {
    const lone = [...left.tokens, ...right.tokens].filter(isContent).length > LONE_WORDS_MAX;
    return {
      share: lone ? 0 : 1,
      exchange: 0,
      ...(lone ? { fault: 'a sentence of one has no counterpart in the other' } : {}),
    };
  }
  const fault = denials(left, right, undefined);
  const measured = { share: coverageOf(left, right), exchange: exchangeOf(left, right) };
  return fault === undefined ? measured : { ...measured, fault };
}

/** Measures two readings. `given`: what both were given, so that either may leave its numbers and names out. */
export function compareReadings(left: Reading, right: Reading, given?: Reading): TextComparison {
  let fault: string | undefined;
  for (const gate of GATES) fault ??= gate(left, right, given);
  let [share, exchange] = [1, Number.NEGATIVE_INFINITY];
  for (const group of alignSentences(left, right)) {
    const found = compareGroup(group);
    fault ??= found.fault;
    share = Math.min(share, found.share);
    exchange = Math.max(exchange, found.exchange);
  }
  return fault === undefined ? { share, exchange } : { fault, share, exchange };
}

/** The verdict on what was measured. */
export function judgeText(found: TextComparison, thresholds: TextThresholds = TEXT_THRESHOLDS): Agreement {
  const reason =
    found.fault ??
    (found.share < thresholds.shareMin
      ? 'the words are about something else'
      : found.exchange > thresholds.exchangeMax
        ? 'two things have changed places'
        : undefined);
  if (reason !== undefined) return { agrees: false, score: found.share * 0.49, reason };
  return { agrees: true, score: 0.5 + found.share * 0.5 };
}

/** Whether two texts say the same. Symmetric. Texts too long to be read word by word agree only when equal but for spelling. */
export function agreeText(left: string, right: string, given?: string): Agreement {
  if (left === right || normaliseText(left) === normaliseText(right)) return { agrees: true, score: 1 };
  if (Math.max(left.length, right.length) > READING_CHARS_MAX)
    return { agrees: false, score: 0, reason: 'long texts that are not the same' };
  return judgeText(compareReadings(readText(left), readText(right), given === undefined ? undefined : readText(given)));
}
