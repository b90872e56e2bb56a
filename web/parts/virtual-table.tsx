// The table for any number of rows: a box that scrolls, in which only the rows that can be seen exist. Screen readers hear how many there are.

import type { TableProps } from './table.tsx';
import { TableHead, TableRow } from './table-row.tsx';
import { useVirtual } from './virtual.ts';

/** As `tokens.css` has it: --row. */
const ROW_PX = 36;

export interface VirtualTableProps<Row> extends TableProps<Row> {
  /** All rows there are, when more can be loaded than are here. */
  readonly total?: number;
  /** Called when the last rows come into view. */
  readonly onEnd?: () => void;
}

/** Stands for the rows that are not drawn. */
export function Gap({ px }: { readonly px: number }) {
  return px <= 0 ? null : (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without content, which nobody can focus
    <tr aria-hidden="true">
      <td class="gap" style={{ height: `${px}px` }} />
    </tr>
  );
}

/** Rows of one line each; what is longer is cut. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { caption, columns, rows, keyOf, choosing, total, onEnd } = props;
  const { scroller, items, totalPx } = useVirtual(rows.length, ROW_PX);
  const last = items.at(-1);
  if (onEnd !== undefined && last !== undefined && last.index >= rows.length - 1) queueMicrotask(onEnd);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <section> cannot be the ref of the list
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div class="table-box table-virtual" ref={scroller} role="region" aria-label={caption} tabIndex={0}>
      <table class="table" aria-rowcount={(total ?? rows.length) + 1}>
        <caption class="visually-hidden">{caption}</caption>
        <TableHead {...props} />
        <tbody>
          <Gap px={items[0]?.start ?? 0} />
          {items.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const key = keyOf(row);
            return <TableRow key={key} id={key} row={row} columns={columns} choosing={choosing} index={index + 2} />;
          })}
          <Gap px={totalPx - (last?.end ?? 0)} />
        </tbody>
      </table>
    </div>
  );
}
