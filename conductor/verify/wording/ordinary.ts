// Whether a word is an ordinary one or likely the name of something. Names must match between answers that agree;
// ordinary words may be others that mean the same.
import { isStopWord } from '../../search/stopwords.ts';
import { tradeSynonyms } from '../../search/thesaurus.ts';
import { stemOf, tokenise } from '../../search/tokens.ts';
import { COMMON_STEMS } from './common-words.ts';
import { meaningOf } from './lexicon.ts';
import { TRADE_WORDS } from './trade-words.ts';

const STEMS = new Set([...COMMON_STEMS.trim().split(/\s+/), ...tokenise(TRADE_WORDS).map(({ text }) => stemOf(text))]);
const PREFIX = /^(?:un|re|non|dis|in|im|out|over|under|pre|mis|auto|multi|sub|inter|de|co)(?=\w{3})/;

/** `word` in lower case, `stem` its stem. */
export function isOrdinary(word: string, stem: string): boolean {
  if (word.length <= 2 || STEMS.has(stem) || isStopWord(word) || meaningOf(stem) !== undefined) return true;
  if (tradeSynonyms(word).length > 0) return true;
  const base = word.replace(PREFIX, '');
  return base !== word && STEMS.has(stemOf(base));
}
