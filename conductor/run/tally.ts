// Counts what the chunks of one fan-out came to, knows which are the same, and says at the end what is missing.
import { canonicalHash } from '../../protocol/canonical.ts';
import { PylonError } from '../../protocol/errors.ts';
import { type Quorum, quorumTarget } from '../../protocol/quorum.ts';
import { preview } from '../../protocol/text.ts';
import type { ChunkOutcome } from '../chunk/chunk-query.ts';
import type { Fragment } from '../cut/fragments.ts';

/** Equal for chunks that are the same to a question: the same text in the same surroundings. */
function questionKey(fragment: Fragment): string {
  const { context, span, text } = fragment;
  // What begins in the middle of a line is not the same as what begins with one.
  const isPlain = context.kind === 'log' && context.offsetInLine === 0;
  return isPlain ? span.content_hash : canonicalHash([text, context]);
}

/** A hint at what was wrong, not a copy of it. */
const FAULT_VALUE_CHARS = 80;

export class Tally {
  #loaded = 0;
  #elsewhere = 0;
  #asked = 0;
  #unaffordable = 0;
  readonly #onCovered: (covered: number) => void;
  readonly #before: (key: string) => number | undefined;
  readonly #firstWith = new Map<string, number>();
  readonly #twinsOf = new Map<number, number>();
  readonly #answeredChunks = new Set<number>();
  #covered = 0;

  /**
   * @param onCovered told how many chunks are answered or the same as an answered one
   * @param before a chunk that an earlier fan-out asked the same question, and that was answered
   */
  constructor(onCovered: (covered: number) => void, before: (key: string) => number | undefined = () => undefined) {
    this.#onCovered = onCovered;
    this.#before = before;
  }

  /** Chunks whose own question was answered. */
  get answered(): number {
    return this.#answeredChunks.size - this.#elsewhere;
  }

  /** Chunks that were cut. */
  get loaded(): number {
    return this.#loaded;
  }

  /** Chunks that were asked, whatever came of it. */
  get asked(): number {
    return this.#asked;
  }

  /** Chunks that are answered, or the same as an answered one. */
  get covered(): number {
    return this.#covered;
  }

  /** The answered chunk that is the same to its question. */
  answerTo(key: string): number | undefined {
    const chunk = this.#firstWith.get(key);
    return chunk !== undefined && this.#answeredChunks.has(chunk) ? chunk : undefined;
  }

  /** Notes a chunk; the number of the earlier one when the very same question was asked already. */
  load(fragment: Fragment): number | undefined {
    this.#loaded++;
    const key = questionKey(fragment);
    const first = this.#firstWith.get(key) ?? this.#takeOver(key);
    if (first === undefined) this.#firstWith.set(key, fragment.index);
    else {
      this.#twinsOf.set(first, this.#twinsAs(first) + 1);
      if (this.#answeredChunks.has(first)) this.#cover(1);
    }
    return first;
  }

  /** Notes what became of a chunk that was asked. */
  settle(fragment: Fragment, outcome: ChunkOutcome): void {
    this.#asked++;
    if (outcome === 'unaffordable') this.#unaffordable++;
    if (typeof outcome !== 'object') return;
    this.#answeredChunks.add(fragment.index);
    this.#cover(1 + this.#twinsAs(fragment.index));
  }

  /** The chunk's answer does not count any more: it is as if it had not been asked. */
  reopen(chunk: number): void {
    if (!this.#answeredChunks.delete(chunk)) return;
    this.#asked--;
    this.#covered -= 1 + this.#twinsAs(chunk);
  }

  #takeOver(key: string): number | undefined {
    const chunk = this.#before(key);
    if (chunk === undefined) return undefined;
    this.#firstWith.set(key, chunk);
    this.#answeredChunks.add(chunk);
    this.#elsewhere++;
    return chunk;
  }

  #twinsAs(chunk: number): number {
    return this.#twinsOf.get(chunk) ?? 0;
  }

  #cover(chunks: number): void {
    this.#covered += chunks;
    this.#onCovered(this.#covered);
  }

  /**
   * What the run lacks, or undefined when its quorum holds.
   * @param fault what most often kept chunks from being answered
   * @param leftOut chunks that were not to be asked
   */
  shortfall(quorum: Quorum, fault?: PylonError, leftOut = 0): PylonError | undefined {
    const wanted = this.#loaded - leftOut;
    const missing = this.#covered < quorumTarget(quorum, wanted);
    const value = `${this.#covered} of ${wanted} chunks answered`;
    if (this.#unaffordable > 0 && (missing || quorum.kind === 'best-effort'))
      return new PylonError('budget-exhausted', { value });
    if (!missing) return undefined;
    const unasked = this.#asked + this.#twins < wanted;
    if (unasked) return new PylonError('budget-exhausted', { value });
    if (fault === undefined) return new PylonError('quorum-not-reached', { value });
    const said = fault.value === undefined ? '' : ` (${preview(fault.value, FAULT_VALUE_CHARS)})`;
    const reason = `too few chunks were answered, mostly because ${fault.reason}${said}`;
    return new PylonError('quorum-not-reached', { value, reason, next: fault.next, cause: fault });
  }

  /** Chunks that were not asked because an earlier one is the same. */
  get #twins(): number {
    return this.#loaded - this.#firstWith.size + this.#elsewhere;
  }
}
