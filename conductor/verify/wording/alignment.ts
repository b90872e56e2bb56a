// Which sentences of two texts go together. Each joins the one of the other text that it shares most with; what hangs
// together is compared as one, so that sentences may stand in any order, be split or be joined.
import { isSameBehindOpener } from './openers.ts';
import { partOf, type Reading, type Token } from './reading.ts';
import { isContent } from './roots.ts';

/** Sentences of both that belong together; one side is empty where a sentence has no counterpart. */
export interface Group {
  readonly left: Reading;
  readonly right: Reading;
}

/** A literal or a name ties two sentences more firmly than a word. */
const LITERAL_WEIGHT = 2;
/** Sentences compared one by one; longer texts are compared as a whole. */
const SENTENCES_MAX = 64;

function weightOf(token: Token): number {
  if (token.kind !== 'word' || token.name === 'rare' || token.name === 'capital') return LITERAL_WEIGHT;
  return isContent(token) ? 1 : 0;
}

/** Of each sentence, its ties: stem or concept → weight. */
function tiesOf(reading: Reading): Map<string, number>[] {
  const sentences = Array.from({ length: reading.sentences }, () => new Map<string, number>());
  for (const token of reading.tokens) {
    const weight = weightOf(token);
    if (weight > 0) sentences[token.sentence]!.set(token.meaning?.concept ?? token.stem, weight);
  }
  return sentences;
}

function strength(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [tie, weight] of one) if (other.has(tie)) sum += weight;
  // Among equals the one that says little else.
  return sum === 0 ? 0 : sum / Math.sqrt(1 + other.size);
}

function bestOf(one: ReadonlyMap<string, number>, others: readonly ReadonlyMap<string, number>[]): number {
  let best = -1;
  let most = 0;
  others.forEach((other, at) => {
    const found = strength(one, other);
    if (found > most) [best, most] = [at, found];
  });
  return best;
}

/** Sentences that are the same word for word, each with one of the other text. */
function twinsOf(left: Reading, right: Reading): (readonly [number, number])[] {
  const sentencesOf = (reading: Reading) => {
    const sentences = Array.from({ length: reading.sentences }, (): Token[] => []);
    for (const token of reading.tokens) sentences[token.sentence]!.push(token);
    return sentences;
  };
  const others = sentencesOf(right);
  const taken = new Set<number>();
  return sentencesOf(left).flatMap((sentence, at) => {
    const twin = others.findIndex((other, index) => !taken.has(index) && isSameBehindOpener(sentence, other));
    if (twin < 0) return [];
    taken.add(twin);
    return [[at, twin] as const];
  });
}

/** Groups of sentences that go together, in no order that matters. */
export function alignSentences(left: Reading, right: Reading): Group[] {
  const [lefts, rights] = [left.sentences, right.sentences];
  if ((lefts <= 1 && rights <= 1) || lefts > SENTENCES_MAX || rights > SENTENCES_MAX) return [{ left, right }];
  const twins = twinsOf(left, right);
  const [one, other] = [tiesOf(left), tiesOf(right)];
  // What stands in both word for word goes with its twin and draws nothing else to it.
  for (const [at, twin] of twins) {
    one[at] = new Map();
    other[twin] = new Map();
  }
  const links = [
    ...twins,
    ...one.map((ties, at) => [at, bestOf(ties, other)] as const),
    ...other.map((ties, at) => [bestOf(ties, one), at] as const),
  ];
  // Sentence i of the left is node i, sentence j of the right is node lefts + j.
  const group = Array.from({ length: lefts + rights }, (_, node) => node);
  const find = (node: number): number => (group[node] === node ? node : find(group[node]!));
  for (const [from, to] of links) if (from >= 0 && to >= 0) group[find(from)] = find(lefts + to);
  const members = new Map<number, [Set<number>, Set<number>]>();
  group.forEach((_, node) => {
    const pair = members.get(find(node)) ?? [new Set<number>(), new Set<number>()];
    if (node < lefts) pair[0].add(node);
    else pair[1].add(node - lefts);
    members.set(find(node), pair);
  });
  return [...members.values()].map(([ones, others]) => ({ left: partOf(left, ones), right: partOf(right, others) }));
}
