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
  adjacentPairs(kept).forEach(([word, concept]) => {
    add(word, tuning.adjacentWeight, concept);
  });
  const ranked = [...terms.values()].sort((one, other) => other.weight - one.weight);
  return {
    terms: ranked.slice(0, PLAN_TERMS_MAX),
    hints: hintsOf(
      query,
      words.filter((token) => !token.joined).map((token) => token.text),
    ),
  };
}

/** Two neighbouring words written as one: "time out" also finds `timeout`. */
function adjacentPairs(tokens: readonly Token[]): [string, number][] {
  const pairs: [string, number][] = [];
  for (let index = 1; index < tokens.length; index++) {
    const before = tokens[index - 1]!;
    const token = tokens[index]!;
    if (!before.joined && !token.joined && token.start - before.end === 1)
      pairs.push([before.text + token.text, index]);
  }
  return pairs;
}
