// One measured figure beside its goal and beside the limit measured in the same run, so that a number
// can be judged on any machine. Every bench module exports `ids` and `measure`.

export interface Row {
  /** Stable name, e.g. `embedded-10mb-s`. */
  readonly id: string;
  readonly value: number;
  /** Unit of value, goal and limit, e.g. `s`, `MB`, `jobs/s`, `ratio`. */
  readonly unit: string;
  /** What the value should reach (with `at-least`) or stay under (with `at-most`); null when there is none. */
  readonly goal: number | null;
  /** What is possible at all on this machine, measured in the same run; null where nothing bounds it. */
  readonly limit: number | null;
  /** value / limit; null without a limit. */
  readonly ratio: number | null;
  /** Whether the goal is met; null when there is none. */
  readonly holds: boolean | null;
}

/** Where a good value lies. */
export type Direction = 'at-least' | 'at-most';

/** What a file of bench/ exports. `measure` runs only the ids named, or all of its own. */
export interface BenchModule {
  readonly ids: readonly string[];
  measure(only?: readonly string[]): Promise<Row[]>;
}

export interface Measurement {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: number;
  readonly direction: Direction;
  readonly limit?: number;
}

/** A row with its ratio and verdict worked out. The verdict looks at the exact value; what is shown has four digits. */
export function toRow(measurement: Measurement): Row {
  const { id, value, unit, goal, direction, limit } = measurement;
  const met = (bound: number) => (direction === 'at-least' ? value >= bound : value <= bound);
  return {
    id,
    value: rounded(value),
    unit,
    goal: goal ?? null,
    limit: limit === undefined ? null : rounded(limit),
    ratio: limit === undefined || limit === 0 ? null : rounded(value / limit),
    holds: goal === undefined ? null : met(goal),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** The middle value (the upper one of two); 0 when there are none. */
export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? 0;
}
