// Makes writes of a store fail on demand: nothing of it reached the disk, or all of it did and only the answer was bad.
import type { Store } from '../../../ledger/store/store.ts';
import { PylonError } from '../../../protocol/errors.ts';

/** What is on disk of a write that is told to have failed. */
export type Fate = 'nothing' | 'all';

export class FailingWrites {
  #next: Fate | undefined;
  #before = 0;
  failed = 0;

  /** The next write fails. */
  arm(fate: Fate): void {
    this.#next = fate;
  }

  /** A write fails after so many that do not. */
  armAfter(writes: number, fate: Fate): void {
    this.#before = writes;
    this.#next = fate;
  }

  /** To be called with a store before anything is written to it. */
  readonly into = (store: Store): void => {
    const write = store.write.bind(store);
    store.write = async (rows, options) => {
      const fate = this.#fate();
      if (fate !== 'nothing') await write(rows, options);
      if (fate === undefined) return;
      this.failed++;
      throw new PylonError('store-failed', { reason: 'the store could not be written, the disk reports an error' });
    };
  };

  #fate(): Fate | undefined {
    const fate = this.#before > 0 ? undefined : this.#next;
    if (fate === undefined) this.#before--;
    else this.#next = undefined;
    return fate;
  }
}
