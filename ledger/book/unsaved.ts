// Operations of the book that are made and not yet in the store: in which order they must get there, who has them now,
// and under which ids they are known meanwhile.
import { canonicalHash } from '../../protocol/canonical.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { Entry, EntryKind } from './entry.ts';

/** Where an idempotency key was used, and for what. */
export type Done = readonly [seq: number, factsHash: string];

/** Equal for the same operation. Counted when it is asked for: most are asked once, when they are written. */
export function factsHash(kind: EntryKind, facts: unknown): string {
  return canonicalHash([kind, facts]);
}

function outOfOrder(entry: Entry, reason: string): PylonError {
  return new PylonError('internal', { value: entry.id, reason });
}

export class Unsaved {
  #nextToHandOver = 1;
  #nextToWrite = 1;
  /** By id, in the order they were made. */
  readonly #made = new Map<string, Entry>();
  /** Those of them that the journal took over. */
  readonly #underWay = new Set<Entry>();
  #nothingUnderWay: () => void = () => undefined;

  /** In the order they were made. */
  entries(): Entry[] {
    return [...this.#made.values()];
  }

  done(id: string): Done | undefined {
    const entry = this.#made.get(id);
    return entry === undefined ? undefined : [entry.seq, factsHash(entry.kind, entry.facts)];
  }

  add(entry: Entry): void {
    this.#made.set(entry.id, entry);
  }

  /** @throws PylonError `internal` when one before it was left out, or when it was made before the book was read again */
  handOver(entry: Entry): void {
    if (entry.seq !== this.#nextToHandOver || this.#made.get(entry.id) !== entry)
      throw outOfOrder(entry, `operation ${this.#nextToHandOver} of the book was never committed`);
    this.#nextToHandOver++;
    this.#underWay.add(entry);
  }

  /** They are written now. A hole between entries could never be read again. @throws PylonError `internal` */
  writing(entries: readonly Entry[]): void {
    for (const entry of entries)
      if (entry.seq !== this.#nextToWrite++) throw outOfOrder(entry, 'an operation made before it was not written');
  }

  /** They are in the store, or a write of them failed: nothing more will become of them. */
  settled(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#made.delete(entry.id);
      this.#underWay.delete(entry);
    }
    if (this.#underWay.size === 0) this.#nothingUnderWay();
  }

  /** Resolves when nothing is on its way to the store. One may wait at a time. */
  async idle(): Promise<void> {
    if (this.#underWay.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#nothingUnderWay = resolve;
    });
  }

  /** The book was read again; what was made and not stored is forgotten. */
  clear(nextSeq: number): void {
    this.#nextToHandOver = nextSeq;
    this.#nextToWrite = nextSeq;
    this.#made.clear();
  }
}
