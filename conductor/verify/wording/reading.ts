// A text as the gates see it: sentences of tokens, each a literal or a word with what the lexicon knows of it, the names
// in it, and which words it denies. Made once per text; everything after compares readings.
import { isStopWord } from '../../search/stopwords.ts';
import { stemOf } from '../../search/tokens.ts';
import { type Denial, markDenials } from './denials.ts';
import {
  AUXILIARIES,
  CLAUSE_WORDS,
  deniedMeaning,
  FAILING,
  type Meaning,
  meaningOf,
  PARTICIPLES,
  ROLE_WORDS,
  TITLES,
  TURNS,
} from './lexicon.ts';
import { type Literal, literalOf, normaliseMoments, numberWord, withUnit } from './literals.ts';
import { normaliseText } from './normalise.ts';
import { deniedBy, isOrdinary } from './ordinary.ts';
import { deniedStem } from './relations.ts';
import { rootsOf } from './roots.ts';

export interface Token {
  readonly kind: Literal['kind'] | 'word';
  /** A literal in its one spelling, a word in lower case. */
  readonly key: string;
  /** The word's stem; the key of a literal, of a number without its unit. */
  readonly stem: string;
  readonly meaning: Meaning | undefined;
  /** Words that carry no content of their own ("the", "of"). */
  readonly stop: boolean;
  /**
   * A name: a word that is not ordinary (`rare`, or `formed` where its ending is that of a derived word), an ordinary one
   * written with a capital in the middle of a sentence (`capital`), or words with a hyphen between them (`compound`), which follow as words of their own (`part`).
   */
  readonly name: 'no' | 'rare' | 'formed' | 'capital' | 'compound' | 'part';
  /** A number that may be left out: "one", "both". */
  readonly optional: boolean;
  readonly sentence: number;
  /** Number of the clause in the text. */
  readonly clause: number;
  /** The preposition right before it, if any. */
  readonly role: string | undefined;
  /** Said of something that does it to others (active) or has it done (passive)? Of words only. */
  readonly passive: boolean;
}

export interface Reading {
  /** Normalised, and the same in lower case. */
  readonly text: string;
  readonly lower: string;
  readonly tokens: readonly Token[];
  readonly denial: Denial;
  /** What stands in quotation marks or back quotes. */
  readonly quoted: readonly string[];
  readonly sentences: number;
  /** Stems and keys of its tokens, concepts and roots of its content words: for lookups from the other side. */
  readonly stems: ReadonlySet<string>;
  readonly concepts: ReadonlySet<string>;
  readonly roots: ReadonlySet<string>;
}

/** Longer texts are not read word by word: they agree only when they are equal but for spelling. */
export const READING_CHARS_MAX = 20_000;

