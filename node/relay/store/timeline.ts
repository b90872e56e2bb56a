// Entries kept in the order queries want them. An array, because events arrive almost in order:
// inserting is a push, leaving is at the front, and a query walks backwards from the newest.
import { precedes } from './event-store.ts';

export interface Dated {
  readonly id: string;
  readonly created_at: number;
}

/** Past this many entries dropped at the front the array is compacted, if they are half of it. */
const SLACK_MIN = 1_024;

export class Timeline<T extends Dated> {
  /** Oldest first; the entries before `#head` are gone. */
  #entries: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#entries.length - this.#head;
  }

  /** Where `mark` stands or would stand: everything before this position is older. */
  #position(mark: Dated): number {
    let low = this.#head;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (precedes(mark, this.#entries[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  insert(entry: T): void {
    const last = this.#entries.at(-1);
    if (this.size === 0 || precedes(entry, last!)) this.#entries.push(entry);
    else this.#entries.splice(this.#position(entry), 0, entry);
  }

  remove(entry: T): void {
    const at = this.#position(entry);
    if (this.#entries[at] === entry) this.#entries.splice(at, 1);
  }

  /** The oldest entry, taken out; undefined when there is none. */
  takeOldest(): T | undefined {
    if (this.size === 0) return undefined;
    const oldest = this.#entries[this.#head];
    this.#entries[this.#head] = undefined;
    this.#head += 1;
    if (this.#head > SLACK_MIN && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return oldest;
  }

  /** Newest first, from `until` back to `since` (unix seconds, both inclusive). */
  *newest(since = 0, until = Number.MAX_SAFE_INTEGER): Generator<T> {
    // '~' sorts after every hex digit, so this mark is the very oldest of the second after `until`.
    const from = this.#position({ created_at: until + 1, id: '~' }) - 1;
    for (let index = from; index >= this.#head; index -= 1) {
      const entry = this.#entries[index]!;
      if (entry.created_at < since) return;
      yield entry;
    }
  }
}
