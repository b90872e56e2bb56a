// Which thing plays which part: "ann paid bob" against "bob paid ann", "3 errors, 5 warnings" against the reverse. Two
// things that both texts name have changed places when one text leads from the first to the second and the other back, or,
// where that cannot be told, when each is surrounded in one text as the other is in the other.
import { counterpartsOf, TITLES } from './lexicon.ts';
import { type Orientation, orientationOf } from './orientation.ts';
import type { Reading, Token } from './reading.ts';
import { isContent } from './roots.ts';

/** What stands round a thing: feature → weight, and the things of other classes right beside it. */
interface Surroundings {
  readonly features: Map<string, number>;
  readonly beside: Set<string>;
}

/** Content words on each side that tell something about a thing. */
const REACH = 4;
/** What each word further away counts less. */
const FADING = 0.65;
/** A word beyond the end of the clause tells much less. */
const ACROSS_CLAUSES = 0.25;
/** The next number or name of another class on each side: "lyon has 3 stations". */
const BESIDE_WEIGHT = 0.6;
const ROLE_WEIGHT = 0.6;
/** Pairs compared; texts with more things must be equal word for word to agree. */
const THINGS_MAX = 48;
/** Ordinary words are compared only where there are few things. */
const WORDS_MAX = 24;
/** Mentions of one thing that are looked at. */
const MENTIONS_MAX = 8;

const ADDRESS = /^\d+(?:\.\d+){3}/;
const VERSION = /^v?\d+(?:\.\d+)+/;
const HASH = /^[0-9a-f]{7,}$/;
const FILE =
  /\.(?:c|h|cc|go|rs|ts|js|py|sh|md|txt|json|ya?ml|toml|conf|cfg|log|csv|html|css|java|rb|lock|tf|xml|db|sql)$/;

/** Things of one class could stand for each other. */
function classOf(token: Token): string | undefined {
  const { key, kind } = token;
  if (kind === 'number') return 'number';
  if (kind === 'moment') return key.includes('-') ? 'date' : 'time';
  if (kind === 'identifier') {
    if (ADDRESS.test(key)) return 'address';
    if (VERSION.test(key)) return 'version';
    if (key.includes('/') || FILE.test(key)) return 'path';
    return HASH.test(key) ? 'hash' : 'name';
  }
  if (token.name !== 'no' && token.name !== 'part' && token.name !== 'formed')
    return TITLES.has(key) ? undefined : 'name';
  return counterpartsOf(token.stem) === undefined ? undefined : 'part';
}

/** "Ann" and "nginx" are written in letters, "node-3" and "retry_limit" are not: they rarely stand for each other. */
function shapeOf(stem: string): 'letters' | 'code' {
  return /^[\p{L}-]+$/u.test(stem) ? 'letters' : 'code';
}

/** Words that a comparison may be about: "the debug build is larger than the release build". */
function isCompared(token: Token): boolean {
  return isContent(token) && token.meaning === undefined;
}

function featuresAt(reading: Reading, index: number, shared: ReadonlyMap<string, Thing>, into: Surroundings): void {
  const { tokens, denial } = reading;
  const token = tokens[index]!;
  const add = (feature: string, weight: number) =>
    into.features.set(feature, Math.max(into.features.get(feature) ?? 0, weight));
  if (token.role !== undefined && token.role !== 'by') add(`under ${token.role}`, ROLE_WEIGHT);
  const kind = shared.get(token.stem)?.kind;
  for (const step of [-1, 1]) {
    let distance = 0;
    let beside = false;
    for (let at = index + step; distance < REACH; at += step) {
      const word = tokens[at];
      if (word === undefined || word.sentence !== token.sentence) break;
      const other = shared.get(word.stem);
      if (other !== undefined && other.kind !== 'word') {
        if (other.kind === kind) beside = true;
        else if (!beside && word.clause === token.clause) into.beside.add(word.stem);
        beside = true;
        continue;
      }
      if (word.stop || classOf(word) !== undefined) continue;
      const weight = (word.clause === token.clause ? 1 : ACROSS_CLAUSES) * FADING ** distance++;
      add(`${denial.signs[at] === '-' ? 'not ' : ''}${word.meaning?.concept ?? word.stem}`, weight);
    }
  }
}