const PIECE = /\S+/g;
/** Longer pieces without a space are data, and looking for a place in them could take forever. */
const PIECE_CHARS_MAX = 200;
const OPENING = /^[([{"'`<*]+/;
const CLOSING = /[)\]}"'`>*.,;:!?]+$/;
const ENDS_SENTENCE = /[.!?]["')\]]*$/;
const ENDS_CLAUSE = /[,;:)]["']*$|^-+$/;
/** "Ms." and "No." stand before what they belong to; "5 ms." and "no." end a sentence. */
const ABBREVIATION = /^(?:e\.g|i\.e|etc|vs|cf|approx|resp|fig|Fig|Sec|No|Mrs?|Ms|Dr|Prof|St)\.$/;
const QUOTED = /"([^"]{2,200})"|`([^`]{2,200})`|(?<![\w])'([^']{2,200})'(?![\w])/g;
/** Endings of words made from others, which English has more of than any list. */
const DERIVED = /(?:ed|ing|ly|ness|tion|sion|ation|able|ible|ment|ity|ous|ful|less|ish|ism|ive|ize|ise)s?$/;
const PARTICIPLE = /(?:ed|en)$/;

/** A token while its sentence is still being read. */
type Draft = { -readonly [Field in keyof Token]: Token[Field] };

class Reader {
  readonly tokens: Draft[] = [];
  #sentence = 0;
  #clause = 0;
  #opens = true;

  read(piece: string): void {
    if (piece.length > PIECE_CHARS_MAX) {
      this.#push('identifier', piece.toLowerCase(), piece);
      return;
    }
    const opening = OPENING.exec(piece)?.[0] ?? '';
    if (opening.includes('(')) this.#clause++;
    const core = stripClosing(piece.slice(opening.length));
    if (core !== '') this.#core(core);
    if (ENDS_SENTENCE.test(piece) && !ABBREVIATION.test(piece)) {
      this.#sentence++;
      this.#clause++;
      this.#opens = true;
    } else if (ENDS_CLAUSE.test(piece)) {
      this.#clause++;
      this.#opens = piece.endsWith(':');
    }
  }

  #core(core: string): void {
    const assigned = /^([\w.-]+)[=:]([\w.,%-]+)$/.exec(core);
    if (assigned && !/^[\d:.,]+Z?$/.test(core)) {
      this.#core(assigned[1]!);
      this.#core(assigned[2]!);
      return;
    }
    const cited = /^(.*[a-zA-Z)\]].*?):(\d+)(?::(\d+))?$/.exec(core);
    if (cited) {
      for (const part of cited.slice(1)) if (part !== undefined) this.#core(part);
      return;
    }
    const bare = core.replace(/'s?$/i, '');
    const literal = literalOf(bare);
    if (literal) {
      this.#push(literal.kind, literal.key, core);
      return;
    }
    const parts = bare.split(/[-/]+/).filter((part) => part !== '');
    if (parts.length !== 2 || !bare.includes('-')) for (const part of parts) this.#word(part);
    else {
      this.#push('word', bare.toLowerCase(), bare, 'compound');
      for (const part of parts) this.#push('word', part.toLowerCase(), part, 'part');
    }
  }

  #word(word: string): void {
    const lower = word.toLowerCase();
    const previous = this.tokens.at(-1);
    if (previous?.kind === 'number' && !previous.key.includes(' ') && previous.sentence === this.#sentence) {
      const measured = withUnit(previous.key, lower);
      if (measured !== undefined) {
        previous.key = measured;
        return;
      }
    }
    const number = numberWord(lower);
    if (number !== undefined) {
      this.#push('number', String(number), word, number === 1 || number === 2 ? 'optional' : undefined);
      return;
    }
    if (CLAUSE_WORDS.has(lower)) this.#clause++;
    this.#push('word', lower, word);
  }

  #push(kind: Token['kind'], key: string, written: string, as?: 'compound' | 'part' | 'optional'): void {
    const isWord = kind === 'word' && as !== 'compound';
    const stem = isWord ? stemOf(key) : (key.split(' ')[2] ?? key);
    const previous = this.tokens.at(-1);
    const near = previous?.sentence === this.#sentence ? previous : undefined;
    const ordinary = !isWord || isOrdinary(key, stem);
    const capital = isWord && !this.#opens && /^\p{Lu}\p{Ll}/u.test(written);
    this.tokens.push({
      kind,
      key,
      stem,
      meaning: isWord ? meaningOfWord(key, stem) : undefined,
      stop:
        as === 'compound' ||
        (isWord && (TITLES.has(key) || isStopWord(key) || FAILING.has(key)) && meaningOf(stem) === undefined),
      name:
        as === 'compound' || as === 'part' ? as : nameOf(key, ordinary || TITLES.has(key), capital && !TITLES.has(key)),
      optional: as === 'optional',
      sentence: this.#sentence,
      clause: this.#clause,
      role: roleBefore(this.tokens, this.#sentence, this.#clause),
      passive:
        isWord && near !== undefined && (PARTICIPLE.test(key) || PARTICIPLES.has(key)) && this.#followsAuxiliary(),
    });
    this.#opens = false;
  }

  /** Whether a form of "be" stands right before, words like "not" and "already" aside. */
  #followsAuxiliary(): boolean {
    for (let back = 1; back <= 3; back++) {
      const token = this.tokens.at(-back);
      if (token === undefined || token.sentence !== this.#sentence) return false;
      if (AUXILIARIES.has(token.key)) return token.key !== 'has' && token.key !== 'have' && token.key !== 'had';
      if (!token.stop && !/ly$/.test(token.key)) return false;
    }
    return false;
  }
}

