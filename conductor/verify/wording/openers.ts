// Words before an answer that add nothing: "The log shows that …", "Answer: …".
import { DENIALS, FAILING } from './lexicon.ts';
import type { Token } from './reading.ts';

/** Longer heads say something of their own. */
export const OPENER_WORDS_MAX = 5;

/** Whether these words could stand before any answer: few, no names or numbers, and nothing denied. */
export function isOpener(tokens: readonly Token[]): boolean {
  return tokens.length <= OPENER_WORDS_MAX && tokens.every(isHarmless);
}

function isHarmless({ kind, name, meaning, key }: Token): boolean {
  return kind === 'word' && name === 'no' && !DENIALS.has(key) && !FAILING.has(key) && meaning?.opposite !== true;
}

/** Whether two runs of tokens are the same word for word, an opener of one of them aside. */
export function isSameBehindOpener(one: readonly Token[], other: readonly Token[]): boolean {
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  const head = longer.length - shorter.length;
  if (head > 0 && (shorter.length <= head || !isOpener(longer.slice(0, head)))) return false;
  return shorter.length > 0 && shorter.every(({ key }, at) => longer[head + at]!.key === key);
}
