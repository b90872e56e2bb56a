// Owns every number of the ranking in one place. They are round on purpose: none is worth a second digit, and each was
// kept only where it helped, or did no harm, on questions about other files than those it was found on.

export const TUNING = {
  /** BM25 saturation of repeated terms: a second mention says little. */
  saturation: 0.6,
  /** BM25 length normalisation: lines differ in length by their headers more than by what they say. */
  lengthWeight: 0.3,
  /** Weight of terms in the lines beside this one (prose and code; in logs they only mislead). */
  neighbourWeight: 0.4,
  /** Weight of terms in the headings above this line (prose). */
  headingWeight: 0.2,
  /** Weight of a dictionary synonym, and of a word of the trade, beside the word of the question. */
  synonymWeight: 0.3,
  tradeWeight: 0.4,
  /** Weight of two adjacent words of the question written as one. */
  adjacentWeight: 0.5,
  /** What each further word of the question that a line has adds to the whole. */
  coverage: 0.2,
  /** Factors of `features.ts`. */
  pointer: 0.5,
  heading: 0.7,
  duration: 1.5,
  number: 1.3,
  reason: 1.3,
  /** What a point of `failures.ts` adds when a question names a failure, and when it asks for nothing else. */
  failureWeight: 0.5,
  diagnosisWeight: 10,
} as const;

export type Tuning = { readonly [name in keyof typeof TUNING]: number };
