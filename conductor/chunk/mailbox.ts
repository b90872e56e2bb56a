// What happens to one waiter, in order: many push, one takes.

export class Mailbox<Item> {
  readonly #items: Item[] = [];
  #wake: ((item: Item) => void) | undefined;

  push(item: Item): void {
    const wake = this.#wake;
    this.#wake = undefined;
    if (wake === undefined) this.#items.push(item);
    else wake(item);
  }

  /** The next item, now or when it comes. One taker at a time. */
  next(): Promise<Item> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
