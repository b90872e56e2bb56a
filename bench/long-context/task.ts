// A task with a known truth: files, a question, its answer, the lines that carry it, and how an answer is scored. And the reader: what
// somebody who reads perfectly would do with a line, by which the oracle (oracle.ts) answers prompts. Nothing else of a task is known to it.
import type { FieldSpec, RecordValue } from '../../protocol/records.ts';

export interface TaskFile {
  /** Relative to the folder of the task, with `/`. */
  readonly path: string;
  /** Its text, piece by piece: 100 MB are never in memory. Every call MUST give the same. */
  pieces(): Iterable<string>;
}

/** Lines that carry the answer: 1-based, inclusive. */
export interface EvidenceSpan {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** How an answer becomes a score from 0 to 1 (score.ts). */
export type Scoring =
  /** 1 where a pattern of `accept` is found and no word of `reject` (the distractors) stands in the answer. */
  | { readonly kind: 'text'; readonly accept: readonly string[]; readonly reject: readonly string[] }
  /** 0.75^|error| of the first number in the answer (OOLONG). */
  | { readonly kind: 'count'; readonly count: number }
  /** 1 where the answer names this one of the choices and no other. */
  | { readonly kind: 'choice'; readonly choice: string; readonly of: readonly string[] }
  /** The share of the numbered records that have their right label in the answer; a record that is told twice is told wrong. */
  | { readonly kind: 'labels'; readonly labels: readonly (readonly [no: number, label: string])[] }
  /** F1 over unordered pairs (OOLONG-Pairs). */
  | { readonly kind: 'pairs'; readonly pairs: readonly (readonly [string, string])[] };

/** What records are computed to: the operations that a kernel must have. */
export type Computation =
  | { readonly kind: 'count'; readonly where: readonly Condition[] }
  | { readonly kind: 'most-common'; readonly field: string }
  /** All records, as they are. */
  | { readonly kind: 'list' }
  /** Pairs of different values of `field` that each have a record of every one of `kinds`. */
  | { readonly kind: 'pairs'; readonly field: string; readonly by: string; readonly kinds: readonly string[] };

/** A field equals a value, or lies between two, both included. */
export type Condition =
  | { readonly field: string; readonly is: string }
  | { readonly field: string; readonly from: string; readonly to: string };

/** How somebody who knows the task would go about it, in terms of the kernel. */
export type Approach =
  | { readonly kind: 'search'; readonly mode: 'literal' | 'bm25'; readonly text: string }
  | { readonly kind: 'quotes' }
  | { readonly kind: 'records'; readonly fields: readonly FieldSpec[]; readonly compute: Computation };

export interface Reader {
  readonly approach: Approach;
  /** The line helps to answer the question. */
  relevant(line: string): boolean;
  /** The words of a relevant line that are to be quoted; the whole line where absent. */
  quote?(line: string): string;
  /** The record that stands on the line, where the task is about records. */
  record?(line: string): Readonly<Record<string, RecordValue>> | undefined;
  /** What some lines come to, in words short enough for a note; only where many lines make one answer. */
  tally?(lines: readonly string[]): string;
  /** The answer of several tallies. */
  combine?(tallies: readonly string[]): string;
  /** The answer of somebody who has these lines before him and no others; undefined where they do not answer. */
  answer(lines: readonly string[]): string | undefined;
}

export interface TaskInstance {
  /** Unique within a suite; the same seed and size give the same task. */
  readonly id: string;
  readonly suite: string;
  readonly seed: number;
  readonly question: string;
  readonly files: readonly TaskFile[];
  /** Bytes of all files. */
  readonly bytes: number;
  /** The right answer, for people. */
  readonly expected: string;
  /** Empty where no single lines carry the answer. */
  readonly evidence: readonly EvidenceSpan[];
  readonly scoring: Scoring;
  readonly reader: Reader;
}

/** A task that is not made yet: making one reads its whole text once. */
export interface PlannedTask {
  readonly id: string;
  readonly suite: string;
  /** Bytes asked for; 0 where the data is as large as it is. */
  readonly bytes: number;
  make(): TaskInstance;
}

export interface Suite {
  readonly name: string;
  readonly about: string;
  /** False where the data is real and as large as it is: then it is planned once, whatever the sizes. */
  readonly isSized: boolean;
  plan(seed: number, bytes: number): readonly PlannedTask[];
}

/** Bytes of all files together. */
export function surveyed(files: readonly TaskFile[]): number {
  let bytes = 0;
  for (const file of files) for (const piece of file.pieces()) bytes += Buffer.byteLength(piece);
  return bytes;
}
