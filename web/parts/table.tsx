// A table of rows: head that stays, sorting, choosing rows, and cards instead of columns where there is no room. The roles are
// written out because a browser may forget them when CSS lays a table out as cards.
import type { ComponentChildren } from 'preact';
import { TableHead, TableRow } from './table-row.tsx';

export interface Column<Row> {
  readonly id: string;
  /** The head of the column, and the label of the cell on a phone. */
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Numbers stand at the end of their cell. */
  readonly end?: boolean;
  /** The cell that names the row: read aloud with every other one of it. One column has it. */
  readonly names?: boolean;
  /** The head is a button that calls `onSort` with the id. */
  readonly sortable?: boolean;
  /** Takes what room is left, and cuts its text with an ellipsis. */
  readonly wide?: boolean;
}

export interface Sorting {
  readonly by: string;
  readonly order: 'asc' | 'desc';
}

export interface Choosing {
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (key: string, on: boolean) => void;
  /** All rows that are shown, or none of them. */
  readonly onChooseAll: (on: boolean) => void;
}

export interface TableProps<Row> {
  /** Names the table aloud; shown with `showCaption`. */
  readonly caption: string;
  readonly showCaption?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly sorting?: Sorting;
  readonly onSort?: (id: string) => void;
  readonly choosing?: Choosing;
}

/** For up to a few hundred rows; `VirtualTable` takes any number. */
export function Table<Row>(props: TableProps<Row>) {
  const { caption, showCaption = false, columns, rows, keyOf, choosing } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-box" aria-label={caption} tabIndex={0}>
      {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
      <table class="table table-cards" role="table">
        <caption class={showCaption ? undefined : 'visually-hidden'}>{caption}</caption>
        <TableHead {...props} />
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <tbody role="rowgroup">
          {rows.map((row) => {
            const key = keyOf(row);
            return <TableRow key={key} id={key} row={row} columns={columns} choosing={choosing} />;
          })}
        </tbody>
      </table>
    </section>
  );
}
