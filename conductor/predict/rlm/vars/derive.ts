// New fields of a table made of the ones it has: parts of dates, plain text work, the four operations.
import type { RecordValue } from '../../../../protocol/records.ts';
import { arithmetic } from './arithmetic.ts';
import type { Step } from './steps.ts';
import { columnOf, type Row, type Table } from './table.ts';
import { dateOf, isoDay, numberOf } from './values.ts';

type Derive = Extract<Step, { op: 'derive' }>;

/** Longest value of a field, as of a record. */
const VALUE_CHARS_MAX = 1_024;

/** @throws PylonError `action-refused` for a field that is not there */
export function derived(table: Table, step: Derive): Table {
  const sources = step.of.map((name) => columnOf(table, name));
  const by = typeof step.by === 'string' ? columnOf(table, step.by) : step.by;
  const fromColumn = typeof step.by === 'string';
  const make = (row: Row): RecordValue => {
    const operand = by === undefined ? undefined : fromColumn ? numberOf(row[by]) : by;
    return valueFor(
      step.fn,
      sources.map((source) => row[source] ?? null),
      operand,
    );
  };
  const known = table.columns.indexOf(step.as);
  if (known >= 0)
    return {
      columns: table.columns,
      rows: table.rows.map((row) => row.map((old, at) => (at === known ? make(row) : old))),
    };
  return { columns: [step.as, ...table.columns], rows: table.rows.map((row) => [make(row), ...row]) };
}

function valueFor(fn: Derive['fn'], values: readonly RecordValue[], operand: number | undefined): RecordValue {
  const value = values[0] ?? null;
  if (fn === 'text')
    return values
      .map((one) => String(one ?? ''))
      .join(' ')
      .slice(0, VALUE_CHARS_MAX);
  if (value === null) return null;
  switch (fn) {
    case 'lower':
      return String(value).toLowerCase().slice(0, VALUE_CHARS_MAX);
    case 'trim':
      return String(value).trim();
    case 'number':
      return numberOf(value) ?? null;
    case 'date':
    case 'year':
    case 'month': {
      const moment = dateOf(value);
      return moment === undefined ? null : partOf(fn, isoDay(moment));
    }
    case 'length':
      return Array.from(String(value)).length;
    default: {
      const left = numberOf(value);
      return left === undefined || operand === undefined ? null : arithmetic(fn, left, operand);
    }
  }
}

/** `2024-03-09`, `2024` as a number, `2024-03`. */
function partOf(fn: 'date' | 'year' | 'month', day: string): RecordValue {
  if (fn === 'date') return day;
  return fn === 'year' ? Number(day.slice(0, -6)) : day.slice(0, -3);
}
