// The rows of a lane that have room now, lowest first: a small binary heap. With it a lane of a thousand bars at once places each in
// O(log n), and bars sink to the top rows as the lane empties.

export class FreeRows {
  readonly #heap: number[] = [];

  get size(): number {
    return this.#heap.length;
  }

  push(row: number): void {
    const heap = this.#heap;
    let at = heap.push(row) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]! <= row) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = row;
  }

  /** The lowest; undefined when there is none. */
  pop(): number | undefined {
    const heap = this.#heap;
    const least = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return least;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= last) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return least;
  }
}
