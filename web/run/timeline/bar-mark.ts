// What a bar of the timeline says of its query, as one of a few marks: each has a colour, a shape of its own, and a word.
import type { QueryState } from '../../../protocol/run-state.ts';

/** In the order in which they matter when many share a pixel: the last one that is there is drawn. */
export const MARKS = ['answered', 'cancelled', 'waiting', 'working', 'late', 'failed', 'wrong'] as const;
export type BarMark = (typeof MARKS)[number];

export const MARK_WORDS: Readonly<Record<BarMark, string>> = {
  answered: 'answered',
  cancelled: 'cancelled',
  waiting: 'asked',
  working: 'at work',
  late: 'timed out',
  failed: 'failed',
  wrong: 'judged wrong',
};

const WRONG: ReadonlySet<string> = new Set(['rejected', 'refuted', 'withdrawn']);

/** The place of its mark in MARKS. */
export function markOf({ status, rejected, verdict }: Pick<QueryState, 'status' | 'rejected' | 'verdict'>): number {
  if (rejected || (verdict !== undefined && WRONG.has(verdict))) return 6;
  switch (status) {
    case 'answered':
      return 0;
    case 'cancelled':
      return 1;
    case 'submitted':
      return 2;
    case 'executing':
      return 3;
    case 'timeout':
      return 4;
    case 'failed':
      return 5;
  }
}

/** True while its end is not known: the bar grows. */
export function isOpen(query: Pick<QueryState, 'status'>): boolean {
  return query.status === 'submitted' || query.status === 'executing';
}
