// Owns the ranking of one chunk: which of its lines answer the question, as exact quotes with scores that mean the
// same in every chunk. A score rests only on the plan (statistics of the whole input), on the line, on its direct
// neighbours and on the headings in force, so cutting the input elsewhere changes nothing.
import { type ChunkContext, HeadingTracker, NEIGHBOUR_CHARS_MAX } from './context.ts';
import { fitness } from './features.ts';
import type { SearchPlan } from './plan.ts';
import { templateKey } from './template.ts';
import { TermMatcher } from './tokens.ts';
import { TUNING, type Tuning } from './tuning.ts';
import { UnitCursor } from './units.ts';

/** A quote from a chunk. Lines are 0-based in the chunk's text, offsets are its UTF-16 units, both ends as usual:
 * `endLine` inclusive, `endOffset` exclusive. `quote === text.slice(startOffset, endOffset)`, always. */
export interface Candidate {
  readonly startLine: number;
  readonly endLine: number;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly quote: string;
  readonly score: number;
  /** The same for lines that differ in values only; the merge keeps the best of each. */
  readonly groupKey: string;
}

export interface RankLimits {
  /** Most candidates returned. At least as many as the final answer cites, or the cut would show. */
  readonly candidates?: number;
  readonly tuning?: Tuning;
}

/** What one chunk hands to the merge: more than any answer cites, so that no cut can hide a winner. */
export const CANDIDATES_DEFAULT = 12;
/** Lines on each side within which only the best one is a candidate (prose and code): their quotes would overlap. */
const RIVAL_LINES = 2;
/** Lines a quote of prose takes on each side of its anchor. */
const QUOTE_LINES = 1;

/** A plan made ready for ranking; kept per plan object. */
class Ranker {
  readonly matcher: TermMatcher;
  readonly idf: Float64Array;
  readonly plan: SearchPlan;
  readonly frequency: Float64Array;
  readonly failures: ReadonlyMap<string, number>;
  readonly mainIdf: number[] = [];

  constructor(plan: SearchPlan) {
    this.plan = plan;
    this.matcher = new TermMatcher(plan.terms.map((term) => term.stem));
    this.idf = Float64Array.from(plan.terms, (term) => {
      const frequency = Math.min(term.frequency, plan.units);
      return term.weight * Math.log(1 + (plan.units - frequency + 0.5) / (frequency + 0.5));
    });
    this.frequency = new Float64Array(plan.terms.length);
    this.failures = new Map(plan.failures.map(({ key, points }) => [key, points]));
    plan.terms.forEach((t, i) => {
      const idf = this.idf[i]! / t.weight;
      if (t.weight >= 1 && t.frequency > 0) this.mainIdf[t.concept] = Math.min(this.mainIdf[t.concept] ?? 99, idf);
    });
    const avg = Math.log(1 + plan.units / 20);
    for (let c = 0; c < 64; c++) this.mainIdf[c] ??= avg;
  }
}

const RANKERS = new WeakMap<SearchPlan, Ranker>();

function rankerOf(plan: SearchPlan): Ranker {
  let ranker = RANKERS.get(plan);
  if (!ranker) {
    ranker = new Ranker(plan);
    RANKERS.set(plan, ranker);
  }
  return ranker;
}

interface Unit {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly tokens: number;
  readonly hits: Int32Array;
  /** Terms of the headings in force. */
  readonly above: Int32Array;
  /** False for a line that neither lends nor takes terms. */
  readonly social: boolean;
}

const NO_HITS = new Int32Array(0);

/** Ranks the lines of `text` and returns the best, best first. Pure and deterministic. */
export function rankChunk(text: string, plan: SearchPlan, context: ChunkContext, limits: RankLimits = {}): Candidate[] {
  const ranker = rankerOf(plan);
  const tuning = limits.tuning ?? TUNING;
  const units = readUnits(text, ranker, context);
  const alone = context.kind === 'log';
  const scores = new Float64Array(units.length);
  for (let index = 0; index < units.length; index++) {
    scores[index] = score(ranker, units, index, alone, tuning);
    const u = units[index]!;
    if (ranker.failures.size > 0 && context.kind === 'log' && u.tokens > 0) {
      scores[index]! += ranker.failures.get(templateKey(text, u.start, u.end, 'log')) ?? 0;
    }
    if (scores[index]! > 0) scores[index]! *= fitness(text.slice(u.start, u.end), context.kind, plan.hints, tuning);
  }
  const best = new Map<string, { index: number; score: number }>();
  for (let index = 0; index < units.length; index++) {
    const unit = units[index]!;
    const points = scores[index]!;
    if (points <= 0 || unit.start < context.coreStart || unit.start >= context.coreEnd) continue;
    if (!alone && !isLocalBest(units, scores, index, tuning)) continue;
    const key = templateKey(text, unit.start, unit.end, context.kind);
    const known = best.get(key);
    if (!known || points > known.score) best.set(key, { index, score: points });
  }
  const top = [...best].sort(([, one], [, other]) => other.score - one.score || one.index - other.index);
  return top
    .slice(0, limits.candidates ?? CANDIDATES_DEFAULT)
    .map(([key, { index, score: points }]) => candidate(text, units, index, points, key, alone, tuning));
}

