// Runs the steps of a Compute over the tables of the kernel. Pure, total and bounded: the same tables give the same result in the same
// order, rows keep their places in the input, and what would grow past ROWS_MAX is refused.
import { PylonError } from '../../../../protocol/errors.ts';
import type { RecordValue } from '../../../../protocol/records.ts';
import { aggregate, arithmetic, finite } from './arithmetic.ts';
import { derived } from './derive.ts';
import { grouped } from './group.ts';
import { joined, paired, united } from './join.ts';
import type { Condition, Step } from './steps.ts';
import { columnOf, type Row, type Table } from './table.ts';
import { compareValues, keyOf, numberOf, orderOf, sameValue } from './values.ts';

export type Scalar = RecordValue;
/** What a computation gives, and what a variable may hold besides text. */
export type Computed = { readonly table: Table } | { readonly value: Scalar | readonly Scalar[] };

/** Reads other variables of the kernel. Each throws PylonError `action-refused` for one that is not there or of another kind. */
export interface Variables {
  table(name: string): Table;
  value(name: string): Scalar | readonly Scalar[];
}

/** @throws PylonError `action-refused` when a step does not fit what it is given, `exploration-too-large` past ROWS_MAX */
export function compute(from: Computed, steps: readonly Step[], variables: Variables): Computed {
  let result = from;
  for (const step of steps) {
    if (step.op === 'calc') result = { value: calculated(singleValue(result, step.op), step, variables) };
    else if ('table' in result) result = apply(result.table, step, variables);
    else throw refused(`${step.op} needs a table, and there is only a value; only calc may follow it`);
  }
  return result;
}

function refused(reason: string): PylonError {
  return new PylonError('action-refused', { reason });
}

type TableStep = Exclude<Step, { op: 'calc' }>;

function apply(table: Table, step: TableStep, variables: Variables): Computed {
  switch (step.op) {
    case 'filter':
      return { table: filtered(table, step.where, step.any === true, variables) };
    case 'select':
      return { table: selected(table, step.fields) };
    case 'derive':
      return { table: derived(table, step) };
    case 'distinct':
      return { table: distinct(table, step.by) };
    case 'group':
      return { table: grouped(table, step.by, step.with ?? []) };
    case 'sort':
      return { table: sorted(table, step.by, step.desc === true) };
    case 'top': {
      const ranked = step.by === undefined ? table : sorted(table, step.by, step.desc !== false);
      return { table: { columns: ranked.columns, rows: ranked.rows.slice(0, step.n) } };
    }
    case 'join':
      return { table: joined(table, variables.table(step.with), step) };
    case 'union':
      return { table: united(table, variables.table(step.with)) };
    case 'pairs': {
      const other = step.with === undefined ? undefined : variables.table(step.with);
      return { table: paired(table, other, step) };
    }
    case 'count':
      return { value: table.rows.length };
    default:
      return { value: reduced(table, step) };
  }
}

function filtered(table: Table, where: readonly Condition[], any: boolean, variables: Variables): Table {
  const tests = where.map((condition) => testOf(table, condition, variables));
  const keep = any ? (row: Row) => tests.some((test) => test(row)) : (row: Row) => tests.every((test) => test(row));
  return { columns: table.columns, rows: table.rows.filter(keep) };
}

function testOf(table: Table, condition: Condition, variables: Variables): (row: Row) => boolean {
  const column = columnOf(table, condition.field);
  const wanted = condition.var === undefined ? condition.value : variables.value(condition.var);
  const test = valueTest(condition, wanted);
  return (row) => test(row[column] ?? null);
}

function isList(value: unknown): value is readonly Scalar[] {
  return Array.isArray(value);
}

function valueTest({ is, field }: Condition, wanted: Scalar | readonly Scalar[] | undefined): (v: Scalar) => boolean {
  if (is === 'missing') return (value) => value === null || value === '';
  if (is === 'present') return (value) => value !== null && value !== '';
  if (wanted === undefined) throw refused(`the condition on ${field} names neither a value nor a variable`);
  if (is === 'in' || is === 'not in') {
    const keys = new Set((isList(wanted) ? wanted : [wanted]).flatMap(keysOf));
    return (value) => keysOf(value).some((key) => keys.has(key)) === (is === 'in');
  }
  if (is === 'between') {
    if (!isList(wanted) || wanted.length !== 2) throw refused(`between on ${field} needs a list of two values`);
    const [low, high] = wanted;
    return (value) => (compareValues(value, low) ?? -1) >= 0 && (compareValues(value, high) ?? 1) <= 0;
  }
  if (isList(wanted)) throw refused(`${is} on ${field} needs one value, and there is a list; use in`);
  return comparison(is, wanted);
}

