// Ids the relay has lately taken in, longer than any body is kept: a repeat is recognised without
// verifying it again. Two generations instead of a queue: forgetting is one assignment.

export class RecentIds {
  readonly #generationMax: number;
  #current = new Set<string>();
  #previous = new Set<string>();

  /** @param idsMax most ids held (about 120 bytes each); at least half of that are always remembered. */
  constructor(idsMax: number) {
    this.#generationMax = Math.max(1, Math.ceil(idsMax / 2));
  }

  has(id: string): boolean {
    return this.#current.has(id) || this.#previous.has(id);
  }

  /** Only ids whose signature held: a forged twin must not shut out the real event. */
  add(id: string): void {
    if (this.#current.size >= this.#generationMax) {
      this.#previous = this.#current;
      this.#current = new Set();
    }
    this.#current.add(id);
  }

  /** For an event that could not be kept after all. */
  remove(id: string): void {
    this.#current.delete(id);
    this.#previous.delete(id);
  }
}
