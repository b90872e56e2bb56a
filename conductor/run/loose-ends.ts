// What nobody waits for while a run goes on: jobs withdrawn because their chunk was decided, canaries. The run waits for
// them before it closes, so that no stake is left open.

export class LooseEnds {
  readonly #open = new Set<Promise<void>>();
  #failure: { readonly thrown: unknown } | undefined;

  /** Takes up work that goes on by itself. What it throws is thrown by `close`. */
  add(work: Promise<void>): void {
    const kept: Promise<void> = work
      .catch((thrown: unknown) => {
        this.#failure ??= { thrown };
      })
      .finally(() => this.#open.delete(kept));
    this.#open.add(kept);
  }

  /** Settles when all of it has ended, also what was added meanwhile. */
  async close(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }
}
