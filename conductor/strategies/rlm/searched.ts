// Which bytes of the input searches have gone through, each counted once.
import type { SearchRequest, World } from '../../predict/rlm/world.ts';

export class Searched {
  readonly #world: Pick<World, 'sources'>;
  readonly #files = new Set<number>();
  /** Of files that were never gone through as a whole: the largest part that was. */
  readonly #parts = new Map<number, number>();

  constructor(world: Pick<World, 'sources'>) {
    this.#world = world;
  }

  /** A search is over. */
  note({ files, passages }: Pick<SearchRequest, 'files' | 'passages'>): void {
    if (passages === undefined) {
      for (const { file } of this.#world.sources)
        if (files === undefined || files.includes(file)) this.#files.add(file);
      return;
    }
    const bytes = new Map<number, number>();
    for (const { file, startByte, endByte } of passages) bytes.set(file, (bytes.get(file) ?? 0) + endByte - startByte);
    for (const [file, size] of bytes) this.#parts.set(file, Math.max(size, this.#parts.get(file) ?? 0));
  }

  /** At least so many. */
  get bytes(): number {
    return this.#world.sources.reduce((sum, { file, bytes }) => {
      const gone = this.#files.has(file) ? bytes : Math.min(bytes, this.#parts.get(file) ?? 0);
      return sum + gone;
    }, 0);
  }
}
