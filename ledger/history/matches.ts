// Which slots pass the filters of a list. One pass over the columns in their order in memory, the cheap tests first; what it finds is
// remembered for those who page on, as long as nothing changes.
import { RUN_STATUSES } from '../../protocol/run.ts';
import type { RunSelection } from '../../protocol/run-list.ts';
import type { Columns } from './columns.ts';

/** Filters whose matches are remembered: those that people page through at the same time. A byte for each run. */
const KEPT = 8;

type Test = (slot: number) => boolean;

export interface Matches {
  /** 1 in the slots that pass; undefined where all do. */
  readonly passing: Uint8Array | undefined;
  readonly total: number;
}

export class MatchCache {
  readonly #columns: Columns;
  readonly #kept = new Map<string, Matches>();

  constructor(columns: Columns) {
    this.#columns = columns;
  }

  /** A run changed: what was found may be wrong. */
  clear(): void {
    this.#kept.clear();
  }

  /** @param size runs there are */
  of(selection: RunSelection, size: number): Matches {
    const tests = testsOf(this.#columns, selection);
    if (tests.length === 0) return { passing: undefined, total: size };
    const key = keyOf(selection);
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const matches = match(this.#columns, tests);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(key, matches);
    return matches;
  }
}

function match({ ids }: Columns, tests: readonly Test[]): Matches {
  const passing = new Uint8Array(ids.length);
  let total = 0;
  slots: for (let slot = 0; slot < passing.length; slot++) {
    for (const test of tests) if (!test(slot)) continue slots;
    if (ids[slot] === '') continue; // free
    passing[slot] = 1;
    total++;
  }
  return { passing, total };
}

/** The filter alone; JSON has no infinities. */
function keyOf({
  sort: _sort,
  descending: _descending,
  limit: _limit,
  cursor: _cursor,
  ...filter
}: RunSelection): string {
  return JSON.stringify(filter, (_name, value) => (typeof value === 'number' ? String(value) : value));
}

function testsOf(columns: Columns, selection: RunSelection): Test[] {
  const { status, method, experiment, words, fromMs, untilMs, costMinMsat, costMaxMsat } = selection;
  const { statuses, methods, experiments, createdMs, costsMsat, texts } = columns;
  const tests: Test[] = [];
  const equals = (column: ArrayLike<number>, wanted: number | undefined) =>
    tests.push((slot) => column[slot] === wanted);
  if (status !== undefined) equals(statuses, RUN_STATUSES.indexOf(status));
  if (method !== undefined) equals(methods, columns.methodNames.find(method));
  if (experiment !== undefined) equals(experiments, columns.experimentNames.find(experiment));
  if (fromMs > Number.NEGATIVE_INFINITY || untilMs < Number.POSITIVE_INFINITY)
    tests.push((slot) => createdMs[slot]! >= fromMs && createdMs[slot]! < untilMs);
  if (costMinMsat > 0 || costMaxMsat < Number.POSITIVE_INFINITY)
    tests.push((slot) => costsMsat[slot]! >= costMinMsat && costsMsat[slot]! <= costMaxMsat);
  for (const word of words) tests.push((slot) => texts[slot]!.includes(word));
  return tests;
}
