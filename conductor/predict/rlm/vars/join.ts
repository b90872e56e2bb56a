// What two tables say together: joins, unions and pairs. It is here that rows could multiply, so it is here that they are counted first.
import { PylonError } from '../../../../protocol/errors.ts';
import type { RecordValue } from '../../../../protocol/records.ts';
import type { Step } from './steps.ts';
import { checkRows, columnOf, type Row, type Table } from './table.ts';
import { keyOf, orderOf } from './values.ts';

type Join = Extract<Step, { op: 'join' }>;
type Pairs = Extract<Step, { op: 'pairs' }>;

/**
 * In the order of the left table, then of the right one. Fields of the right one that the left one has too are called `with_…`; its
 * places in the input are left out. A missing value is the same as nothing.
 * @throws PylonError `exploration-too-large` | `action-refused`
 */
export function joined(left: Table, right: Table, { on, onWith = on, kind = 'inner' }: Join): Table {
  if (onWith.length !== on.length) throw new PylonError('action-refused', { reason: 'on and onWith differ in length' });
  const leftKeys = on.map((name) => columnOf(left, name));
  const rightKeys = onWith.map((name) => columnOf(right, name));
  const found = new Map<string, Row[]>();
  for (const row of right.rows) {
    const key = keyIn(row, rightKeys);
    if (key === undefined) continue;
    const rows = found.get(key);
    if (rows) rows.push(row);
    else found.set(key, [row]);
  }
  const partners = (row: Row) => found.get(keyIn(row, leftKeys) ?? '') ?? [];
  if (kind === 'semi' || kind === 'anti')
    return { columns: left.columns, rows: left.rows.filter((row) => partners(row).length > 0 === (kind === 'semi')) };
  const least = kind === 'left' ? 1 : 0;
  let count = 0;
  for (const row of left.rows) count += Math.max(least, partners(row).length);
  checkRows(count);
  const taken = right.columns.flatMap((name, at) => (name.startsWith('_') || rightKeys.includes(at) ? [] : [at]));
  const names = taken.map((at) => nameBeside(left, right.columns[at]!));
  const rows: Row[] = [];
  for (const row of left.rows) {
    const others = partners(row);
    for (const other of others) rows.push([...row, ...taken.map((at) => other[at] ?? null)]);
    if (others.length === 0 && least === 1) rows.push([...row, ...taken.map(() => null)]);
  }
  return { columns: [...left.columns, ...names], rows };
}

function nameBeside(table: Table, name: string): string {
  let free = name;
  while (table.columns.includes(free)) free = `with_${free}`;
  return free;
}

function keyIn(row: Row, columns: readonly number[]): string | undefined {
  const keys = columns.map((column) => keyOf(row[column]));
  return keys.includes('') ? undefined : JSON.stringify(keys);
}

/** The rows of both, with the fields of the first. @throws PylonError `exploration-too-large` | `action-refused` */
export function united(table: Table, other: Table): Table {
  checkRows(table.rows.length + other.rows.length);
  const columns = table.columns.map((name) => columnOf(other, name));
  return {
    columns: table.columns,
    rows: [...table.rows, ...other.rows.map((row) => columns.map((column) => row[column] ?? null))],
  };
}

/** @throws PylonError `exploration-too-large` | `action-refused` */
export function paired(table: Table, other: Table | undefined, step: Pairs): Table {
  const left = valuesOf(table, step.of);
  const right = other === undefined ? left : valuesOf(other, step.ofWith ?? step.of);
  const all = new Map([...left, ...right]);
  const order = orderOf(all.values());
  // The order may call two texts the same number ("1", "1.0"): then their letters decide.
  const before = ([key, value]: Entry, [otherKey, otherValue]: Entry) =>
    order(value, otherValue) || (key < otherKey ? -1 : key > otherKey ? 1 : 0);
  const sorted = [...all].sort(before);
  const both = [...left.keys()].filter((key) => right.has(key)).length;
  const crossing = left.size * right.size - both;
  checkRows(crossing - (both * (both - 1)) / 2);
  const places = new Map(sorted.map(([key], at) => [key, at]));
  const pairs: [number, number][] = [];
  for (const one of left.keys()) {
    for (const two of right.keys()) {
      const [a, b] = [places.get(one)!, places.get(two)!];
      const isMet = a > b && left.has(two) && right.has(one);
      if (a !== b && !isMet) pairs.push(a < b ? [a, b] : [b, a]);
    }
  }
  pairs.sort(([a, b], [c, d]) => a - c || b - d);
  return { columns: ['a', 'b'], rows: pairs.map(([a, b]) => [sorted[a]![1], sorted[b]![1]]) };
}

type Entry = readonly [key: string, value: RecordValue];

function valuesOf(table: Table, field: string): Map<string, RecordValue> {
  const column = columnOf(table, field);
  const values = new Map<string, RecordValue>();
  for (const row of table.rows) {
    const value = row[column] ?? null;
    if (value !== null && !values.has(keyOf(value))) values.set(keyOf(value), value);
  }
  return values;
}
