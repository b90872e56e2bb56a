// The list itself: any number of rows, of which only what can be seen exists. j and k move, Space chooses, Enter opens.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RunRecord } from '../../protocol/run.ts';
import { plural } from '../../protocol/words.ts';
import { useShortcuts } from '../app/shortcuts.ts';
import type { Choosing, Column, Sorting } from '../parts/table.tsx';
import { TableHead, TableRow } from '../parts/table-row.tsx';
import { useVirtual, type Virtual } from '../parts/virtual.ts';
import { Gap } from '../parts/virtual-table.tsx';

/** As `tokens.css` has it: --row. */
const ROW_PX = 36;
/** As `runs.css` has it: two lines and some air. */
const CARD_PX = 64;
/** The head, and that rows are counted from 1. */
const ROWS_BEFORE = 2;

export interface RunTableProps {
  readonly runs: readonly RunRecord[];
  readonly total: number | null;
  readonly columns: readonly Column<RunRecord>[];
  readonly narrow: boolean;
  readonly sorting: Sorting;
  readonly onSort: (id: string) => void;
  readonly choosing: Choosing;
  /** The last rows came into view. */
  readonly onEnd: () => void;
}

const keyOf = ({ id }: RunRecord): string => id;

/** The row whose link has the focus, and its keys. */
function useMoving({ scroller, scrollTo }: Virtual, count: number, toggle: (index: number) => void): void {
  const [wanted, setWanted] = useState<number | undefined>(undefined);
  const at = () => {
    const row = document.activeElement?.closest('tr[aria-rowindex]');
    if (row === null || row === undefined || scroller.current?.contains(row) !== true) return -1;
    return Number(row.getAttribute('aria-rowindex')) - ROWS_BEFORE;
  };
  const latest = useRef({ count, scrollTo, toggle });
  latest.current = { count, scrollTo, toggle };
  const move = (by: number) => {
    const index = Math.min(latest.current.count - 1, Math.max(0, at() + by));
    if (latest.current.count === 0) return;
    latest.current.scrollTo(index);
    setWanted(index);
  };
  useShortcuts('Runs', [
    { keys: 'j', words: 'To the next run', run: () => move(1) },
    { keys: 'k', words: 'To the run before', run: () => move(-1) },
    { keys: ' ', words: 'Choose this run, or not', run: () => at() >= 0 && latest.current.toggle(at()) },
    { keys: 'Enter', words: 'Open this run' },
  ]);
  useLayoutEffect(() => {
    if (wanted === undefined) return;
    const row = scroller.current?.querySelector(`tr[aria-rowindex="${wanted + ROWS_BEFORE}"]`);
    const link = row?.querySelector<HTMLElement>('th a');
    if (link === null || link === undefined) return; // not scrolled to yet: the next drawing has it
    link.focus({ preventScroll: true });
    setWanted(undefined);
  });
}

export function RunTable({ runs, total, columns, narrow, sorting, onSort, choosing, onEnd }: RunTableProps) {
  const virtual = useVirtual(runs.length, narrow ? CARD_PX : ROW_PX);
  const { scroller, items, totalPx } = virtual;
  const toggle = (index: number) => {
    const run = runs[index];
    if (run !== undefined) choosing.onChoose(run.id, !choosing.chosen.has(run.id));
  };
  useMoving(virtual, runs.length, toggle);
  const last = items.at(-1);
  const isAtEnd = last !== undefined && last.index >= runs.length - 1;
  useEffect(() => {
    if (isAtEnd) onEnd();
  }, [isAtEnd, runs.length]);
  const caption = total === null ? 'Runs' : plural(total, 'run');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <section> cannot be the ref of the list
    <div
      class={narrow ? 'table-box table-virtual run-cards' : 'table-box table-virtual'}
      ref={scroller}
      role="region"
      aria-label={caption}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <table class="table" aria-rowcount={(total ?? runs.length) + 1}>
        <caption class="visually-hidden">{caption}</caption>
        <TableHead
          caption={caption}
          columns={columns}
          rows={runs}
          keyOf={keyOf}
          sorting={sorting}
          onSort={onSort}
          choosing={choosing}
        />
        <tbody>
          <Gap px={items[0]?.start ?? 0} />
          {items.map(({ index }) => {
            const run = runs[index];
            if (run === undefined) return null;
            const place = index + ROWS_BEFORE;
            return <TableRow key={run.id} id={run.id} row={run} columns={columns} choosing={choosing} index={place} />;
          })}
          <Gap px={totalPx - (last?.end ?? 0)} />
        </tbody>
      </table>
    </div>
  );
}
