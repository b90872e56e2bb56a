// Owns the ranking of one chunk: which of its lines answer the question, as exact quotes with scores that mean the
// same in every chunk. A score rests only on the plan (statistics of the whole input), on the line, on its direct
// neighbours and on the headings in force, so cutting the input elsewhere changes nothing.
import { CANDIDATES_PER_CHUNK_MAX } from '../../protocol/limits.ts';
import type { ChunkContext } from './context.ts';
import { fitness } from './features.ts';
import type { SearchPlan } from './plan.ts';
import { type Ranker, rankerOf, type Unit } from './ranker.ts';
import { readUnits } from './read-units.ts';
import { templateKey } from './template.ts';
import { TUNING, type Tuning } from './tuning.ts';

/**
 * A quote from a chunk. Lines are 0-based in the chunk's text (`endLine` inclusive), offsets its UTF-16 units
 * (`endOffset` exclusive): `quote === text.slice(startOffset, endOffset)`, always.
 */
export interface Candidate {
  readonly startLine: number;
  readonly endLine: number;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly quote: string;
  readonly score: number;
  /** The same for log lines that differ in values only; the merge keeps the best of each. */
  readonly groupKey: string;
}

export interface RankLimits {
  /** Most candidates returned; at least as many as the final answer cites, or the cut would show. */
  readonly candidates?: number;
  readonly tuning?: Tuning;
}

/** What one chunk hands to the merge: as many as an answer may cite, so that no cut can hide a winner. */
export const CANDIDATES_DEFAULT = CANDIDATES_PER_CHUNK_MAX;
/** Lines on each side within which only the best one is a candidate (prose and code): their quotes would overlap. */
const RIVAL_LINES = 2;
/** Lines a quote of prose or code takes on each side of its anchor. */
const QUOTE_LINES = 1;

/** Ranks the lines of `text` and returns the best, best first, ties by position. Pure and deterministic. */
export function rankChunk(text: string, plan: SearchPlan, context: ChunkContext, limits: RankLimits = {}): Candidate[] {
  const ranker = rankerOf(plan);
  const units = readUnits(text, ranker, context);
  const scores = scoreUnits(text, units, ranker, context, limits.tuning ?? TUNING);
  const order: number[] = [];
  for (let index = 0; index < units.length; index++) {
    if (scores[index]! <= 0) continue;
    const { start } = units[index]!;
    if (start < context.coreStart || start >= context.coreEnd) continue;
    if (context.kind === 'log' || isLocalBest(units, scores, index)) order.push(index);
  }
  order.sort((one, other) => scores[other]! - scores[one]! || one - other);
  return takeGroups(text, units, scores, order, context, limits.candidates ?? CANDIDATES_DEFAULT);
}

function scoreUnits(text: string, units: readonly Unit[], ranker: Ranker, context: ChunkContext, tuning: Tuning) {
  const scores = new Float64Array(units.length);
  const alone = context.kind === 'log';
  for (let index = 0; index < units.length; index++) {
    const unit = units[index]!;
    const before = alone || !unit.social ? undefined : socialAt(units, index - 1);
    const after = alone || !unit.social ? undefined : socialAt(units, index + 1);
    let score = ranker.score(unit, before, after, tuning);
    if (score > 0) score *= fitness(text.slice(unit.start, unit.end), context.kind, ranker.plan.hints, tuning);
    if (alone && unit.failing) score += ranker.failures.get(templateKey(text, unit.start, unit.end, 'log')) ?? 0;
    scores[index] = Math.round(score * 1e6) / 1e6;
  }
  return scores;
}

function socialAt(units: readonly Unit[], index: number): Unit | undefined {
  const unit = units[index];
  return unit?.social ? unit : undefined;
}

/** True when no line within reach scores higher (or as high, and earlier). A long line ends the reach. */
function isLocalBest(units: readonly Unit[], scores: Float64Array, index: number): boolean {
  if (!units[index]!.social) return true;
  const own = scores[index]!;
  for (let at = index - 1; at >= index - RIVAL_LINES && socialAt(units, at); at--) if (scores[at]! >= own) return false;
  for (let at = index + 1; at <= index + RIVAL_LINES && socialAt(units, at); at++) if (scores[at]! > own) return false;
  return true;
}

/** The best line of each group, in the order given, until there are enough. */
function takeGroups(
  text: string,
  units: readonly Unit[],
  scores: Float64Array,
  order: readonly number[],
  context: ChunkContext,
  limit: number,
): Candidate[] {
  const groups = new Set<string>();
  const candidates: Candidate[] = [];
  for (const index of order) {
    if (candidates.length >= limit) break;
    const { start, end } = units[index]!;
    const groupKey = templateKey(text, start, end, context.kind);
    if (groups.has(groupKey)) continue;
    groups.add(groupKey);
    const [first, last] = context.kind === 'log' ? [index, index] : extent(units, index);
    const startOffset = units[first]!.start;
    const endOffset = units[last]!.end;
    candidates.push({
      startLine: units[first]!.line,
      endLine: units[last]!.line,
      startOffset,
      endOffset,
      quote: text.slice(startOffset, endOffset),
      score: scores[index]!,
      groupKey,
    });
  }
  return candidates;
}

/** The first and last line of the quote around an anchor: its neighbours, but no blank and no long line. */
function extent(units: readonly Unit[], anchor: number): [number, number] {
  let first = anchor;
  let last = anchor;
  if (!units[anchor]!.social) return [anchor, anchor];
  for (let step = 0; step < QUOTE_LINES; step++) {
    if ((socialAt(units, first - 1)?.tokens ?? 0) > 0) first--;
    if ((socialAt(units, last + 1)?.tokens ?? 0) > 0) last++;
  }
  return [first, last];
}