function meaningOfWord(word: string, stem: string): Meaning | undefined {
  const known = meaningOf(stem);
  if (known !== undefined) return known;
  const denied = deniedBy(word) ?? deniedStem(stem);
  return denied === undefined ? undefined : deniedMeaning(denied);
}

function nameOf(key: string, ordinary: boolean, capital: boolean): Token['name'] {
  if (ordinary) return capital ? 'capital' : 'no';
  return DERIVED.test(key) && !capital ? 'formed' : 'rare';
}

function stripClosing(piece: string): string {
  if (/\w\(\)[.,;:!?]*$/.test(piece)) return piece.replace(/[.,;:!?]+$/, '');
  return piece.replace(CLOSING, '');
}

/** The preposition that the next token stands under: right before it, articles and adjectives aside. */
function roleBefore(tokens: readonly Token[], sentence: number, clause: number): string | undefined {
  for (let back = 1; back <= 3; back++) {
    const token = tokens.at(-back);
    if (token === undefined || token.sentence !== sentence) return undefined;
    if (token.clause !== clause && !ROLE_WORDS.has(token.key)) return undefined;
    if (ROLE_WORDS.has(token.key)) return token.key;
    if (token.kind !== 'word' || (token.name !== 'no' && token.name !== 'formed') || (!token.stop && back > 1))
      return undefined;
  }
  return undefined;
}

function expand(text: string): string {
  let spelled = text.replace(/\bcan(?:'t|not)\b/gi, 'can not').replace(/n't\b/gi, ' not');
  for (const [turn, word] of TURNS) spelled = spelled.replace(turn, word);
  return spelled;
}

/** The lookups of a reading over some of the tokens. */
function lookups(tokens: readonly Token[]): Pick<Reading, 'stems' | 'concepts' | 'roots'> {
  return {
    stems: new Set(tokens.map(({ stem }) => stem)),
    concepts: new Set(tokens.flatMap(({ meaning }) => (meaning === undefined ? [] : [meaning.concept]))),
    roots: rootsOf(tokens),
  };
}

/** Readings kept: an answer's notes and quotes are compared with those of every other voice. */
const REMEMBERED_MAX = 256;
const REMEMBERED_CHARS_MAX = 2_000;
const remembered = new Map<string, Reading>();

/** Reads a text of at most `READING_CHARS_MAX` characters. */
export function readText(text: string): Reading {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const reading = readAnew(text);
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  if (text.length <= REMEMBERED_CHARS_MAX) remembered.set(text, reading);
  return reading;
}

function readAnew(text: string): Reading {
  const plain = normaliseText(text);
  const reader = new Reader();
  for (const [piece] of expand(normaliseMoments(plain)).matchAll(PIECE)) reader.read(piece);
  const { tokens } = reader;
  return {
    text: plain,
    lower: plain.toLowerCase(),
    tokens,
    denial: markDenials(tokens),
    quoted: [...plain.matchAll(QUOTED)].map((found) => (found[1] ?? found[2] ?? found[3] ?? '').toLowerCase()),
    sentences: (tokens.at(-1)?.sentence ?? -1) + 1,
    ...lookups(tokens),
  };
}

/** The reading of some sentences alone. What needs the whole text (`text`, `quoted`) stays that of the whole. */
export function partOf(reading: Reading, sentences: ReadonlySet<number>): Reading {
  const tokens = reading.tokens.filter(({ sentence }) => sentences.has(sentence));
  return { ...reading, tokens, denial: markDenials(tokens), ...lookups(tokens) };
}
