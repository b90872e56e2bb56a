// The gates that two readings must pass one by one to say the same. Each answers with what is wrong, or nothing. They look
// for a difference that matters; how alike the rest of the words is, the coverage decides (coverage.ts).
import { stemOf } from '../../search/tokens.ts';
import { counterpartsOf, DANGLING } from './lexicon.ts';
import { isOpener, isSameBehindOpener, OPENER_WORDS_MAX } from './openers.ts';
import type { Reading, Token } from './reading.ts';
import { antonymsOf } from './relations.ts';

export type Gate = (left: Reading, right: Reading, given: Reading | undefined) => string | undefined;

const keysOf = (reading: Reading, kind: Token['kind']) =>
  reading.tokens.filter((token) => token.kind === kind).map(({ key }) => key);

/** What is in `some` and not in `others`, each as often as it is missing; `spelling` says which are the same. */
function beyond(some: readonly string[], others: readonly string[], spelling: (key: string) => string): string[] {
  const left = new Map<string, number>();
  for (const key of others.map(spelling)) left.set(key, (left.get(key) ?? 0) + 1);
  return some.filter((key) => {
    const count = left.get(spelling(key)) ?? 0;
    if (count > 0) left.set(spelling(key), count - 1);
    return count === 0;
  });
}

/** The number without its unit, as it was written. */
const bare = (key: string) => key.split(' ')[2] ?? key;

/** Takes pairs that are the same number, once with its unit and once without, out of both lists. */
function dropUnitless(left: string[], right: string[]): void {
  for (let at = left.length - 1; at >= 0; at--) {
    const key = left[at]!;
    const twin = right.findIndex((other) => bare(other) === bare(key) && other.includes(' ') !== key.includes(' '));
    if (twin < 0) continue;
    right.splice(twin, 1);
    left.splice(at, 1);
  }
}

/** Numbers, as multisets: 1606 is not 1605, and two fives are not one. */
const numbers: Gate = (left, right, given) => {
  const known = given === undefined ? undefined : new Set(keysOf(given, 'number').map(bare));
  const own = (reading: Reading) => reading.tokens.filter((token) => token.kind === 'number');
  const optional = new Set([...own(left), ...own(right)].filter((token) => token.optional).map(({ key }) => key));
  // Two that are the same once units are converted, however they were written: 2 minutes, 120 seconds.
  const measure = (key: string) => key.split(' ').slice(0, 2).join(' ');
  const [lefts, rights] = [keysOf(left, 'number'), keysOf(right, 'number')];
  const onlyLeft = beyond(lefts, rights, measure);
  const onlyRight = beyond(rights, lefts, measure);
  dropUnitless(onlyLeft, onlyRight);
  const firm = [...onlyLeft, ...onlyRight].filter((key) => !known?.has(bare(key)));
  if (firm.every((key) => optional.has(key)) && (onlyLeft.length === 0 || onlyRight.length === 0)) return undefined;
  // Where each leaves out what the other says of the same source, one number stands for another.
  return `the number ${bare(firm[0] ?? onlyLeft[0]!)} stands in one of them only`;
};

/** Dates, times and identifiers: the same ones, however often each is named. */
function same(kind: 'moment' | 'identifier'): Gate {
  return (left, right, given) => {
    const [lefts, rights] = [new Set(keysOf(left, kind)), new Set(keysOf(right, kind))];
    const only = [...lefts].filter((key) => !rights.has(key)).concat([...rights].filter((key) => !lefts.has(key)));
    const spoken = only.find((key) => !standsIn(key, left) || !standsIn(key, right));
    if (spoken === undefined || (given !== undefined && only.every((key) => standsIn(key, given)))) return undefined;
    return `${spoken} stands in one of them only`;
  };
}

/** Whether the text holds these characters somewhere, case aside: a path inside a longer one, a code inside a sentence. */
function standsIn(key: string, reading: Reading): boolean {
  return reading.lower.includes(key);
}

/** Quoted words must stand in the other text, quoted or not. */
const quotes: Gate = (left, right, given) => {
  const missing =
    left.quoted.find((quote) => !standsIn(quote, right)) ?? right.quoted.find((quote) => !standsIn(quote, left));
  if (missing === undefined || (given !== undefined && standsIn(missing, given))) return undefined;
  return `the quote "${missing}" stands in one of them only`;
};

