// What is made once for a key and shared by all who ask; forgotten when making it failed, so that the next one tries again.

export class OnceEach<Made> {
  readonly #made = new Map<string, Promise<Made>>();

  get(key: string, make: () => Promise<Made>): Promise<Made> {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const making = make();
    this.#made.set(key, making);
    making.catch(() => this.#made.delete(key));
    return making;
  }

  /** Everything that was made, once it is: what failed is left out. */
  async all(): Promise<Made[]> {
    const settled = await Promise.allSettled(this.#made.values());
    return settled.flatMap((made) => (made.status === 'fulfilled' ? [made.value] : []));
  }
}
