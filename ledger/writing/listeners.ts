// Who wants to hear of events once they are stored. A listener that throws is a mistake of the program: it
// is heard of as an uncaught exception, and neither the store nor the other listeners suffer from it.
import type { TraceEvent } from '../../protocol/trace.ts';

/** Hears stored events in order, each exactly once; must not block. One call may hold events of several runs. */
export type EventListener = (events: readonly TraceEvent[]) => void;

export class Listeners {
  readonly #listeners = new Set<EventListener>();

  /** @returns a function that ends it */
  subscribe(listener: EventListener): () => void {
    const own: EventListener = (events) => listener(events);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  tell(events: readonly TraceEvent[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(events);
      } catch (thrown) {
        queueMicrotask(() => {
          throw thrown;
        });
      }
    }
  }
}
