// An axis of a drawing: round ends and ticks round all values. Pure.

export interface Axis {
  /** Round numbers, ascending; the first and last are the ends. */
  readonly ticks: readonly number[];
  /** Where a value lies between the ends, from 0 to 1. */
  at(value: number): number;
}

/** Steps people count in. */
const STEPS = [1, 2, 5, 10] as const;
const TICKS_WANTED = 5;
/** Values closer than this share of themselves are drawn as one: the rest is rounding. */
const ALIKE = 1e-9;

/** Round ends round all values. One value alone lies in the middle. */
export function axisOf(values: readonly number[]): Axis {
  const low = values.reduce((left, right) => Math.min(left, right), Number.POSITIVE_INFINITY);
  const high = values.reduce((left, right) => Math.max(left, right), Number.NEGATIVE_INFINITY);
  if (!(high >= low)) return { ticks: [0, 1], at: () => 0.5 };
  const size = Math.max(Math.abs(low), Math.abs(high));
  const isFlat = high - low <= size * ALIKE || size < ALIKE;
  const range = isFlat ? (size < ALIKE ? 1 : size) : high - low;
  const rough = range / TICKS_WANTED;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((wanted) => wanted * power >= rough) ?? 10) * power;
  const first = Math.floor((isFlat ? low - step : low) / step + ALIKE);
  const last = Math.ceil((isFlat ? high + step : high) / step - ALIKE);
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
  const [start, end] = [first * step, last * step];
  return { ticks, at: (value) => (value - start) / (end - start) };
}