interface Thing {
  readonly kind: string;
  readonly shape: 'letters' | 'code';
  /** Where it stands in each text. */
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** The things that both texts name. */
function sharedThings(left: Reading, right: Reading): Map<string, Thing> {
  const shared = new Map<string, Thing>();
  const placesIn = ({ tokens }: Reading, stem: string) =>
    tokens.flatMap((token, at) => (token.stem === stem ? [at] : [])).slice(0, MENTIONS_MAX);
  // A name at the head of one sentence may look like an ordinary word, and not in the other text.
  const compares = [left, right].some(({ tokens }) => tokens.some(({ key }) => key === 'than'));
  for (const token of [...left.tokens, ...right.tokens]) {
    const kind = classOf(token) ?? (compares && isCompared(token) ? 'word' : undefined);
    if (kind === undefined || shared.has(token.stem) || !left.stems.has(token.stem) || !right.stems.has(token.stem))
      continue;
    if (kind === 'word' && shared.size > WORDS_MAX) continue;
    if (shared.size > THINGS_MAX) break;
    shared.set(token.stem, {
      kind,
      shape: shapeOf(token.stem),
      left: placesIn(left, token.stem),
      right: placesIn(right, token.stem),
    });
  }
  return shared;
}

function surroundings(reading: Reading, places: readonly number[], shared: ReadonlyMap<string, Thing>): Surroundings {
  const into: Surroundings = { features: new Map(), beside: new Set() };
  for (const place of places) featuresAt(reading, place, shared, into);
  return into;
}

function likeness(one: Surroundings, other: Surroundings, besideWeight: number): number {
  let sum = 0;
  for (const [feature, weight] of one.features) sum += Math.min(weight, other.features.get(feature) ?? 0);
  for (const stem of one.beside) if (other.beside.has(stem)) sum += besideWeight;
  return sum;
}

/** Surroundings of one thing in both texts, then of another. */
type Quartet = readonly [Surroundings, Surroundings, Surroundings, Surroundings];

/** By how much the two things would fit better in each other's place. */
function gainOf([one, oneThere, other, otherThere]: Quartet): number {
  // "Lyon has 3, Oulu has 5": what stands beside one alone may belong to both.
  const weight = [one, oneThere, other, otherThere].every(({ beside }) => beside.size > 0) ? BESIDE_WEIGHT : 0;
  const crossed = likeness(one, otherThere, weight) + likeness(other, oneThere, weight);
  return crossed - likeness(one, oneThere, weight) - likeness(other, otherThere, weight);
}

/** Two things of which one text leads from the first to the second and the other from the second to the first. */
const TURNED = 2;
/** One text tells which of the two comes first and the other does not: then their surroundings must speak against it. */
const UNTOLD = 0.15;

/**
 * By how much two things of the texts would fit better if they changed places; above 0 they likely have. The pair that
 * stands out most counts. `Infinity` for texts that name too many things to compare.
 */
export function exchangeOf(left: Reading, right: Reading): number {
  const shared = sharedThings(left, right);
  if (shared.size > THINGS_MAX) return Number.POSITIVE_INFINITY;
  const things = [...shared.values()];
  const known = new Map<Thing, readonly [Surroundings, Surroundings]>();
  const round = (thing: Thing): readonly [Surroundings, Surroundings] => {
    const found = known.get(thing) ?? [
      surroundings(left, thing.left, shared),
      surroundings(right, thing.right, shared),
    ];
    known.set(thing, found);
    return found;
  };
  const alike = isOneTemplate(left, right, shared);
  let most = Number.NEGATIVE_INFINITY;
  things.forEach((one, at) => {
    for (let next = at + 1; next < things.length; next++) {
      const other = things[next]!;
      if (one.kind !== other.kind) continue;
      if (one.kind === 'word' && [one, other].some(({ left, right }) => left.length + right.length > 2)) continue;
      const there = orientationOf(left, one.left, other.left);
      const back = orientationOf(right, one.right, other.right);
      if (there === 'joined' && back === 'joined') continue;
      if (isTold(there) && isTold(back)) {
        if (there !== back) most = TURNED;
        continue;
      }
      if (one.kind === 'word') continue;
      if (alike && one.left[0] !== one.right[0] && other.left[0] !== other.right[0]) most = TURNED;
      if (one.shape !== other.shape) continue;
      const gain = gainOf([...round(one), ...round(other)]);
      const doubt = isTold(there) === isTold(back) || there === 'place' || back === 'place' ? 0 : UNTOLD;
      most = Math.max(most, Math.min(gain + doubt, TURNED));
    }
  });
  return most;
}

/** Whether the texts are the same word for word, only that other things stand in some places. */
function isOneTemplate(left: Reading, right: Reading, shared: ReadonlyMap<string, Thing>): boolean {
  const blank = ({ stem, key }: Token) => {
    const kind = shared.get(stem)?.kind;
    return kind === undefined || kind === 'word' ? key : `<${kind}>`;
  };
  if (left.tokens.length !== right.tokens.length) return false;
  return left.tokens.every((token, at) => blank(token) === blank(right.tokens[at]!));
}

function isTold(orientation: Orientation): orientation is 1 | -1 {
  return orientation === 1 || orientation === -1;
}
