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

/** Whether the first `head` tokens are an opener: nothing, or what a colon, a comma or "that" parts from the rest. */
function isParted(tokens: readonly Token[], head: number): boolean {
  if (head === 0) return true;
  const last = tokens[head - 1]!;
  return isOpener(tokens.slice(0, head)) && (last.key === 'that' || last.clause !== tokens[head]!.clause);
}

/** Whether two runs of tokens are the same word for word, openers aside. */
export function isSameBehindOpener(one: readonly Token[], other: readonly Token[]): boolean {
  const least = Math.min(one.length, other.length);
  let same = 0;
  while (same < least && one.at(-1 - same)!.key === other.at(-1 - same)!.key) same++;
  const [head, otherHead] = [one.length - same, other.length - same];
  return same > Math.max(head, otherHead) && isParted(one, head) && isParted(other, otherHead);
}
