// The few statistics that a report is made of.

/** ln Γ(x) for x > 0 (Lanczos, g = 7, n = 9; error below 1e-13). */
function logGamma(x: number): number {
  const coefficients = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  let sum = coefficients[0]!;
  for (let index = 1; index < coefficients.length; index++) sum += coefficients[index]! / (x - 1 + index);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** The continued fraction of the incomplete beta function (Lentz); converges in about the square root of the larger argument. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return value;
}

/** The regularised incomplete beta function I_x(a, b). */
function incompleteBeta(a: number, b: number, x: number): number {
  const log = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  const isLow = x < (a + 1) / (a + b + 2);
  return isLow ? (Math.exp(log) * betaFraction(a, b, x)) / a : 1 - (Math.exp(log) * betaFraction(b, a, 1 - x)) / b;
}

/** The probability of at most `successes` in `trials` at `share` each. */
function atMost(successes: number, trials: number, share: number): number {
  return incompleteBeta(trials - successes, successes + 1, 1 - share);
}

/** The upper end of the exact one-sided 95 % interval of a share (Clopper and Pearson 1934). 1 where nothing was tried. */
export function clopperPearsonUpper95(successes: number, trials: number): number {
  if (trials === 0 || successes >= trials) return 1;
  let [low, high] = [successes / trials, 1];
  for (let turn = 0; turn < 60; turn++) {
    const middle = (low + high) / 2;
    if (atMost(successes, trials, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

/** The value below which a share of the values lies (nearest rank); 0 when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