/** A number is also found where it is written as text. */
function keysOf(value: Scalar): string[] {
  const number = typeof value === 'string' ? numberOf(value) : undefined;
  return number === undefined ? [keyOf(value)] : [keyOf(value), keyOf(number)];
}

type Compared = Exclude<Condition['is'], 'missing' | 'present' | 'in' | 'not in' | 'between'>;

function comparison(is: Compared, wanted: Scalar): (value: Scalar) => boolean {
  const text = String(wanted).toLowerCase();
  const has = (value: Scalar) => value !== null && String(value).toLowerCase().includes(text);
  switch (is) {
    case '=':
      return (value) => sameValue(value, wanted);
    case '!=':
      return (value) => !sameValue(value, wanted);
    case 'contains':
      return has;
    case 'not contains':
      return (value) => !has(value);
    case 'starts':
      return (value) => value !== null && String(value).toLowerCase().startsWith(text);
    case '<':
      return (value) => (compareValues(value, wanted) ?? 0) < 0;
    case '<=':
      return (value) => (compareValues(value, wanted) ?? 1) <= 0;
    case '>':
      return (value) => (compareValues(value, wanted) ?? 0) > 0;
    case '>=':
      return (value) => (compareValues(value, wanted) ?? -1) >= 0;
  }
}

/** The fields asked for; places in the input stay. */
function selected(table: Table, fields: readonly string[]): Table {
  const places = table.columns.filter((name) => name.startsWith('_') && !fields.includes(name));
  const names = [...new Set(fields), ...places];
  const columns = names.map((name) => columnOf(table, name));
  return { columns: names, rows: table.rows.map((row) => columns.map((column) => row[column] ?? null)) };
}

function distinct(table: Table, by: readonly string[] | undefined): Table {
  const names = by ?? table.columns.filter((name) => !name.startsWith('_'));
  const columns = names.map((name) => columnOf(table, name));
  const seen = new Set<string>();
  const rows = table.rows.filter((row) => {
    const key = JSON.stringify(columns.map((column) => keyOf(row[column])));
    return !seen.has(key) && seen.add(key) !== undefined;
  });
  return { columns: table.columns, rows };
}

/** Stable: rows that are the same in `by` keep their order. What is missing comes last either way. */
function sorted(table: Table, by: readonly string[], desc: boolean): Table {
  const orders = by.map((name) => {
    const column = columnOf(table, name);
    const order = orderOf(table.rows.map((row) => row[column]));
    return (left: Row, right: Row) => {
      const [one, other] = [left[column] ?? null, right[column] ?? null];
      const sign = desc && one !== null && other !== null ? -1 : 1;
      return sign * order(one, other);
    };
  });
  const rows = [...table.rows].sort((left, right) => {
    for (const order of orders) {
      const place = order(left, right);
      if (place !== 0) return place;
    }
    return 0;
  });
  return { columns: table.columns, rows };
}

type Reduction = Extract<Step, { op: 'sum' | 'mean' | 'min' | 'max' | 'first' | 'list' }>;

function reduced(table: Table, { op, field }: Reduction): Scalar | readonly Scalar[] {
  const column = columnOf(table, field);
  const values = table.rows.map((row) => row[column] ?? null);
  if (op === 'list') return values;
  if (op === 'first') return values[0] ?? null;
  return aggregate(op, values);
}

function singleValue(result: Computed, op: string): Scalar | readonly Scalar[] {
  if ('value' in result) return result.value;
  throw refused(`${op} needs a value; end the table with count, sum, mean, min, max or first before`);
}

function calculated(
  value: Scalar | readonly Scalar[],
  step: Extract<Step, { op: 'calc' }>,
  variables: Variables,
): Scalar {
  const left = isList(value) ? value.length : numberOf(value);
  if (left === undefined) throw refused('calc needs a number');
  const by = typeof step.by === 'string' ? variables.value(step.by) : step.by;
  const right = by === undefined ? undefined : isList(by) ? by.length : numberOf(by);
  if (step.fn === 'round') {
    const digits = 10 ** Math.max(0, Math.min(9, Math.trunc(right ?? 0)));
    return finite(Math.round(left * digits) / digits);
  }
  if (right === undefined) throw refused(`calc ${step.fn} needs a number in "by"`);
  return arithmetic(step.fn, left, right);
}
