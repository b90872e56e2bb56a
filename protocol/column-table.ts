// Records of one form as a table of columns (columns.ts), and the columns again, each known by its name.
import { type Cell, type Column, fromColumn, toColumn } from './columns.ts';

export interface Table<Key extends string> {
  readonly length: number;
  readonly columns: Readonly<Record<Key, Column>>;
}

/** What stands in each column of a row. */
export type Cells<Row, Key extends string> = Readonly<Record<Key, (row: Row, place: number) => Cell>>;

export function toTable<Row, Key extends string>(rows: readonly Row[], cells: Cells<Row, Key>): Table<Key> {
  const columns = {} as Record<Key, Column>;
  for (const key of Object.keys(cells) as Key[]) columns[key] = toColumn(rows.map(cells[key]));
  return { length: rows.length, columns };
}

/** Gives the cells of one column after the other. Their type is for the caller to know: it is the one they were made of. */
export function readTable<Key extends string>({ length, columns }: Table<Key>) {
  return <Value>(key: Key): readonly Value[] => fromColumn(columns[key], length) as readonly Value[];
}
