// When a run has begun: its first event is in the store, so that whoever is told its id finds it.
import type { EventListener } from '../../ledger/writing/listeners.ts';
import { toPylonError } from '../../protocol/errors.ts';

interface Journal {
  subscribe(listener: EventListener): () => void;
}

/** Resolves once an event of the run is stored, rejects when the run was refused before. @param running ends with the run */
export function untilBegun(journal: Journal, runId: string, running: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const unsubscribe = journal.subscribe((events) => {
      if (!events.some((event) => event.run_id === runId)) return;
      unsubscribe();
      resolve();
    });
    running.catch((thrown: unknown) => {
      unsubscribe();
      reject(toPylonError(thrown));
    });
  });
}
