// How sure a few observations make one, at 95 %: so that three lucky answers do not rank before three thousand good ones.

/** Two-sided 95 % of the normal distribution. */
const Z = 1.96;

/**
 * The lower bound of a share of which `good` of `all` were seen (Wilson 1927); 0 when nothing was.
 * It is below every share that would make what was seen less likely than 2.5 %.
 */
export function wilsonLower(good: number, all: number): number {
  if (good === 0) return 0; // rounding would leave a trace above it
  const share = good / all;
  const square = (Z * Z) / all;
  const spread = Z * Math.sqrt((share * (1 - share) + square / 4) / all);
  return Math.max(0, (share + square / 2 - spread) / (1 + square));
}

/**
 * Which of `count` values in ascending order the median is below, with 95 % confidence, whatever their distribution
 * (Conover, Practical Nonparametric Statistics, 3.2): from 1. Undefined below eight values, which cannot tell.
 */
export function medianUpperRank(count: number): number | undefined {
  const rank = Math.ceil(count / 2 + (Z * Math.sqrt(count)) / 2) + 1;
  return rank <= count ? rank : undefined;
}
