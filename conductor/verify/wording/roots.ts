// How words begin: "install" and "installation" are forms of one word although their stems differ.
import type { Token } from './reading.ts';

/** Letters that two words must begin with alike to count as forms of one. */
export const ROOT_CHARS = 5;

/** Words with a content of their own. */
export function isContent(token: Token): boolean {
  return token.kind === 'word' && !token.stop;
}

/** The beginnings of the content words that are long enough to have one. */
export function rootsOf(tokens: readonly Token[]): ReadonlySet<string> {
  const words = tokens.filter((token) => isContent(token) && token.key.length >= ROOT_CHARS);
  return new Set(words.map(({ key }) => key.slice(0, ROOT_CHARS)));
}
