// Timers in the order of their time, then of their making: a binary heap in which each timer knows its place, so that
// taking one back costs as little as firing it. A simulated run makes three timers a job and takes two of them back.

export interface HeapTimer {
  readonly atMs: number;
  readonly made: number;
  readonly callback: () => void;
  /** Where it stands in the heap; -1 once it was fired or taken back. */
  place: number;
}

function comesFirst(one: HeapTimer, other: HeapTimer): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.made < other.made);
}

export class TimerHeap {
  readonly #heap: HeapTimer[] = [];
  #made = 0;

  get size(): number {
    return this.#heap.length;
  }

  get first(): HeapTimer | undefined {
    return this.#heap[0];
  }

  add(atMs: number, callback: () => void): HeapTimer {
    const timer: HeapTimer = { atMs, made: this.#made++, callback, place: this.#heap.length };
    this.#heap.push(timer);
    this.#rise(timer);
    return timer;
  }

  /** Takes the next one out. */
  take(): HeapTimer | undefined {
    const [first] = this.#heap;
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Takes one back; nothing happens when it was fired already. */
  remove(timer: HeapTimer): void {
    const { place } = timer;
    if (place < 0) return;
    const last = this.#heap.pop();
    timer.place = -1;
    if (last === undefined || last === timer) return;
    last.place = place;
    this.#heap[place] = last;
    this.#rise(last);
    this.#sink(last);
  }

  #rise(timer: HeapTimer): void {
    const heap = this.#heap;
    let { place } = timer;
    while (place > 0) {
      const parent = heap[(place - 1) >> 1]!;
      if (!comesFirst(timer, parent)) break;
      heap[place] = parent;
      parent.place = place;
      place = (place - 1) >> 1;
      heap[place] = timer;
      timer.place = place;
    }
  }

  #sink(timer: HeapTimer): void {
    const heap = this.#heap;
    let { place } = timer;
    for (;;) {
      let child = heap[2 * place + 1];
      const right = heap[2 * place + 2];
      if (child === undefined) break;
      if (right !== undefined && comesFirst(right, child)) child = right;
      if (!comesFirst(child, timer)) break;
      const below = child.place;
      heap[place] = child;
      child.place = place;
      heap[below] = timer;
      timer.place = below;
      place = below;
    }
  }
}
