// Tables of records: what fan-outs, searches and computations leave behind. Columns by name, rows in a fixed order; the columns that
// begin with `_` say which bytes of the input a row was read from, so that whatever is computed can still be cited.
import { PylonError } from '../../../../protocol/errors.ts';
import type { RecordValue } from '../../../../protocol/records.ts';
import type { Place } from '../world.ts';

export type Row = readonly RecordValue[];

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** Where a row stands in the input: number of the file, bytes [_start, _end), line (1-based) of the first byte. */
export const SPAN_COLUMNS = ['_file', '_start', '_end', '_line'] as const;

/** Most rows of a table: a record of every line of 10 MB, and the pairs of six hundred users. */
export const ROWS_MAX = 200_000;

/** @throws PylonError `exploration-too-large` past ROWS_MAX */
export function checkRows(rows: number): void {
  if (rows > ROWS_MAX)
    throw new PylonError('exploration-too-large', {
      value: String(rows),
      reason: `a table may have ${ROWS_MAX} rows; this one would have more`,
    });
}

/** Number of the column. @throws PylonError `action-refused` when the table has none of this name */
export function columnOf(table: Table, name: string): number {
  const column = table.columns.indexOf(name);
  if (column < 0)
    throw new PylonError('action-refused', {
      value: name,
      reason: `there is no field of this name; there are ${table.columns.join(', ')}`,
    });
  return column;
}

export function hasSpans(table: Table): boolean {
  return SPAN_COLUMNS.every((name) => table.columns.includes(name));
}

/** A row's place in the input; undefined where it has none. */
export function placeOf(table: Table, row: Row): Place | undefined {
  const [file, startByte, endByte, startLine] = SPAN_COLUMNS.map((name) => row[table.columns.indexOf(name)]);
  if (typeof file !== 'number' || typeof startByte !== 'number') return undefined;
  if (typeof endByte !== 'number' || typeof startLine !== 'number') return undefined;
  return { file, startByte, endByte, startLine };
}

/** A table of places, with these values before their places. */
export function placeTable(
  columns: readonly string[],
  rows: readonly { readonly place: Place; readonly values: Row }[],
): Table {
  checkRows(rows.length);
  return {
    columns: [...columns, ...SPAN_COLUMNS],
    rows: rows.map(({ place: { file, startByte, endByte, startLine }, values }) => [
      ...values,
      file,
      startByte,
      endByte,
      startLine,
    ]),
  };
}

/** The columns that are told and rendered: all but the places. */
export function visibleColumns(table: Table): string[] {
  return table.columns.filter((name) => !name.startsWith('_'));
}
