// Which answers of a run stand on whose word, so that they can be asked again when somebody is caught. What our own computation
// confirmed stands by itself and is not here.
import type { Seat } from './panel.ts';

/** Answers remembered for one provider, the latest: one that is trusted is checked at least every 33 answers. */
const REMEMBERED = 256;
/** Providers whose last unchecked answer is kept. */
const TAILS = 4_096;

/** A chunk that was accepted, and on whose word. */
export interface Relied {
  readonly chunk: number;
  readonly by: readonly string[];
}

/** What a provider answered alone since it was last checked: the chunks, and the last answer. */
export interface Tail<Voice> {
  readonly chunks: number[];
  last: Voice;
}

export class Reliance<Voice extends Seat & { readonly chunk: number }> {
  /** A chunk that one provider answered alone is only a number: there are many of them. */
  readonly #alone = new Map<string, number[]>();
  readonly #together = new Map<string, Relied[]>();
  readonly #tails = new Map<string, Tail<Voice>>();

  rely(chunk: number, agreeing: readonly Voice[]): void {
    const [only] = agreeing;
    if (only !== undefined && agreeing.length === 1) {
      remember(this.#alone, only.provider, chunk);
      this.#lengthen(only);
      return;
    }
    const relied = { chunk, by: agreeing.map(({ provider }) => provider) };
    for (const provider of relied.by) remember(this.#together, provider, relied);
  }

  /** What was answered alone and not checked since. */
  tails(): Iterable<Tail<Voice>> {
    return this.#tails.values();
  }

  /** A result of the provider was checked: what it said before is the better for it, or the worse. */
  takeTail(provider: string): readonly number[] {
    const chunks = this.#tails.get(provider)?.chunks ?? [];
    this.#tails.delete(provider);
    return chunks;
  }

  /** Everything that stands on a provider's word, given out once. */
  takeThose(provider: string): Relied[] {
    const alone = (this.#alone.get(provider) ?? []).map((chunk) => ({ chunk, by: [provider] }));
    const together = this.#together.get(provider) ?? [];
    this.#alone.delete(provider);
    this.#together.delete(provider);
    this.#tails.delete(provider);
    return [...alone, ...together];
  }

  #lengthen(last: Voice): void {
    const tail = this.#tails.get(last.provider);
    if (tail !== undefined) {
      tail.last = last;
      if (tail.chunks.push(last.chunk) > REMEMBERED) tail.chunks.shift();
      return;
    }
    this.#tails.set(last.provider, { chunks: [last.chunk], last });
    if (this.#tails.size <= TAILS) return;
    for (const oldest of this.#tails.keys()) {
      this.#tails.delete(oldest);
      break;
    }
  }
}

/** Keeps the latest; dropping half at once keeps it cheap. */
function remember<Item>(kept: Map<string, Item[]>, provider: string, item: Item): void {
  const items = kept.get(provider);
  if (items === undefined) kept.set(provider, [item]);
  else if (items.push(item) > 2 * REMEMBERED) items.splice(0, REMEMBERED);
}