/** Names that the other text does not hold. */
function absentNames(one: Reading, other: Reading): Token[] {
  return one.tokens.filter(
    (token) =>
      token.name !== 'no' &&
      token.name !== 'part' &&
      !other.stems.has(token.stem) &&
      !standsIn(token.key, other) &&
      !(token.name === 'compound' && token.key.split('-').every((part) => other.stems.has(stemOf(part)))),
  );
}

/** Names must be in the other text; an ordinary word with a capital, or an odd one, must at least not stand for another. */
const names: Gate = (left, right, given) => {
  const [lefts, rights] = [absentNames(left, right), absentNames(right, left)];
  const own = [...lefts, ...rights].filter((token) => given === undefined || !standsIn(token.key, given));
  const rare = own.find((token) => token.name === 'rare');
  if (rare !== undefined) return `the name ${rare.key} stands in one of them only`;
  if (own.length > 0 && lefts.length > 0 && rights.length > 0)
    return `${lefts[0]!.key} in one stands as ${rights[0]!.key} in the other`;
  return undefined;
};

/** The client in one is the server in the other. */
const parts: Gate = (left, right) => {
  const turned = left.tokens.find(
    ({ stem }) =>
      !right.stems.has(stem) &&
      [...(counterpartsOf(stem) ?? [])].some((other) => right.stems.has(other) && !left.stems.has(other)),
  );
  return turned === undefined ? undefined : `the ${turned.key} in one is another in the other`;
};

/** The signs that a reading gives each concept. */
function signsOf(reading: Reading): Map<string, Set<string>> {
  const signs = new Map<string, Set<string>>();
  reading.tokens.forEach((token, index) => {
    if (token.kind !== 'word' || token.stop || token.name === 'rare' || token.name === 'part') return;
    const concept = token.meaning?.concept ?? token.stem;
    const sign = reading.denial.signs[index]!;
    const known = signs.get(concept) ?? new Set();
    for (const each of sign === '?' ? ['+', '-'] : [sign]) known.add(each);
    signs.set(concept, known);
  });
  return signs;
}

/** A word of one text of which the other, instead of it, has the opposite: "the disk is empty", "the disk is full". */
function oppositeOf(left: Reading, right: Reading): Token | undefined {
  return left.tokens.find((token, at) => {
    if (token.kind !== 'word' || token.stop || right.stems.has(token.stem)) return false;
    // Where the lexicon knows the two as one concept, their signs have been compared.
    if (token.meaning !== undefined && right.concepts.has(token.meaning.concept)) return false;
    return [...antonymsOf(token.stem)].some((opposite) => {
      if (!right.stems.has(opposite) || left.stems.has(opposite)) return false;
      const other = right.tokens.findIndex(({ stem }) => stem === opposite);
      return left.denial.signs[at] === right.denial.signs[other];
    });
  });
}

/** "Only 5 and more are kept" and "less than 5 is not kept" say the same with two differences. */
function isLimit(concepts: readonly string[], left: Reading, right: Reading): boolean {
  const limited = [left, right].filter(({ tokens }) => tokens.some(({ key }) => key === 'only')).length;
  return limited === 1 && concepts.length === 2 && concepts.includes('contrast:more');
}

/** Denials: what one affirms the other must not deny. Of sentences that go together. */
export const denials: Gate = (left, right) => {
  const others = signsOf(right);
  const contradicted = [...signsOf(left)].flatMap(([concept, signs]) => {
    const other = others.get(concept);
    return other === undefined || [...signs].some((sign) => other.has(sign)) ? [] : [concept];
  });
  if (contradicted.length > 0 && !isLimit(contradicted, left, right))
    return `one denies what the other affirms (${contradicted[0]!.replace(/^\w+:/, '')})`;
  const opposite = oppositeOf(left, right);
  if (opposite !== undefined) return `one says the opposite of ${opposite.key}`;
  const takenBack = left.denial.takenBack || right.denial.takenBack;
  const lone = (one: Reading, other: Reading) => one.denial.strong && !other.denial.implied;
  if (!takenBack && (lone(left, right) || lone(right, left))) return 'one denies something, the other nothing';
  return undefined;
};

/** A shorter run behind an opener is in the other by chance. */
const RUN_WORDS_MIN = 4;

