// Groups of rows: one row for each different value, with its count and what else is asked of the group.
import { PylonError } from '../../../../protocol/errors.ts';
import type { RecordValue } from '../../../../protocol/records.ts';
import { aggregate } from './arithmetic.ts';
import type { Step } from './steps.ts';
import { columnOf, type Row, SPAN_COLUMNS, type Table } from './table.ts';
import { keyOf } from './values.ts';

type Aggregates = NonNullable<Extract<Step, { op: 'group' }>['with']>;

/**
 * In the order in which the groups first appear; each keeps the place of its first row, to be cited by.
 * @throws PylonError `action-refused` for a field that is not there
 */
export function grouped(table: Table, by: readonly string[], extras: Aggregates): Table {
  const keys = by.map((name) => columnOf(table, name));
  const makers = extras.map((extra) => makerOf(table, extra));
  const places = SPAN_COLUMNS.filter((name) => table.columns.includes(name) && !by.includes(name));
  const placeColumns = places.map((name) => columnOf(table, name));
  const groups = new Map<string, Row[]>();
  for (const row of table.rows) {
    const key = JSON.stringify(keys.map((column) => keyOf(row[column])));
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const rows = [...groups.values()].map((group) => {
    const first = group[0]!;
    return [
      ...keys.map((column) => first[column] ?? null),
      group.length,
      ...makers.map((make) => make(group)),
      ...placeColumns.map((column) => first[column] ?? null),
    ];
  });
  return { columns: namesOf([...by, 'count', ...extras.map(({ as }) => as), ...places]), rows };
}

/** @throws PylonError `action-refused` when two fields would have one name */
function namesOf(names: readonly string[]): readonly string[] {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return names;
  throw new PylonError('action-refused', { value: twice, reason: 'two fields of the result would have this name' });
}

function makerOf(table: Table, { fn, field }: Aggregates[number]): (group: readonly Row[]) => RecordValue {
  if (fn === 'count') return (group) => group.length;
  if (field === undefined) throw new PylonError('action-refused', { reason: `${fn} of a group needs a field` });
  const column = columnOf(table, field);
  const valuesOf = (group: readonly Row[]) => group.map((row) => row[column] ?? null);
  if (fn === 'distinct') return (group) => new Set(valuesOf(group).map(keyOf)).size;
  if (fn === 'first') return (group) => group[0]?.[column] ?? null;
  return (group) => aggregate(fn, valuesOf(group));
}
