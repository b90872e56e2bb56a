// What is stored of a run, sent as fast as one client takes it. The first page is read and written as JSON once for all who ask for it
// at the same time: many browsers come together when a run begins, or when the daemon is back.
import { isOverAfter } from '../../../protocol/run-end.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import type { RunLibrary } from '../../engine/port.ts';

/** Events of one message: some 100 KB, which the browser folds in less than a frame. */
const EVENTS_PER_PAGE = 256;

/** Some of the stored events, in order. */
interface Page {
  /** Undefined where it has no events. */
  readonly message: Buffer | undefined;
  readonly nextSeq: number;
  /** False for the last one that there is. */
  readonly isFull: boolean;
  /** The run was over at its last event, or where it has none at the one before it. */
  readonly atEnd: boolean;
}

type Runs = Pick<RunLibrary, 'events' | 'get'>;

/** Pages as one reads them; at least one, and only the last is not full. */
async function* pagesOf(runs: Runs, runId: string, fromSeq: number): AsyncGenerator<Page, void, undefined> {
  let events: TraceEvent[] = [];
  const message = () => Buffer.from(JSON.stringify({ type: 'trace_events', run_id: runId, events }));
  let [nextSeq, atEnd] = [fromSeq, false];
  // The one before tells whether the run was over by then: what it says of itself now may not be stored yet.
  for await (const event of runs.events(runId, Math.max(0, fromSeq - 1))) {
    atEnd = isOverAfter(event);
    if (event.seq < fromSeq) continue;
    nextSeq = event.seq + 1;
    events.push(event);
    if (events.length < EVENTS_PER_PAGE) continue;
    yield { message: message(), nextSeq, isFull: true, atEnd };
    events = [];
  }
  yield { message: events.length > 0 ? message() : undefined, nextSeq, isFull: false, atEnd };
}

export class StoredPages {
  readonly #runs: Runs;
  /** The first pages that are being read now, by run and seq. */
  readonly #reading = new Map<string, Promise<Page>>();

  constructor(runs: Runs) {
    this.#runs = runs;
  }

  /**
   * All that is stored from a seq on. Only the first page is shared: from there on each client has a pace of its own.
   * @param runId a whole id. @throws PylonError `run-unknown` | `store-corrupt`
   */
  async *from(runId: string, fromSeq: number): AsyncGenerator<Page, void, undefined> {
    const first = await this.#first(runId, fromSeq);
    yield first;
    if (first.isFull) yield* pagesOf(this.#runs, runId, first.nextSeq);
  }

  async isRunning(runId: string): Promise<boolean> {
    return (await this.#runs.get(runId))?.status === 'running';
  }

  #first(runId: string, fromSeq: number): Promise<Page> {
    const name = `${runId} ${fromSeq}`;
    const known = this.#reading.get(name);
    if (known !== undefined) return known;
    const reading = this.#readFirst(runId, fromSeq).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  async #readFirst(runId: string, fromSeq: number): Promise<Page> {
    let first: Page = { message: undefined, nextSeq: fromSeq, isFull: false, atEnd: false };
    for await (first of pagesOf(this.#runs, runId, fromSeq)) break;
    return first;
  }
}

export interface Replay {
  readonly pages: StoredPages;
  /** A whole id. */
  readonly runId: string;
  readonly fromSeq: number;
  readonly signal: AbortSignal;
  /** Resolves when there is room for more. */
  readonly send: (message: Buffer) => Promise<void>;
}

/**
 * Sends the events from `fromSeq` on, as far as they are stored. Behind its end a run may have been resumed meanwhile, so at an end it
 * looks again.
 * @returns from where on the run goes on; undefined when it is over, or was aborted
 */
export async function replay({ pages, runId, fromSeq, signal, send }: Replay): Promise<number | undefined> {
  let nextSeq = fromSeq;
  for (let readTo = -1; readTo < nextSeq; ) {
    readTo = nextSeq;
    let atEnd = false;
    for await (const page of pages.from(runId, nextSeq)) {
      if (signal.aborted) return undefined;
      if (page.message !== undefined) await send(page.message);
      if (signal.aborted) return undefined;
      ({ nextSeq, atEnd } = page);
    }
    if (!atEnd) return nextSeq;
  }
  return (await pages.isRunning(runId)) ? nextSeq : undefined;
}
