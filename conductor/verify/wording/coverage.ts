// How much of what one text says the other says too: the share of its content words that the other has, or has a word for
// that means the same. Literals do not count here, they have their own gates; so a text about something else stands out.
import { tradeSynonyms } from '../../search/thesaurus.ts';
import { stemOf } from '../../search/tokens.ts';
import { kinOf } from './lexicon.ts';
import type { Reading, Token } from './reading.ts';
import { synonymsOf } from './relations.ts';
import { isContent, ROOT_CHARS } from './roots.ts';

/** Stems of the words that the thesaurus gives for a stem's word; made once for each, at most `REMEMBERED_MAX`. */
const synonyms = new Map<string, readonly string[]>();
const REMEMBERED_MAX = 20_000;

function tradeStems({ key }: Token): readonly string[] {
  let stems = synonyms.get(key);
  if (stems === undefined) {
    stems = tradeSynonyms(key).map(stemOf);
    if (synonyms.size >= REMEMBERED_MAX) synonyms.clear();
    synonyms.set(key, stems);
  }
  return stems;
}

/** All words that count as told where these tokens stand. */
export function toldBy(reading: Reading): (token: Token) => boolean {
  const { stems, concepts, roots } = reading;
  const kin = new Set<string>();
  for (const token of reading.tokens) {
    if (!isContent(token)) continue;
    for (const stem of kinOf(token.stem) ?? []) kin.add(stem);
    for (const stem of tradeStems(token)) kin.add(stem);
    for (const stem of synonymsOf(token.stem)) kin.add(stem);
  }
  return (token) =>
    stems.has(token.stem) ||
    kin.has(token.stem) ||
    (token.meaning !== undefined && concepts.has(token.meaning.concept)) ||
    (token.key.length >= ROOT_CHARS && roots.has(token.key.slice(0, ROOT_CHARS))) ||
    tradeStems(token).some((stem) => stems.has(stem));
}

/** A sentence with fewer content words may be worded altogether differently. */
const SENTENCE_WORDS_MIN = 3;

/** Of each sentence of a reading, its content words and how many of them are told. */
function tally(reading: Reading, told: (token: Token) => boolean): { words: number; covered: number }[] {
  const counts = new Map<number, { words: number; covered: number }>();
  for (const token of reading.tokens) {
    if (!isContent(token)) continue;
    const count = counts.get(token.sentence) ?? { words: 0, covered: 0 };
    count.words++;
    if (told(token)) count.covered++;
    counts.set(token.sentence, count);
  }
  return [...counts.values()];
}

/** Where one of the texts has no word of its own beside literals, nothing speaks for or against. */
const SHARE_UNKNOWN = 0.5;

/**
 * Share (0 to 1) of the content words of both that the other tells too, or of the sentence that fares worst where that is
 * less.
 */
export function coverageOf(left: Reading, right: Reading): number {
  const [ones, others] = [tally(left, toldBy(right)), tally(right, toldBy(left))];
  if (ones.length === 0 || others.length === 0) return ones.length === others.length ? 1 : SHARE_UNKNOWN;
  const counts = [...ones, ...others];
  const words = counts.reduce((sum, count) => sum + count.words, 0);
  const covered = counts.reduce((sum, count) => sum + count.covered, 0);
  const sentences = counts.filter((count) => count.words >= SENTENCE_WORDS_MIN);
  return Math.min(covered / words, ...sentences.map((count) => count.covered / count.words));
}
