// One thing after the other: what must not overlap waits here for its turn.

export class Serial {
  /** Settles with the latest task, never rejects. */
  #tail: Promise<unknown> = Promise.resolve();

  /** Runs the task when all before it are over, however they ended. */
  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(task);
    this.#tail = result.then(whoeverAskedHears, whoeverAskedHears);
    return result;
  }

  /** Resolves when everything asked so far is over. */
  async idle(): Promise<void> {
    await this.#tail;
  }
}

/** A failed task is its caller's to handle; those who wait for their turn only wait. */
function whoeverAskedHears(): void {}
