// Owns how a question becomes weighted terms: its words without stop words, their stems and irregular forms, compounds
// also joined, and synonyms at a lower weight. All terms that stand for one word of the question are one concept.
import { hintsOf } from './hints.ts';
import { formsOf } from './irregular.ts';
import { type Hint, PLAN_TERMS_MAX } from './plan.ts';
import { isStopWord } from './stopwords.ts';
import { tradeSynonyms } from './thesaurus.ts';
import { stemOf, type Token, tokenise } from './tokens.ts';
import { TUNING, type Tuning } from './tuning.ts';

export interface QueryTerm {
  readonly stem: string;
  readonly weight: number;
  readonly concept: number;
}

export interface QueryAnalysis {
  readonly terms: readonly QueryTerm[];
  readonly hints: readonly Hint[];
}

export interface QueryOptions {
  /** Words that mean the same as a lower-case word, best first (node/backends/synonyms.ts). */
  readonly synonyms?: (word: string) => readonly string[];
  readonly tuning?: Tuning;
}

/** A question has few words; what is longer is a document, and its first words must do. */
const QUERY_TOKENS_MAX = 200;
const CONCEPTS_MAX = 32;
const SYNONYMS_MAX = 24;

/** Turns a question into at most `PLAN_TERMS_MAX` weighted terms and the hints of its wording. */
export function analyseQuery(query: string, options: QueryOptions = {}): QueryAnalysis {
  const tuning = options.tuning ?? TUNING;
  const terms = new Map<string, QueryTerm>();
  const add = (word: string, weight: number, concept: number) => {
    const stem = stemOf(word);
    const known = terms.get(stem);
    if (stem.length > 64 || (known && known.weight >= weight)) return;
    terms.set(stem, { stem, weight, concept });
  };
  const tokens = tokenise(query).slice(0, QUERY_TOKENS_MAX);
  const words = tokens.filter((token) => token.joined || !isStopWord(token.text));
  const kept = (words.length > 0 ? words : tokens).slice(0, CONCEPTS_MAX);
  kept.forEach((token, concept) => {
    for (const form of formsOf(token.text)) add(form, 1, concept);
  });
  kept.forEach((token, concept) => {
    if (token.joined) return;
    for (const base of new Set([token.text, formsOf(token.text)[0]!])) {
      for (const synonym of tradeSynonyms(base)) add(synonym, tuning.tradeWeight, concept);
    }
    for (const word of options.synonyms?.(token.text).slice(0, SYNONYMS_MAX) ?? []) {
      for (const form of formsOf(word)) add(form, tuning.synonymWeight, concept);
    }
  });
  for (const [before, after] of adjacentPairs(tokens)) {
    const concept = Math.max(kept.indexOf(before), kept.indexOf(after));
    if (concept >= 0) add(before.text + after.text, tuning.adjacentWeight, concept);
  }
  const ranked = [...terms.values()].sort((one, other) => other.weight - one.weight);
  return {
    terms: ranked.slice(0, PLAN_TERMS_MAX),
    hints: hintsOf(
      query,
      words.filter((token) => !token.joined).map((token) => token.text),
    ),
  };
}

/** Second halves of words that are also written apart: "shut down", "time out", "set up". */
const PARTICLES = new Set(['up', 'down', 'out', 'in', 'off', 'on', 'over', 'back']);

/** Two neighbouring words that may be one elsewhere: "time out" also finds `timeout`. */
function adjacentPairs(tokens: readonly Token[]): [Token, Token][] {
  const pairs: [Token, Token][] = [];
  const words = tokens.filter((token) => !token.joined);
  for (let index = 1; index < words.length; index++) {
    const before = words[index - 1]!;
    const after = words[index]!;
    if (after.start - before.end !== 1 || isStopWord(before.text)) continue;
    if (!isStopWord(after.text) || PARTICLES.has(after.text)) pairs.push([before, after]);
  }
  return pairs;
}
