// A table that is plain as long as it is short, and virtual when it is not: books grow for years.
import { Table, type TableProps } from './table.tsx';
import { VirtualTable } from './virtual-table.tsx';

/** A page can hold these without being slow. */
const PLAIN_ROWS_MAX = 100;

export function LongTable<Row>(props: TableProps<Row>) {
  return props.rows.length <= PLAIN_ROWS_MAX ? <Table {...props} /> : <VirtualTable {...props} />;
}
