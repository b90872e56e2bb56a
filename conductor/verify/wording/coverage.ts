// How much of what one text says the other says too: the share of its content words that the other has, or has a word for
// that means the same. Literals do not count here, they have their own gates; so a text about something else stands out.
import { tradeSynonyms } from '../../search/thesaurus.ts';
import { stemOf } from '../../search/tokens.ts';
import { kinOf } from './lexicon.ts';
import type { Reading, Token } from './reading.ts';
import { isContent, ROOT_CHARS } from './roots.ts';

/** Stems of the words that the thesaurus gives for a stem's word; made once for each, at most `REMEMBERED_MAX`. */
const synonyms = new Map<string, readonly string[]>();
const REMEMBERED_MAX = 20_000;

function synonymsOf({ key }: Token): readonly string[] {
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
    for (const stem of synonymsOf(token)) kin.add(stem);
  }
  return (token) =>
    stems.has(token.stem) ||
    kin.has(token.stem) ||
    (token.meaning !== undefined && concepts.has(token.meaning.concept)) ||
    (token.key.length >= ROOT_CHARS && roots.has(token.key.slice(0, ROOT_CHARS))) ||
    synonymsOf(token).some((stem) => stems.has(stem));
}

/** Share (0 to 1) of the content words of both that the other tells too; 1 for texts of literals only. */
export function coverageOf(left: Reading, right: Reading): number {
  let [covered, total] = [0, 0];
  for (const [reading, told] of [
    [left, toldBy(right)],
    [right, toldBy(left)],
  ] as const) {
    for (const token of reading.tokens) {
      if (!isContent(token)) continue;
      total++;
      if (told(token)) covered++;
    }
  }
  return total === 0 ? 1 : covered / total;
}
