// A journal that keeps everything in memory, checks that no event is missing, and can be told to fail.
import type { BookOperation, Journal } from '../../conductor/ports.ts';
import { foldEvent, type RunState, toRunRecord } from '../../protocol/fold.ts';
import { type TraceEvent, traceEventSchema } from '../../protocol/trace.ts';

export class RecordingJournal implements Journal {
  readonly events: TraceEvent[] = [];
  readonly operations: BookOperation[] = [];
  readonly blobs = new Map<string, string>();
  state: RunState | undefined;
  /** Called before each commit; throw from it to fail the write. */
  before: (events: readonly TraceEvent[]) => void = () => {};

  async commit(events: readonly TraceEvent[], operation?: BookOperation): Promise<void> {
    this.before(events);
    for (const event of events) {
      traceEventSchema.parse(event);
      this.events.push(event);
      this.state = foldEvent(this.state, event);
    }
    if (operation !== undefined) this.operations.push(operation);
  }

  keepBlob(hash: string, bytes: Uint8Array): void {
    this.blobs.set(hash, Buffer.from(bytes).toString());
  }

  of<Type extends TraceEvent['type']>(type: Type): Extract<TraceEvent, { type: Type }>[] {
    return this.events.filter((event) => event.type === type) as Extract<TraceEvent, { type: Type }>[];
  }

  get record() {
    if (this.state === undefined) throw new Error('no run was recorded');
    return toRunRecord(this.state);
  }
}
