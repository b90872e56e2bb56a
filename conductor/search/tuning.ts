// Owns every number of the ranking in one place. They are round on purpose: each was checked by leaving one file of
// the question set out at a time, and none is worth a second digit.

export const TUNING = {
  /** BM25 saturation of repeated terms. */
  saturation: 0.6,
  /** BM25 length normalisation. */
  lengthWeight: 0.3,
  /** Weight of terms in the lines beside this one (prose and code). */
  neighbourWeight: 0.4,
  /** Weight of terms in the headings above this line (prose). */
  headingWeight: 0.2,
  /** Weight of a synonym beside the word of the question. */
  synonymWeight: 0.3,
  /** Weight of two adjacent words of the question written as one. */
  adjacentWeight: 0.5,
  tradeWeight: 0.4,
  quoteLines: 1,
  rivalLines: 2,
  n2: 0,
  pointer: 0.5,
  heading: 0.7,
  duration: 1.5,
  number: 1.3,
  reason: 1.3,
  failureWeight: 0.5,
  conceptMax: 0,
  idfCap: 0,
  coverage: 0.2,
  idfPower: 1,
} as const;

export type Tuning = { readonly [name in keyof typeof TUNING]: number };
