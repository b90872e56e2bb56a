// Owns what the wording of a question says about its answer: "why" wants a cause, "how long" a duration.
import type { Hint } from './plan.ts';

const RULES: readonly (readonly [Hint, RegExp])[] = [
  ['reason', /\b(why|reasons?|causes?d?|because|explain|what (made|led|went wrong))\b/],
  ['count', /\bhow (many|often)\b|\b(number|count) of\b|\bhow much\b/],
  ['number', /\bhow (many|much|big|large|long|far|high|low|fast|deep|wide|old|late|warm|hot|cold|often|small|heavy)\b/],
];

/** The hints of a question, in the order of `HINTS`. */
export function hintsOf(query: string): Hint[] {
  const text = query.toLowerCase();
  return RULES.filter(([, pattern]) => pattern.test(text)).map(([hint]) => hint);
}
