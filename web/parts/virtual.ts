// A long list of which only what can be seen is in the page: @tanstack/virtual-core, joined to components.
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';

/** Rows kept above and below what is seen, so that scrolling by keyboard or wheel shows no holes. */
const OVERSCAN_ROWS = 12;

export interface Virtual {
  /** Belongs on the element that scrolls; it needs a height. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly items: readonly VirtualItem[];
  readonly totalPx: number;
  scrollTo(index: number): void;
}

/** @param rowPx the height of every row */
export function useVirtual(count: number, rowPx: number): Virtual {
  const scroller = useRef<HTMLDivElement>(null);
  const [, redraw] = useReducer((drawn: number, _cause: undefined) => drawn + 1, 0);
  const options: VirtualizerOptions<HTMLDivElement, HTMLElement> = {
    count,
    estimateSize: () => rowPx,
    overscan: OVERSCAN_ROWS,
    getScrollElement: () => scroller.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return {
    scroller,
    items: virtualizer.getVirtualItems(),
    totalPx: virtualizer.getTotalSize(),
    scrollTo: (index) => virtualizer.scrollToIndex(index, { align: 'center' }),
  };
}
