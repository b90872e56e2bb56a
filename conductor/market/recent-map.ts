// What is remembered of each provider, for so many of them only: who was noted longest ago is forgotten. A crowd of
// providers must not fill the memory, and whoever is worth remembering is noted again.

export class RecentMap<Value> {
  readonly #values = new Map<string, Value>();
  readonly #max: number;
  readonly #make: () => Value;

  constructor(max: number, make: () => Value) {
    this.#max = max;
    this.#make = make;
  }

  get size(): number {
    return this.#values.size;
  }

  get(provider: string): Value | undefined {
    return this.#values.get(provider);
  }

  /** The provider's value, made where there is none, as the newest: a Map keeps the order in which its keys were put. */
  note(provider: string): Value {
    const known = this.#values.get(provider);
    if (known !== undefined) this.#values.delete(provider);
    const value = known ?? this.#make();
    this.#values.set(provider, value);
    if (this.#values.size > this.#max) {
      const [oldest] = this.#values.keys();
      if (oldest !== undefined) this.#values.delete(oldest);
    }
    return value;
  }
}
