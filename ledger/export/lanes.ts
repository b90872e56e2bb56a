// Packs intervals into lanes: in one lane none overlaps another. A lane that is free is used again, the lowest first, so
// that a run with n queries in flight has n lanes.

export interface Interval {
  readonly start: number;
  /** At or after `start`. */
  readonly end: number;
}

/** The smallest number first: the lanes that are free, or when the busy ones end. */
class Heap {
  readonly #items: (readonly [order: number, lane: number])[] = [];

  get first(): readonly [order: number, lane: number] | undefined {
    return this.#items[0];
  }

  push(order: number, lane: number): void {
    const items = this.#items;
    let at = items.push([order, lane]) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent]![0] <= items[at]![0]) break;
      [items[parent], items[at]] = [items[at]!, items[parent]!];
      at = parent;
    }
  }

  pop(): readonly [order: number, lane: number] | undefined {
    const items = this.#items;
    const [top] = items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    items[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const least = [left, left + 1].reduce(
        (best, child) => (child < items.length && items[child]![0] < items[best]![0] ? child : best),
        at,
      );
      if (least === at) return top;
      [items[least], items[at]] = [items[at]!, items[least]!];
      at = least;
    }
  }
}

/**
 * The lane of each interval, in the order given, counted from 0.
 * @param intervals any order; n log n
 */
export function packLanes(intervals: readonly Interval[]): number[] {
  const order = intervals
    .map((_, index) => index)
    .sort((left, right) => intervals[left]!.start - intervals[right]!.start);
  const lanes = new Array<number>(intervals.length).fill(0);
  const busy = new Heap();
  const free = new Heap();
  let count = 0;
  for (const index of order) {
    const { start, end } = intervals[index]!;
    for (let first = busy.first; first !== undefined && first[0] <= start; first = busy.first) {
      busy.pop();
      free.push(first[1], first[1]);
    }
    const lane = free.pop()?.[1] ?? count++;
    lanes[index] = lane;
    busy.push(end, lane);
  }
  return lanes;
}
