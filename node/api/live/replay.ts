// What is stored of a run, sent as fast as one client takes it. A page is read and written as JSON once for all who ask for it at the
// same time: many browsers come together when a run begins, or when the daemon is back.
import { isOverAfter } from '../../../protocol/run-end.ts';
import type { RunLibrary } from '../../engine/port.ts';
import { eventsMessage } from './events-message.ts';

/** Events of one message: some 100 KB, which the browser folds in less than a frame. */
const EVENTS_PER_PAGE = 256;

/** The stored events from some seq on. */
interface Page {
  /** Undefined where nothing is stored from there on. */
  readonly message: Buffer | undefined;
  readonly nextSeq: number;
  /** There may be more behind it. */
  readonly isFull: boolean;
  /** The run was over at its last event, or where it has none at the one before it. */
  readonly atEnd: boolean;
}

export class StoredPages {
  readonly #runs: Pick<RunLibrary, 'events' | 'get'>;
  /** What is being read now, by run and seq. */
  readonly #reading = new Map<string, Promise<Page>>();

  constructor(runs: Pick<RunLibrary, 'events' | 'get'>) {
    this.#runs = runs;
  }

  /** @param runId a whole id. @throws PylonError `run-unknown` | `store-corrupt` */
  page(runId: string, fromSeq: number): Promise<Page> {
    const name = `${runId} ${fromSeq}`;
    const known = this.#reading.get(name);
    if (known !== undefined) return known;
    const reading = this.#read(runId, fromSeq).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  /** @returns false when the run is over, or gone */
  async isRunning(runId: string): Promise<boolean> {
    return (await this.#runs.get(runId))?.status === 'running';
  }

  async #read(runId: string, fromSeq: number): Promise<Page> {
    const texts: string[] = [];
    let [nextSeq, atEnd] = [fromSeq, false];
    // The one before tells whether the run was over by then: what it says of itself now may not be stored yet.
    for await (const event of this.#runs.events(runId, Math.max(0, fromSeq - 1))) {
      atEnd = isOverAfter(event);
      if (event.seq < fromSeq) continue;
      nextSeq = event.seq + 1;
      texts.push(JSON.stringify(event));
      if (texts.length >= EVENTS_PER_PAGE) break;
    }
    const message = texts.length > 0 ? eventsMessage(runId, texts) : undefined;
    return { message, nextSeq, isFull: texts.length >= EVENTS_PER_PAGE, atEnd };
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
  for (let nextSeq = fromSeq; ; ) {
    const page = await pages.page(runId, nextSeq);
    if (signal.aborted) return undefined;
    if (page.message !== undefined) await send(page.message);
    if (signal.aborted) return undefined;
    nextSeq = page.nextSeq;
    if (page.isFull) continue;
    if (!page.atEnd) return nextSeq;
    if (page.message === undefined) return (await pages.isRunning(runId)) ? nextSeq : undefined;
  }
}
