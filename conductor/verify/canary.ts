// Chunks of this run whose answer is known, to be asked again as if it were not. On the wire such a job is like any other: the
// same form, size, price and surroundings, in the run its question belongs to. Nobody is asked the same one twice.
import type { ChunkOutput } from '../../protocol/records.ts';
import type { AnswerKind } from './kind-of-answer.ts';

/** Canaries kept ready: enough that a provider meets fresh ones, few enough that their texts need no memory to speak of. */
const KEPT = 32;

export interface Canary<Chunk> {
  readonly chunk: Chunk;
  readonly kind: AnswerKind;
  readonly output: ChunkOutput;
  /** Clusters that know the answer: they gave it, or were asked it as a canary. */
  readonly knownTo: Set<string>;
}

export class CanaryPool<Chunk> {
  readonly #kept: Canary<Chunk>[] = [];
  #next = 0;

  get size(): number {
    return this.#kept.length;
  }

  /** Takes a chunk whose answer is beyond doubt; the oldest one goes, so that canaries are as recent as what is asked beside them. */
  add(chunk: Chunk, output: ChunkOutput, kind: AnswerKind, knownTo: Iterable<string>): void {
    this.#kept[this.#next] = { chunk, output, kind, knownTo: new Set(knownTo) };
    this.#next = (this.#next + 1) % KEPT;
  }

  /**
   * One of its kind that the cluster does not know, and now does.
   * @param fraction at least 0, below 1
   * @param fits whether the chunk looks like what is asked beside it
   */
  draw(
    cluster: string,
    kind: AnswerKind,
    fraction: number,
    fits: (chunk: Chunk) => boolean = () => true,
  ): Canary<Chunk> | undefined {
    const from = Math.floor(fraction * this.#kept.length);
    for (let step = 0; step < this.#kept.length; step++) {
      const canary = this.#kept[(from + step) % this.#kept.length]!;
      if (canary.kind !== kind || canary.knownTo.has(cluster) || !fits(canary.chunk)) continue;
      canary.knownTo.add(cluster);
      return canary;
    }
    return undefined;
  }
}
