// Makes writes of a store fail on demand: nothing of it reached the disk, or all of it did and only the answer was bad.
import type { Store } from '../../../ledger/store/store.ts';
import { PylonError } from '../../../protocol/errors.ts';

/** What is on disk of a write that is told to have failed. */
export type Fate = 'nothing' | 'all';

export class FailingWrites {
  #next: Fate | undefined;
  failed = 0;

  /** The next write fails. */
  arm(fate: Fate): void {
    this.#next = fate;
  }

  /** To be called with a store before anything is written to it. */
  readonly into = (store: Store): void => {
    const write = store.write.bind(store);
    store.write = async (rows, options) => {
      const fate = this.#next;
      this.#next = undefined;
      if (fate !== 'nothing') await write(rows, options);
      if (fate === undefined) return;
      this.failed++;
      throw new PylonError('store-failed', { reason: 'the store could not be written, the disk reports an error' });
    };
  };
}
