// Owns how text becomes terms: one lean character scan, aware of camelCase, snake_case, paths and numbers.
// The same scan serves both passes and every provider, so that all of them count the same tokens. It allocates
// nothing per token: only a token whose first three characters open some query stem is sliced and stemmed.
import { stemmer } from 'stemmer';

/** Character kinds of the scan. A character that is no word character separates tokens. */
const SEPARATOR = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
/** A script without spaces between words (Chinese, Japanese, Thai): each character is its own token. */
const SINGLE = 4;

/** The kind of a character outside ASCII: punctuation and spaces separate, other scripts are letters. */
function wideKind(code: number): number {
  if (code < 0xc0) return code === 0xaa || code === 0xb5 || code === 0xba ? LOWER : SEPARATOR;
  if (code === 0xd7 || code === 0xf7) return SEPARATOR;
  if (code < 0x0e00) return LOWER;
  if (code < 0x0f00) return SINGLE;
  if (code < 0x2000) return LOWER;
  if (code < 0x2c00) return SEPARATOR;
  if (code < 0x2e80) return LOWER;
  if (code < 0x3041) return SEPARATOR;
  if (code < 0xa4d0) return SINGLE;
  if (code < 0xf900) return LOWER;
  if (code < 0xfb00) return SINGLE;
  if (code >= 0xfe00 && code < 0xfe70) return SEPARATOR;
  if (code >= 0xff00) return SEPARATOR;
  return LOWER;
}

/** Kind of every UTF-16 unit: one table for all, so that the scan has no branch for ASCII. */
const KIND = new Uint8Array(65_536);
/** Five-bit code of every word character for the prefix filter: letters 1-26 whatever their case, digits 27-30. */
const CODE = new Uint8Array(65_536);
for (let unit = 128; unit < 65_536; unit++) {
  KIND[unit] = wideKind(unit);
  CODE[unit] = KIND[unit] === SEPARATOR ? 0 : 31;
}
for (let letter = 0; letter < 26; letter++) {
  KIND[97 + letter] = LOWER;
  KIND[65 + letter] = UPPER;
  CODE[97 + letter] = CODE[65 + letter] = letter + 1;
}
for (let digit = 0; digit < 10; digit++) {
  KIND[48 + digit] = DIGIT;
  CODE[48 + digit] = 27 + (digit & 3);
}

const LOWERCASE_S = 115;
const UNDERSCORE = 95;
const HYPHEN = 45;
const DOT = 46;
const COMMA = 44;

/** Longer tokens are data (hashes, base64), never words of a question: they are counted, not looked up. */
const TOKEN_CHARS_MAX = 64;
/** Distinct surface forms remembered by one matcher, so that a hostile text cannot grow it. */
const SURFACES_MAX = 20_000;
/** Hits recorded for one unit; a unit is a line of at most a few hundred tokens. */
const HITS_MAX = 512;

function kindAt(text: string, index: number): number {
  return KIND[text.charCodeAt(index)]!;
}

/** The stem under which a lower-case word is looked up. Words of other scripts and numbers stay as they are. */
export function stemOf(word: string): string {
  return /^[a-z]{3,}$/.test(word) ? stemmer(word) : word;
}

/**
 * Where the word that starts at `start` ends: a run of lower case, of digits, of capitals (without the capital that
 * opens the next word), or one capital with the lower case after it. "HTLCs" and "URLs" stay one word.
 */
function wordEnd(text: string, start: number, end: number, kind: number): number {
  let index = start + 1;
  if (kind === SINGLE) return index;
  if (kind === UPPER) {
    if (index >= end) return index;
    if (kindAt(text, index) === UPPER) {
      while (index < end && kindAt(text, index) === UPPER) index++;
      if (index >= end || kindAt(text, index) !== LOWER) return index;
      const pluralEnd = index + 1;
      if (text.charCodeAt(index) === LOWERCASE_S && (pluralEnd >= end || kindAt(text, pluralEnd) !== LOWER))
        return pluralEnd;
      return index - 1;
    }
    kind = LOWER;
  }
  while (index < end && KIND[text.charCodeAt(index)] === kind) index++;
  return index;
}

/** True when the words on both sides of the characters [from, to) belong to one compound: `a_b`, `a-b`, `1,000`, `fooBar`. */
function connects(text: string, from: number, to: number): boolean {
  if (from === to) return true;
  if (to !== from + 1) return false;
  const code = text.charCodeAt(from);
  if (code === UNDERSCORE || code === HYPHEN) return true;
  return (code === DOT || code === COMMA) && kindAt(text, from - 1) === DIGIT && kindAt(text, to) === DIGIT;
}

/** Lower-cased compound without its connectors: `max_open_files` → `maxopenfiles`. */
export function joinCompound(compound: string): string {
  return compound.replace(/[_\-.,]/g, '').toLowerCase();
}

/** One token of a question: `text` is lower case; a compound (`fooBar`) is given after its parts, joined. */
export interface Token {
  readonly text: string;
  readonly joined: boolean;
  readonly start: number;
  readonly end: number;
}

