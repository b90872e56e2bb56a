// The runs that fit, page by page, as far as somebody scrolled; and kept true while runs go on. No DOM: `read` is handed in.
import { type Signal, signal } from '@preact/signals';
import type { RunRecord } from '../../protocol/run.ts';
import type { RunPage } from '../../protocol/run-list.ts';
import { type Listing, pageOf } from './filters.ts';

/** Runs of one page. */
const PAGE = 100;

export type ReadPage = (path: string, signal: AbortSignal) => Promise<RunPage>;

export class RunList {
  readonly runs: Signal<readonly RunRecord[]> = signal([]);
  /** All that fit; null when nobody counted them. */
  readonly total: Signal<number | null> = signal(null);
  readonly loading = signal(false);
  readonly error: Signal<unknown> = signal(undefined);
  /** True from the first answer on. */
  readonly known = signal(false);
  readonly #read: ReadPage;
  #listing: Listing | undefined;
  #cursor: string | null = null;
  #asking: AbortController | undefined;
  #refreshing: AbortController | undefined;

  constructor(read: ReadPage) {
    this.#read = read;
  }

  /** Lists something else, or the same from the top. What was there stays until the answer is. */
  async open(listing: Listing): Promise<void> {
    this.#listing = listing;
    this.#refreshing?.abort();
    await this.#ask(null);
  }

  /** The next page, unless there is none or it is on its way. */
  async more(): Promise<void> {
    if (this.loading.value || this.#cursor === null || this.error.value !== undefined) return;
    await this.#ask(this.#cursor);
  }

  /** From the top again, after a failure. */
  async again(): Promise<void> {
    await this.#ask(null);
  }

  /** Runs that changed. Those that are listed are shown as they are now; new ones make the top be asked again. */
  async changed(records: readonly RunRecord[]): Promise<void> {
    const changed = new Map(records.map((run) => [run.id, run]));
    const known = this.runs.value.filter(({ id }) => changed.has(id)).length;
    if (known > 0) this.runs.value = this.runs.value.map((run) => changed.get(run.id) ?? run);
    if (known < changed.size) await this.#refresh();
  }

  /** Runs that are gone. */
  removed(ids: ReadonlySet<string>): void {
    const left = this.runs.value.filter(({ id }) => !ids.has(id));
    const gone = this.runs.value.length - left.length;
    this.runs.value = left;
    if (this.total.value !== null) this.total.value = Math.max(0, this.total.value - gone);
  }

  close(): void {
    this.#asking?.abort();
    this.#refreshing?.abort();
    this.#asking = undefined;
  }

  async #ask(cursor: string | null): Promise<void> {
    if (this.#listing === undefined) return;
    this.#asking?.abort();
    const mine = new AbortController();
    this.#asking = mine;
    this.loading.value = true;
    try {
      const page = await this.#read(pageOf(this.#listing, PAGE, cursor), mine.signal);
      if (this.#asking !== mine) return;
      this.runs.value = cursor === null ? page.runs : joined(this.runs.value, page.runs);
      this.total.value = page.total ?? (cursor === null ? null : this.total.value);
      this.#cursor = page.next_cursor;
      this.error.value = undefined;
      this.known.value = true;
    } catch (thrown) {
      if (this.#asking === mine) this.error.value = thrown;
    } finally {
      if (this.#asking === mine) this.loading.value = false;
    }
  }

  /** The first page again, put on top of what is there. */
  async #refresh(): Promise<void> {
    if (this.#listing === undefined || this.loading.value) return;
    this.#refreshing?.abort();
    const mine = new AbortController();
    this.#refreshing = mine;
    try {
      const page = await this.#read(pageOf(this.#listing, PAGE, null), mine.signal);
      if (mine.signal.aborted) return;
      this.runs.value = joined(page.runs, this.runs.value);
      this.total.value = page.total ?? this.total.value;
    } catch (thrown) {
      if (!mine.signal.aborted) this.error.value = thrown;
    }
  }
}

/** Each run once, where it stands first: pages may overlap when runs began meanwhile. */
export function joined(first: readonly RunRecord[], then: readonly RunRecord[]): readonly RunRecord[] {
  const seen = new Set(first.map(({ id }) => id));
  return [...first, ...then.filter(({ id }) => !seen.has(id))];
}