/** A text without a full stop that is so much shorter than the other, which has one, was not meant to end there. */
const BROKEN_SHARE = 0.7;
/** Sentences looked at for the last one of the other text. */
const SENTENCES_MAX = 64;

/** The whole and a part of it, word for word, or a text that breaks off. */
const truncation: Gate = (left, right) => {
  const [one, other] = [left.tokens, right.tokens];
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  if (shorter.length < longer.length && isCutFrom(shorter, longer)) return 'one is a part of the other, cut off';
  const broken = (reading: Reading) =>
    (DANGLING.has(reading.tokens.at(-1)?.key ?? '') && !/[.!?]$/.test(reading.text)) ||
    /(?:[,(:[{]|-|\.\.\.)$/.test(reading.text);
  if (broken(left) !== broken(right) && !endsAlike(left, right) && !endsAlike(right, left)) return 'one breaks off';
  const ended = (reading: Reading) => /[.!?]["')\]]*$/.test(reading.text);
  if (
    ended(left) !== ended(right) &&
    ended(left) === (longer === one) &&
    weightOf(shorter) < BROKEN_SHARE * weightOf(longer)
  )
    return 'one breaks off';
  return undefined;
};

/** Whether the last sentence of one stands in the other, word for word: then it was not cut there. */
function endsAlike(one: Reading, other: Reading): boolean {
  const last = one.tokens.filter(({ sentence }) => sentence === one.sentences - 1);
  return Array.from({ length: Math.min(other.sentences, SENTENCES_MAX) }, (_, at) => at).some((at) =>
    isSameBehindOpener(
      last,
      other.tokens.filter(({ sentence }) => sentence === at),
    ),
  );
}

/** Words that say something, and literals. */
function weightOf(tokens: readonly Token[]): number {
  return tokens.filter(({ stop }) => !stop).length;
}

/** True when the shorter, an opener aside, is a run of the longer and more than an opener is lost. */
function isCutFrom(shorter: readonly Token[], longer: readonly Token[]): boolean {
  if (shorter.length === 0) return true;
  for (let opener = 0; opener <= OPENER_WORDS_MAX && opener < shorter.length; opener++) {
    const rest = shorter.slice(opener);
    if (opener > 0 && (rest.length < RUN_WORDS_MIN || !isOpener(shorter.slice(0, opener)))) return false;
    const first = longer.findIndex((_, at) => rest.every((token, index) => longer[at + index]?.stem === token.stem));
    if (first < 0) continue;
    if (
      longer.slice(first + rest.length).some(({ stop, stem }) => !stop && !shorter.some((token) => token.stem === stem))
    )
      return true;
    return opener === 0 && !isOpener(longer.slice(0, first));
  }
  return false;
}

const COMMANDS =
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|above|previous|everything|context)|\bsystem ?(?:prompt|message|:)|\byou (?:are now|must now|will now)\b|<\/?(?:system|assistant|user|instructions?)>|\[\/?INST\]|\b(?:answer|reply|respond|output|say|report|print|write) (?:only|with|that|exactly|instead)\b|\bnew instructions?\b|\bas an? (?:ai|assistant|language model)\b/i;

/** Whether a text tells whoever reads it what to do. */
export function givesOrders(text: string): boolean {
  return COMMANDS.test(text);
}

/** Orders to whoever reads it: they are never part of an answer that another gave without them. */
const instructions: Gate = (left, right) =>
  COMMANDS.test(left.text) !== COMMANDS.test(right.text) ? 'one gives orders to its reader' : undefined;

export const GATES: readonly Gate[] = [
  numbers,
  same('moment'),
  same('identifier'),
  quotes,
  names,
  parts,
  truncation,
  instructions,
];

/** What a text brings in that its source does not hold: literals, names, orders to the reader. */
export function unfounded(text: Reading, source: Reading): string | undefined {
  const literal = text.tokens.find(
    (token) =>
      token.kind !== 'word' && !token.optional && !source.stems.has(token.stem) && !standsIn(token.key, source),
  );
  if (literal !== undefined) return `${literal.key} stands nowhere in what it is about`;
  const name = text.tokens.find(
    ({ name, key }) => name === 'rare' && text.text.includes(capitalised(key)) && !standsIn(key, source),
  );
  if (name !== undefined) return `the name ${name.key} stands nowhere in what it is about`;
  return instructions(text, source, undefined);
}

/** As a name is written; an odd word in lower case may be any. */
function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