function readUnits(text: string, ranker: Ranker, context: ChunkContext): Unit[] {
  const units: Unit[] = [];
  const cursor = new UnitCursor(text, context.offsetInLine);
  const { matcher } = ranker;
  const headings = context.kind === 'prose' ? HeadingTracker.from(context) : undefined;
  let above = headings ? headingHits(matcher, headings) : NO_HITS;
  while (cursor.next()) {
    const { start, end } = cursor;
    const tokens = matcher.scan(text, start, end);
    const hits = matcher.hitCount === 0 ? NO_HITS : matcher.hitTerm.slice(0, matcher.hitCount);
    const social = !cursor.windowed && end - start <= NEIGHBOUR_CHARS_MAX;
    units.push({ start, end, line: cursor.line, tokens, hits, above, social });
    if (headings?.observe(text, start, end)) above = headingHits(matcher, headings);
  }
  return units;
}

function headingHits(matcher: TermMatcher, headings: HeadingTracker): Int32Array {
  const found = new Set<number>();
  for (const heading of headings.headings) {
    matcher.scan(heading, 0, heading.length);
    for (let index = 0; index < matcher.hitCount; index++) found.add(matcher.hitTerm[index]!);
  }
  return found.size === 0 ? NO_HITS : Int32Array.from(found);
}

function score(ranker: Ranker, units: readonly Unit[], index: number, alone: boolean, tuning: Tuning): number {
  const unit = units[index]!;
  if (unit.tokens === 0) return 0;
  const frequency = ranker.frequency;
  const touched: number[] = [];
  const add = (hits: Int32Array, weight: number) => {
    for (const term of hits) {
      if (frequency[term] === 0) touched.push(term);
      frequency[term]! += weight;
    }
  };
  add(unit.hits, 1);
  if (!alone) {
    if (unit.social) {
      const before = units[index - 1];
      const after = units[index + 1];
      if (before?.social) add(before.hits, tuning.neighbourWeight);
      if (after?.social) add(after.hits, tuning.neighbourWeight);
      if (tuning.n2) {
        const b2 = units[index - 2],
          a2 = units[index + 2];
        if (before?.social && before.tokens && b2?.social) add(b2.hits, tuning.n2);
        if (after?.social && after.tokens && a2?.social) add(a2.hits, tuning.n2);
      }
    }
    add(unit.above, tuning.headingWeight);
  }
  const average = ranker.plan.averageTokens || 1;
  const length = 1 - tuning.lengthWeight + tuning.lengthWeight * (unit.tokens / average);
  let points = 0;
  const byConcept = new Map<number, number>();
  const T = ranker.plan.terms;
  for (const term of touched) {
    const count = frequency[term]!;
    frequency[term] = 0;
    let idf = ranker.idf[term]! / T[term]!.weight;
    const main = ranker.mainIdf[T[term]!.concept]!;
    if (tuning.idfCap === 1) idf = Math.min(idf, main);
    if (tuning.idfCap === 2) idf = main;
    if (tuning.idfPower !== 1) idf = idf ** tuning.idfPower;
    const s = T[term]!.weight * idf * ((count * (tuning.saturation + 1)) / (count + tuning.saturation * length));
    const c = T[term]!.concept;
    if (tuning.conceptMax) byConcept.set(c, Math.max(byConcept.get(c) ?? 0, s));
    else byConcept.set(c, (byConcept.get(c) ?? 0) + s);
  }
  for (const s of byConcept.values()) points += s;
  if (tuning.coverage) {
    let cov = 0;
    const seen = new Set<number>();
    for (const t of unit.hits) {
      const c = T[t]!.concept;
      if (!seen.has(c)) {
        seen.add(c);
        cov++;
      }
    }
    points *= 1 + tuning.coverage * (cov - 1);
  }
  return points;
}

/** True when no line within reach scores higher (or as high, and earlier). */
function isLocalBest(units: readonly Unit[], scores: Float64Array, index: number, tuning: Tuning): boolean {
  if (!units[index]!.social) return true;
  const own = scores[index]!;
  for (let step = 1; step <= tuning.rivalLines; step++) {
    const before = index - step;
    const after = index + step;
    if (before >= 0 && units[before]!.social && scores[before]! >= own) return false;
    if (after < units.length && units[after]!.social && scores[after]! > own) return false;
  }
  return true;
}

function candidate(
  text: string,
  units: readonly Unit[],
  index: number,
  points: number,
  groupKey: string,
  alone: boolean,
  tuning: Tuning,
): Candidate {
  let first = index;
  let last = index;
  if (!alone && units[index]!.social) {
    for (let step = 0; step < tuning.quoteLines; step++) {
      if (first > 0 && isQuotable(units[first - 1]!)) first--;
      if (last + 1 < units.length && isQuotable(units[last + 1]!)) last++;
    }
  }
  const startOffset = units[first]!.start;
  const endOffset = units[last]!.end;
  return {
    startLine: units[first]!.line,
    endLine: units[last]!.line,
    startOffset,
    endOffset,
    quote: text.slice(startOffset, endOffset),
    score: Math.round(points * 1e6) / 1e6,
    groupKey,
  };
}

function isQuotable(unit: Unit): boolean {
  return unit.social && unit.tokens > 0;
}
