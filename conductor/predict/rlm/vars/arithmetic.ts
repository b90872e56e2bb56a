// Sums, means, extremes and the four operations over values of records; what is no number is left out, never guessed.
import type { RecordValue } from '../../../../protocol/records.ts';
import { numberOf, orderOf } from './values.ts';

/** Of no values: a sum is 0, the others are missing. */
export function aggregate(op: 'sum' | 'mean' | 'min' | 'max', values: readonly RecordValue[]): RecordValue {
  if (op === 'min' || op === 'max') {
    const order = orderOf(values);
    const sign = op === 'min' ? 1 : -1;
    let best: RecordValue = null;
    for (const value of values) if (value !== null && (best === null || sign * order(value, best) < 0)) best = value;
    return best;
  }
  let sum = 0;
  let count = 0;
  for (const value of values) {
    const number = numberOf(value);
    if (number === undefined) continue;
    sum += number;
    count++;
  }
  if (op === 'sum') return finite(sum);
  return count === 0 ? null : finite(sum / count);
}

/** JSON has no infinity. */
export function finite(number: number): RecordValue {
  return Number.isFinite(number) ? number : null;
}

/** Dividing by nothing gives nothing. */
export function arithmetic(fn: 'add' | 'subtract' | 'multiply' | 'divide', left: number, right: number): RecordValue {
  if (fn === 'add') return finite(left + right);
  if (fn === 'subtract') return finite(left - right);
  return finite(fn === 'multiply' ? left * right : left / right);
}
