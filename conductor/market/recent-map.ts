// What is remembered of each provider, or of whatever else has a name, for so many of them only: who was noted longest ago is forgotten. A
// crowd of providers must not fill the memory, and whoever is worth remembering is noted again.

/** One of them in the ring: `older` was noted just before it, `newer` just after; after the newest comes the oldest. */
class Link<Value> {
  readonly key: string;
  readonly value: Value;
  older: Link<Value> = this;
  newer: Link<Value> = this;

  constructor(key: string, value: Value) {
    this.key = key;
    this.value = value;
  }
}

/** The order stands in a ring of its own: a Map that is put in order at each note is rebuilt again and again. */
export class RecentMap<Value> {
  readonly #links = new Map<string, Link<Value>>();
  readonly #max: number;
  readonly #make: (key: string) => Value;
  #newest: Link<Value> | undefined;

  constructor(max: number, make: (key: string) => Value) {
    this.#max = max;
    this.#make = make;
  }

  get size(): number {
    return this.#links.size;
  }

  get(key: string): Value | undefined {
    return this.#links.get(key)?.value;
  }

  /** Its value, made where there is none, as the newest. */
  note(key: string): Value {
    const known = this.#links.get(key);
    if (known !== undefined) {
      if (known !== this.#newest) {
        cut(known);
        this.#insert(known);
      }
      return known.value;
    }
    const link = new Link(key, this.#make(key));
    this.#insert(link);
    this.#links.set(key, link);
    if (this.#links.size > this.#max) {
      const oldest = link.newer;
      cut(oldest);
      this.#links.delete(oldest.key);
    }
    return link.value;
  }

  #insert(link: Link<Value>): void {
    const newest = this.#newest ?? link;
    link.older = newest;
    link.newer = newest.newer;
    newest.newer.older = link;
    newest.newer = link;
    this.#newest = link;
  }
}

function cut<Value>({ older, newer }: Link<Value>): void {
  older.newer = newer;
  newer.older = older;
}
