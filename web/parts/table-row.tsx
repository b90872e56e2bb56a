// The head and the rows that the plain and the virtual table share.
import type { Choosing, Column, Sorting, TableProps } from './table.tsx';

function classOf<Row>({ end, wide, names }: Column<Row>): string {
  return [end === true ? 'end' : '', wide === true ? 'wide' : '', names === true ? 'names' : ''].join(' ').trim();
}

function ariaSort<Row>({ id, sortable }: Column<Row>, sorting: Sorting | undefined) {
  if (sortable !== true) return undefined;
  if (sorting?.by !== id) return 'none';
  return sorting.order === 'asc' ? 'ascending' : 'descending';
}

function HeadCell<Row>(props: { column: Column<Row>; sorting: Sorting | undefined; onSort?: (id: string) => void }) {
  const { column, sorting, onSort } = props;
  const mark = sorting?.by !== column.id ? '' : sorting.order === 'asc' ? '▲' : '▼';
  return (
    // biome-ignore lint/a11y/noRedundantRoles: kept where CSS lays the table out as cards
    <th scope="col" role="columnheader" class={classOf(column)} aria-sort={ariaSort(column, sorting)}>
      {column.sortable === true && onSort !== undefined ? (
        <button type="button" class="sort" onClick={() => onSort(column.id)}>
          {column.head}
          <span class="sort-mark" aria-hidden="true">
            {mark}
          </span>
        </button>
      ) : (
        column.head
      )}
    </th>
  );
}

/** The head row. */
export function TableHead<Row>({ columns, rows, keyOf, sorting, onSort, choosing }: TableProps<Row>) {
  const all = choosing !== undefined && rows.length > 0 && rows.every((row) => choosing.chosen.has(keyOf(row)));
  return (
    // biome-ignore lint/a11y/noRedundantRoles: kept where CSS lays the table out as cards
    <thead role="rowgroup">
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <tr role="row">
        {choosing === undefined ? null : (
          // biome-ignore lint/a11y/noRedundantRoles: as above
          <th scope="col" role="columnheader" class="choice">
            <input
              type="checkbox"
              aria-label="Choose all rows"
              checked={all}
              onChange={(event) => choosing.onChooseAll(event.currentTarget.checked)}
            />
          </th>
        )}
        {columns.map((column) => (
          <HeadCell key={column.id} column={column} sorting={sorting} {...(onSort === undefined ? {} : { onSort })} />
        ))}
      </tr>
    </thead>
  );
}

export interface TableRowProps<Row> {
  readonly id: string;
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly choosing?: Choosing | undefined;
  /** Of a virtual table: the place in the whole, from 1 with the head counted. */
  readonly index?: number;
}

/** One row. */
export function TableRow<Row>({ id, row, columns, choosing, index }: TableRowProps<Row>) {
  const chosen = choosing?.chosen.has(id) === true;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: kept where CSS lays the table out as cards
    <tr role="row" class={chosen ? 'chosen' : undefined} aria-rowindex={index}>
      {choosing === undefined ? null : (
        // biome-ignore lint/a11y/noRedundantRoles: as above
        <td role="cell" class="choice">
          <input
            type="checkbox"
            aria-label="Choose this row"
            checked={chosen}
            onChange={(event) => choosing.onChoose(id, event.currentTarget.checked)}
          />
        </td>
      )}
      {columns.map((column) =>
        column.names === true ? (
          // biome-ignore lint/a11y/noRedundantRoles: as above
          <th key={column.id} scope="row" role="rowheader" class={classOf(column)}>
            {column.cell(row)}
          </th>
        ) : (
          // biome-ignore lint/a11y/noRedundantRoles: as above
          <td key={column.id} role="cell" class={classOf(column)} data-head={column.head}>
            {column.cell(row)}
          </td>
        ),
      )}
    </tr>
  );
}