/** Every token of a short text (a question, a heading), in order. For long texts use a `TermMatcher`. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  let compoundStart = 0;
  let parts = 0;
  let last = -1;
  const close = () => {
    if (parts < 2) return;
    const joined = joinCompound(text.slice(compoundStart, last));
    tokens.push({ text: joined, joined: true, start: compoundStart, end: last });
  };
  for (let index = 0; index < text.length; ) {
    const kind = kindAt(text, index);
    if (kind === SEPARATOR) {
      index++;
      continue;
    }
    const end = wordEnd(text, index, text.length, kind);
    if (parts > 0 && kind !== SINGLE && connects(text, last, index)) parts++;
    else {
      close();
      compoundStart = index;
      parts = kind === SINGLE ? 0 : 1;
    }
    tokens.push({ text: text.slice(index, end).toLowerCase(), joined: false, start: index, end });
    last = end;
    index = end;
  }
  close();
  return tokens;
}

/**
 * Finds the terms of one search plan in text. `scan` fills `hitTerm` and `hitAt` (position of the token in the text)
 * up to `hitCount` and returns how many tokens the range holds. One matcher serves one caller at a time.
 */
export class TermMatcher {
  readonly hitTerm = new Int32Array(HITS_MAX);
  readonly hitAt = new Int32Array(HITS_MAX);
  hitCount = 0;
  readonly #prefixes = new Uint8Array(32 * 32 * 32);
  readonly #terms = new Map<string, number>();
  readonly #surfaces = new Map<string, number>();

  /** `stems[i]` is the stem of term i, as `stemOf` gives it. */
  constructor(stems: readonly string[]) {
    stems.forEach((stem, term) => {
      if (!this.#terms.has(stem)) this.#terms.set(stem, term);
      const first = CODE[stem.charCodeAt(0)]! << 10;
      const second = stem.length > 1 ? CODE[stem.charCodeAt(1)]! << 5 : 0;
      const third = stem.length > 2 ? CODE[stem.charCodeAt(2)]! : 0;
      this.#prefixes[first | second | third] = 1;
      // A short stem may have lost or changed its third letter ("ties" → "ti", "days" → "dai").
      if (stem.length === 2 || stem.length === 3) {
        for (let code = 0; code < 32; code++) this.#prefixes[first | second | code] = 1;
      }
    });
  }

  /** The number of the term with this stem. */
  termOf(stem: string): number | undefined {
    return this.#terms.get(stem);
  }

  #look(text: string, start: number, end: number, joined: boolean): void {
    if (end - start > TOKEN_CHARS_MAX) return;
    const surface = text.slice(start, end);
    let term = this.#surfaces.get(surface);
    if (term === undefined) {
      const word = joined ? joinCompound(surface) : surface.toLowerCase();
      term = this.#terms.get(stemOf(word)) ?? -1;
      if (this.#surfaces.size >= SURFACES_MAX) this.#surfaces.clear();
      this.#surfaces.set(surface, term);
    }
    if (term < 0 || this.hitCount >= HITS_MAX) return;
    this.hitTerm[this.hitCount] = term;
    this.hitAt[this.hitCount++] = start;
  }

  /** Scans text[start, end): fills the hits and returns the number of tokens (compounds count their parts once). */
  scan(text: string, start: number, end: number): number {
    this.hitCount = 0;
    const prefixes = this.#prefixes;
    let count = 0;
    let last = -2;
    let compoundStart = 0;
    let compoundOpens = 0;
    let parts = 0;
    for (let index = start; index < end; ) {
      const code = text.charCodeAt(index);
      const kind = KIND[code]!;
      if (kind === SEPARATOR) {
        index++;
        continue;
      }
      let stop = index + 1;
      if (kind === LOWER) while (stop < end && KIND[text.charCodeAt(stop)] === LOWER) stop++;
      else stop = wordEnd(text, index, end, kind);
      count++;
      if (parts > 0 && index - last < 2 && kind !== SINGLE && connects(text, last, index)) {
        if (++parts === 2) compoundOpens = this.#compoundOpens(text, compoundStart, stop);
      } else {
        if (parts > 1 && compoundOpens) this.#look(text, compoundStart, last, true);
        compoundStart = index;
        parts = kind === SINGLE ? 0 : 1;
      }
      let prefix = CODE[code]! << 10;
      if (stop > index + 2) prefix |= (CODE[text.charCodeAt(index + 1)]! << 5) | CODE[text.charCodeAt(index + 2)]!;
      else if (stop > index + 1) prefix |= CODE[text.charCodeAt(index + 1)]! << 5;
      if (prefixes[prefix]) this.#look(text, index, stop, false);
      last = stop;
      index = stop;
    }
    if (parts > 1 && compoundOpens) this.#look(text, compoundStart, last, true);
    return count;
  }

  /** Whether the joined form of the compound at `start` could open some stem; `end` is the end of its second word. */
  #compoundOpens(text: string, start: number, end: number): number {
    let prefix = 0;
    let shift = 10;
    for (let index = start; index < end && shift >= 0; index++) {
      const code = CODE[text.charCodeAt(index)]!;
      if (code === 0) continue;
      prefix |= code << shift;
      shift -= 5;
    }
    return this.#prefixes[prefix]!;
  }
}
