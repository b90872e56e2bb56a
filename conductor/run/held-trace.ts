// What is told of a run before it has begun: held back until its first event is emitted, and told right behind that one.
import type { TraceFact } from '../../protocol/trace.ts';
import type { ReceiptTrace } from '../predict/receipt-draft.ts';

interface Held {
  readonly fact: TraceFact;
  readonly resolve: () => void;
}

export class HeldTrace implements ReceiptTrace {
  readonly runId: string;
  readonly #facts: Held[] = [];
  readonly #blobs: Parameters<ReceiptTrace['keepBlob']>[] = [];

  constructor(runId: string) {
    this.runId = runId;
  }

  /** Resolves when it is stored; not before the run has begun. */
  emit(fact: TraceFact): Promise<void> {
    return new Promise((resolve) => this.#facts.push({ fact, resolve }));
  }

  keepBlob(hash: string, text: string, always: boolean): void {
    this.#blobs.push([hash, text, always]);
  }

  /** Tells all of it, in order. @param trace of the same run, which has begun */
  tellTo(trace: ReceiptTrace): void {
    for (const blob of this.#blobs.splice(0)) trace.keepBlob(...blob);
    for (const { fact, resolve } of this.#facts.splice(0)) void trace.emit(fact).then(resolve);
  }
}
