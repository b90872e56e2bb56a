// All slots in one order, ascending. It is sorted once; then each run is taken out before it changes and put back behind, by binary
// search: moving some hundred kilobytes of memory costs less than comparing again.
import type { Comparison, Place } from './place.ts';

export class Order {
  readonly comparison: Comparison;
  #slots: Uint32Array;
  #length: number;

  /** @param slots every one that is taken */
  constructor(comparison: Comparison, slots: readonly number[]) {
    this.comparison = comparison;
    this.#slots = Uint32Array.from(slots).sort((left, right) => comparison.slots(left, right));
    this.#length = slots.length;
  }

  get length(): number {
    return this.#length;
  }

  at(position: number): number {
    return this.#slots[position]!;
  }

  /** How many stand before the place; with `behind` also the one at it. */
  countBefore(place: Place, behind: boolean): number {
    return this.#search((slot) => {
      const difference = this.comparison.withPlace(slot, place);
      return behind ? difference <= 0 : difference < 0;
    });
  }

  /** @param slot with the values by which it is to stand */
  insert(slot: number): void {
    if (this.#length === this.#slots.length) {
      const larger = new Uint32Array(Math.max(16, 2 * this.#length));
      larger.set(this.#slots);
      this.#slots = larger;
    }
    const position = this.#positionOf(slot);
    this.#slots.copyWithin(position + 1, position, this.#length);
    this.#slots[position] = slot;
    this.#length++;
  }

  /** @param slot with the values by which it stands */
  remove(slot: number): void {
    const position = this.#positionOf(slot);
    this.#slots.copyWithin(position, position + 1, this.#length);
    this.#length--;
  }

  #positionOf(slot: number): number {
    return this.#search((other) => this.comparison.slots(other, slot) < 0);
  }

  /** The first position whose slot is not `before`. */
  #search(before: (slot: number) => boolean): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (before(this.#slots[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
