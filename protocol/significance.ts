// Whether paired results differ by more than chance explains. Exact where that can be computed; where it is drawn, it is drawn from a
// fixed seed, so that the same pairs always give the same p.

/** Up to here every pattern of signs is tried: 65,536. */
const EXACT_PAIRS_MAX = 16;
/** Up to here they are drawn; beyond, the sum of so many is nearly normal. */
const DRAWN_PAIRS_MAX = 256;
const DRAWS = 10_000;
const SEED = 0x9e3779b9;

/** What significance is at least said from. */
export const ALPHA = 0.05;
/** With five pairs the least p is 2/32: nothing they could say is significant. */
export const PAIRS_MIN = 6;

/** Chance of at most `most` heads in `n` throws of a fair coin; the terms are made in logs, because they are too small for a double. */
function fairTail(most: number, n: number): number {
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= most; k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, tail);
}

/**
 * Exact McNemar (McNemar 1947): two-sided binomial test of the pairs that disagree.
 * @param onlyA pairs in which only the first is right @param onlyB only the second
 */
export function mcnemar(onlyA: number, onlyB: number): number {
  return Math.min(1, 2 * fairTail(Math.min(onlyA, onlyB), onlyA + onlyB));
}

/** The same, one-sided: small where the second is better. */
export function mcnemarBetter(onlyA: number, onlyB: number): number {
  return fairTail(onlyA, onlyA + onlyB);
}

/** The next state, and with it 32 random bits (Marsaglia's xorshift32). */
function nextBits(state: number): number {
  let bits = state;
  bits ^= bits << 13;
  bits ^= bits >>> 17;
  bits ^= bits << 5;
  return bits;
}

/**
 * Paired bootstrap (Efron 1979), one-sided: the share of resamples of the pairs whose mean difference is not above 0, that of the pairs
 * themselves among them, so that it is never 0. Small where the second is better.
 * @param differences second less first @param draws resamples; the least that can be said is 1/(draws + 1)
 */
export function bootstrapNotBetter(differences: readonly number[], draws: number): number {
  const pairs = Float64Array.from(differences);
  const n = pairs.length;
  // Sums of the same numbers in another order differ in their last digits.
  const nothing = 1e-9 * differences.reduce((sum, difference) => sum + Math.abs(difference), 0);
  let notBetter = 1;
  let bits = SEED;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (let pick = 0; pick < n; pick++) {
      bits = nextBits(bits);
      sum += pairs[Math.floor(((bits >>> 0) / 2 ** 32) * n)]!;
    }
    if (sum <= nothing) notBetter++;
  }
  return notBetter / (draws + 1);
}

/**
 * Paired sign-flip (Fisher's permutation) test of the mean difference, two-sided: where nothing differs, each difference might as well
 * have had the other sign.
 */
export function signFlip(differences: readonly number[]): number {
  const moving = differences.filter((difference) => difference !== 0);
  const observed = Math.abs(moving.reduce((sum, difference) => sum + difference, 0));
  // Sums of the same numbers in another order differ in their last digits, and count as equal.
  const least = observed - 1e-9 * moving.reduce((sum, difference) => sum + Math.abs(difference), 0);
  if (moving.length === 0) return 1;
  if (moving.length <= EXACT_PAIRS_MAX) return exactShare(moving, least);
  if (moving.length <= DRAWN_PAIRS_MAX) return drawnShare(moving, least);
  return twoSidedTail(observed / Math.hypot(...moving));
}

/** For every pattern of signs of up to eight differences, their sum: what a pattern of all of them adds up to is then looked up. */
function sumsOf(differences: readonly number[]): Float64Array {
  const sums = new Float64Array(2 ** differences.length);
  for (let pattern = 0; pattern < sums.length; pattern++)
    for (let bit = 0; bit < differences.length; bit++)
      sums[pattern]! += (pattern >> bit) & 1 ? differences[bit]! : -differences[bit]!;
  return sums;
}

function exactShare(differences: readonly number[], least: number): number {
  const [low, high] = [sumsOf(differences.slice(0, 8)), sumsOf(differences.slice(8))];
  let extreme = 0;
  for (const one of low) for (const other of high) if (Math.abs(one + other) >= least) extreme++;
  return extreme / (low.length * high.length);
}

/** With the observed pattern itself among the draws, so that p is never 0. */
function drawnShare(differences: readonly number[], least: number): number {
  const tables = Array.from({ length: Math.ceil(differences.length / 8) }, (_, at) =>
    sumsOf(differences.slice(8 * at, 8 * at + 8)),
  );
  let extreme = 1;
  let state = SEED;
  for (let draw = 0; draw < DRAWS; draw++) {
    let sum = 0;
    let bits = 0;
    for (let at = 0; at < tables.length; at++) {
      if (at % 4 === 0) {
        state = nextBits(state);
        bits = state;
      }
      const table = tables[at]!;
      sum += table[bits & (table.length - 1)]!;
      bits >>>= 8;
    }
    if (Math.abs(sum) >= least) extreme++;
  }
  return extreme / (DRAWS + 1);
}

/** 2 (1 - Φ(z)), by Abramowitz and Stegun 7.1.26: within 1.5e-7. */
function twoSidedTail(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.min(1, polynomial * Math.exp(-x * x));
}

/** Holm's step-down adjustment: each p as it stands when all of them are asked together, in the order given. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_p, at) => at).sort((left, right) => ps[left]! - ps[right]!);
  const adjusted = new Array<number>(ps.length).fill(1);
  let floor = 0;
  for (const [rank, at] of order.entries()) {
    floor = Math.max(floor, Math.min(1, (ps.length - rank) * ps[at]!));
    adjusted[at] = floor;
  }
  return adjusted;
}
