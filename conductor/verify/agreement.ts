// The third gate: do two outputs of the same chunk say the same? Only answers of one and the same chunk may be compared;
// of answers of different chunks the verdict means nothing.
import type { ExtractorOutput, Finding } from '../../protocol/signature.ts';
import { loneNoteFault, noteFault } from './notes.ts';
import { overlaps, placeOf } from './quotes.ts';

/** What comparing two outputs found. */
export interface Agreement {
  readonly agrees: boolean;
  /** 0 to 1, and 1 for outputs that are the same; at least 0.5 where they agree, below where they differ. */
  readonly score: number;
  /** Where they differ: the field and what is wrong with it. */
  readonly reason?: string;
}

/**
 * Least part of the evidence, weighed by score, that two answers of language models must share. Set on the calibration
 * half of test/fixtures/agreement; docs/verification.md shows what other values would cost.
 */
export const EVIDENCE_SHARE_MIN = 0.5;
/** A model that gives nothing a better score than this has found nothing: the same as an empty list. */
const WORTH_MIN = 0.2;
/** Scores so close to the best are as good as it: which of them comes first is chance. */
const BEST_MARGIN = 0.1;
/** Relative difference between the scores of one engine on two machines: the last bits of a logarithm. */
const ENGINE_SCORE_TOLERANCE = 1e-4;

/** Findings of one answer on the same place as one of the other, whose notes are compared: honest answers have one or two. */
const NOTE_PARTNERS_MAX = 3;

const AGREED: Agreement = Object.freeze({ agrees: true, score: 1 });
const differ = (score: number, reason: string): Agreement => ({ agrees: false, score: Math.min(score, 0.49), reason });

/**
 * Whether two answers of one chunk agree. Symmetric. The embedded engine gives every finding a `group` and computes, so two
 * of its answers must be equal. Language models quote more or less widely, score by feeling and word their notes anew:
 * their best evidence must be the same, most of the rest too, and no note may contradict the other's.
 */
export function agree(left: ExtractorOutput, right: ExtractorOutput): Agreement {
  const [ones, others] = [left.findings, right.findings];
  if (left === right || (ones.length === others.length && ones.every((one, at) => isSame(one, others[at]!))))
    return AGREED;
  if (ones.every(isComputed) && others.every(isComputed)) return compareComputed(ones, others);
  return compareEvidence(ones, others);
}

function isSame(one: Finding, other: Finding): boolean {
  return (
    one.quote === other.quote &&
    one.line === other.line &&
    one.score === other.score &&
    one.group === other.group &&
    one.note === other.note
  );
}

function isComputed(finding: Finding): boolean {
  return finding.group !== undefined;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** By place, so that the order of the list does not count. */
function byPlace(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (one, other) =>
      (one.line ?? 0) - (other.line ?? 0) ||
      compareText(one.quote, other.quote) ||
      one.score - other.score ||
      compareText(one.group ?? '', other.group ?? ''),
  );
}

/** The same findings, each with its place, score, group and note: the merge of all chunks rests on every one of them. */
function compareComputed(left: readonly Finding[], right: readonly Finding[]): Agreement {
  if (left.length !== right.length) return differ(0, `findings: ${left.length} against ${right.length}`);
  const [ones, others] = [byPlace(left), byPlace(right)];
  const at = ones.findIndex((one, index) => !isSameResult(one, others[index]!));
  if (at < 0) return AGREED;
  return differ(0, `findings: line ${ones[at]!.line ?? '?'} is not told the same`);
}

function isSameResult(one: Finding, other: Finding): boolean {
  const tolerance = ENGINE_SCORE_TOLERANCE * Math.max(1, Math.abs(one.score));
  const sameScore = Math.abs(one.score - other.score) <= tolerance;
  return sameScore && isSame({ ...one, score: 0 }, { ...other, score: 0 });
}

/** Findings by their worth, from 0 to 1 whatever the provider's measure. */
interface Weighed {
  readonly findings: readonly Finding[];
  readonly worths: readonly number[];
  readonly most: number;
  /** Sum of the worths. */
  readonly total: number;
}

