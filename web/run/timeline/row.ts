// One line of bars that never overlap, in the order of their starts: what makes drawing and pointing a binary search. It grows at its
// end only. A summary of every 32 bars says which marks are among them, so that thousands of bars on one pixel cost a few looks.

const BLOCK = 32;
/** Of bars that have not ended. */
const OPEN = Number.POSITIVE_INFINITY;

/** The same values with room behind them. */
export function grown<Kind extends Float64Array | Uint8Array | Int32Array>(from: Kind, into: Kind): Kind {
  into.set(from as never);
  return into;
}

export class Row {
  length = 0;
  /** Of the bar, in ms since the run began. */
  starts = new Float64Array(8);
  ends = new Float64Array(8);
  marks = new Uint8Array(8);
  /** The bar's number in the model. */
  bars = new Int32Array(8);
  /** A bit for each mark among 32 bars. */
  #blocks = new Uint8Array(1);

  /** Adds an open bar behind the others. @returns its place in the row */
  push(bar: number, startMs: number, mark: number): number {
    const at = this.length++;
    if (at === this.starts.length) this.#grow();
    this.starts[at] = startMs;
    this.ends[at] = OPEN;
    this.marks[at] = mark;
    this.bars[at] = bar;
    this.#blocks[at >> 5]! |= 1 << mark;
    return at;
  }

  setMark(at: number, mark: number): void {
    this.marks[at] = mark;
    const first = at & ~(BLOCK - 1);
    let bits = 0;
    for (let index = first; index < Math.min(first + BLOCK, this.length); index++) bits |= 1 << this.marks[index]!;
    this.#blocks[at >> 5] = bits;
  }

  /** When its last bar ends; infinity while that one is open, minus infinity before there is one. */
  get freeFromMs(): number {
    return this.length === 0 ? Number.NEGATIVE_INFINITY : this.ends[this.length - 1]!;
  }

  /** The first bar that ends behind a time; `length` when none does. An open bar ends never. */
  firstEndingAfter(timeMs: number): number {
    return this.#search(this.ends, timeMs, 0);
  }

  /** The first bar from `from` on that begins at or behind a time. Looks near before it looks far. */
  firstStartingFrom(timeMs: number, from: number): number {
    for (let near = from; near < from + 4; near++) if (near >= this.length || this.starts[near]! >= timeMs) return near;
    let low = from + 4;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle]! < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The mark that matters most among bars `from` to `to`, the latter left out. */
  gravestMark(from: number, to: number): number {
    let bits = 0;
    for (let at = from; at < to; ) {
      if ((at & (BLOCK - 1)) === 0 && at + BLOCK <= to) {
        bits |= this.#blocks[at >> 5]!;
        at += BLOCK;
      } else bits |= 1 << this.marks[at++]!;
    }
    return 31 - Math.clz32(bits);
  }

  #search(values: Float64Array, timeMs: number, from: number): number {
    let low = from;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle]! <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const size = this.starts.length * 2;
    this.starts = grown(this.starts, new Float64Array(size));
    this.ends = grown(this.ends, new Float64Array(size));
    this.marks = grown(this.marks, new Uint8Array(size));
    this.bars = grown(this.bars, new Int32Array(size));
    this.#blocks = grown(this.#blocks, new Uint8Array((size + BLOCK - 1) >> 5));
  }
}
