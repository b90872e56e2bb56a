// Which thing plays which part: "ann paid bob" against "bob paid ann", "3 errors, 5 warnings" against the reverse. Two
// things that both texts name have changed places when each is surrounded in one text as the other is in the other.
import { counterpartsOf } from './lexicon.ts';
import type { Reading, Token } from './reading.ts';

/** What stands round a thing: feature → weight. */
type Surroundings = Map<string, number>;

/** Content words on each side that tell something about a thing. */
const REACH = 4;
/** What each word further away counts less. */
const FADING = 0.65;
/** A word beyond the end of the clause tells much less. */
const ACROSS_CLAUSES = 0.25;
/** Which side of a verb a thing stands on, against that the word is near at all. */
const SIDE_WEIGHT = 1;
const NEAR_WEIGHT = 0.6;
const ROLE_WEIGHT = 0.8;
/** What stands under these is where something goes, whatever the order of the words. */
const AFTER_ROLES = new Set(['to', 'into', 'onto', 'for']);
/** Pairs compared; texts with more things must be equal word for word to agree. */
const THINGS_MAX = 48;

/** Things of one class could stand for each other. */
function classOf(token: Token): 'number' | 'date' | 'time' | 'name' | 'part' | undefined {
  if (token.kind === 'number') return 'number';
  if (token.kind === 'moment') return token.key.includes('-') ? 'date' : 'time';
  if (token.kind === 'identifier' || (token.name !== 'no' && token.name !== 'part' && token.name !== 'formed'))
    return 'name';
  if (counterpartsOf(token.stem) !== undefined) return 'part';
  return undefined;
}

/** The prepositions of a pair's parts in one spelling: "by" marks who acts, as the place before the verb does. */
function featuresAt(reading: Reading, index: number, into: Surroundings): void {
  const { tokens } = reading;
  const token = tokens[index]!;
  const add = (feature: string, weight: number) => into.set(feature, Math.max(into.get(feature) ?? 0, weight));
  if (token.role !== undefined && token.role !== 'by' && token.role !== 'in' && token.role !== 'on')
    add(`under ${token.role}`, ROLE_WEIGHT);
  for (const step of [-1, 1]) {
    let distance = 0;
    for (let at = index + step; distance < REACH; at += step) {
      const word = tokens[at];
      if (word === undefined || word.sentence !== token.sentence) break;
      if (word.stop || classOf(word) !== undefined) continue;
      const weight = (word.clause === token.clause ? 1 : ACROSS_CLAUSES) * FADING ** distance++;
      const concept = word.meaning?.concept ?? word.stem;
      const turned = word.passive !== (word.meaning?.kind === 'converse' && word.meaning.opposite);
      const follows = AFTER_ROLES.has(token.role ?? '') || (token.role !== 'from' && step < 0 !== turned);
      add(`${concept} ${follows ? 'then it' : 'it then'}`, SIDE_WEIGHT * weight);
      add(`near ${concept}${reading.denial.signs[at] === '-' ? ' denied' : ''}`, NEAR_WEIGHT * weight);
    }
  }
}

function surroundingsOf(reading: Reading, shared: ReadonlyMap<string, string>): Map<string, Surroundings> {
  const all = new Map<string, Surroundings>();
  reading.tokens.forEach((token, index) => {
    if (!shared.has(token.stem)) return;
    const into = all.get(token.stem) ?? new Map<string, number>();
    featuresAt(reading, index, into);
    all.set(token.stem, into);
  });
  return all;
}

function likeness(one: Surroundings, other: Surroundings): number {
  let sum = 0;
  for (const [feature, weight] of one) sum += Math.min(weight, other.get(feature) ?? 0);
  return sum;
}

/** The things that both texts name, with their class. */
function sharedThings(left: Reading, right: Reading): Map<string, string> {
  const shared = new Map<string, string>();
  for (const token of left.tokens) {
    const kind = classOf(token);
    if (kind !== undefined && right.stems.has(token.stem)) shared.set(token.stem, kind);
  }
  return shared;
}

/**
 * By how much two things of the texts would fit better if they changed places; above 0 they likely have. The pair that
 * stands out most counts. `Infinity` for texts that name too many things to compare.
 */
export function exchangeOf(left: Reading, right: Reading): number {
  const shared = sharedThings(left, right);
  if (shared.size > THINGS_MAX) return Number.POSITIVE_INFINITY;
  if (shared.size < 2) return Number.NEGATIVE_INFINITY;
  const [here, there] = [surroundingsOf(left, shared), surroundingsOf(right, shared)];
  let most = Number.NEGATIVE_INFINITY;
  const things = [...shared];
  things.forEach(([one, kind], at) => {
    for (const [other, otherKind] of things.slice(at + 1)) {
      if (kind !== otherKind) continue;
      const [a, b, c, d] = [here.get(one)!, here.get(other)!, there.get(one)!, there.get(other)!];
      most = Math.max(most, likeness(a, d) + likeness(b, c) - likeness(a, c) - likeness(b, d));
    }
  });
  return most;
}