function weigh(findings: readonly Finding[]): Weighed {
  const highest = findings.reduce((most, { score }) => Math.max(most, score), 0);
  const scale = findings.some(isComputed) && highest > 0 ? 1 / highest : 1;
  const worths = findings.map(({ score }) => Math.min(1, Math.max(0, score * scale)));
  return {
    findings,
    worths,
    most: worths.reduce((most, worth) => Math.max(most, worth), 0),
    total: worths.reduce((sum, worth) => sum + worth, 0),
  };
}

/** Which findings of the other quote the same place: `links[i]` lists them for finding i. */
function linkQuotes(left: readonly Finding[], right: readonly Finding[]): number[][] {
  const places = right.map(({ quote }) => placeOf(quote));
  return left.map(({ quote }) => {
    const place = placeOf(quote);
    return places.flatMap((other, at) => (overlaps(place, other) ? [at] : []));
  });
}

/** Weight that both give to the same places, of 1 in all. */
function sharedWeight(left: Weighed, right: Weighed, links: readonly (readonly number[])[]): number {
  const given = new Array<number>(right.findings.length).fill(0);
  let shared = 0;
  left.worths.forEach((worth, at) => {
    let rest = worth / left.total;
    for (const other of links[at]!) {
      const room = right.worths[other]! / right.total - given[other]!;
      const part = Math.min(rest, room);
      given[other] = given[other]! + part;
      shared += part;
      rest -= part;
    }
  });
  return shared;
}

/** Whether one of the best findings is among the other's. */
function bestIsShared({ worths, most }: Weighed, linked: (index: number) => boolean): boolean {
  return worths.some((worth, at) => worth >= most - BEST_MARGIN && linked(at));
}

/** A list cut off: what is left is the other's to the letter. */
function isCutOff(shorter: readonly Finding[], longer: readonly Finding[]): boolean {
  return shorter.length < longer.length && shorter.every((one) => longer.some((other) => isSame(one, other)));
}

function compareEvidence(ones: readonly Finding[], others: readonly Finding[]): Agreement {
  const [left, right] = [weigh(ones), weigh(others)];
  if (left.most < WORTH_MIN && right.most < WORTH_MIN) return { agrees: true, score: 0.5 };
  if (left.most < WORTH_MIN || right.most < WORTH_MIN) return differ(0, 'findings: one has found nothing');
  if (isCutOff(ones, others) || isCutOff(others, ones)) return differ(0.4, 'findings: one list is cut off');
  const links = linkQuotes(ones, others);
  const linkedRight = new Set(links.flat());
  const shared = sharedWeight(left, right, links);
  if (!bestIsShared(left, (at) => links[at]!.length > 0) || !bestIsShared(right, (at) => linkedRight.has(at)))
    return differ(shared, 'findings: the best quote of one is not among those of the other');
  if (shared < EVIDENCE_SHARE_MIN) return differ(shared, 'findings: too few quotes in common');
  const fault = firstNoteFault(ones, others, links);
  return fault === undefined ? { agrees: true, score: Math.max(0.5, shared) } : differ(shared, `findings: ${fault}`);
}

/** The first thing wrong with a note, of those on shared quotes and of those on quotes that only one has. */
function firstNoteFault(ones: readonly Finding[], others: readonly Finding[], links: readonly (readonly number[])[]) {
  const linked = new Set(links.flat());
  for (const [at, found] of links.entries()) {
    if (found.length === 0) {
      const fault = loneNoteFault(ones[at]!);
      if (fault !== undefined) return fault;
    }
    for (const other of found.slice(0, NOTE_PARTNERS_MAX)) {
      const fault = noteFault(ones[at]!, others[other]!);
      if (fault !== undefined) return fault;
    }
  }
  for (const [at, finding] of others.entries()) {
    const fault = linked.has(at) ? undefined : loneNoteFault(finding);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
