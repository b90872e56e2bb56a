// Words that mean the same or the opposite of a word, as WordNet has it. General English: what words mean in logs, builds
// and documents stands in lexicon.ts and goes first.
import { ANTONYMS, SYNONYMS } from './word-relations.ts';

type Table = ReadonlyMap<string, ReadonlySet<string>>;
const NONE: ReadonlySet<string> = new Set();
let synonyms: Table | undefined;
let antonyms: Table | undefined;

/** Each stem of a group with all others of its groups. */
function tableOf(list: string): Table {
  const table = new Map<string, Set<string>>();
  for (const group of list.trim().split(/,\s*/)) {
    const stems = group.split(' ');
    for (const stem of stems) {
      const known = table.get(stem) ?? new Set();
      for (const other of stems) if (other !== stem) known.add(other);
      table.set(stem, known);
    }
  }
  return table;
}

/** Stems of words that mean the same in a common sense. */
export function synonymsOf(stem: string): ReadonlySet<string> {
  synonyms ??= tableOf(SYNONYMS);
  return synonyms.get(stem) ?? NONE;
}

/** Stems of words that mean the opposite in a common sense. */
export function antonymsOf(stem: string): ReadonlySet<string> {
  antonyms ??= tableOf(ANTONYMS);
  return antonyms.get(stem) ?? NONE;
}

/** The stem that this one denies by its first letters: "possibl" for "imposs". */
export function deniedStem(stem: string): string | undefined {
  const bare = /^(?:un|in|im|ir|il|dis)(\w{3,})$/.exec(stem)?.[1];
  return bare === undefined ? undefined : [...antonymsOf(stem)].find((other) => other.startsWith(bare));
}
