// Which answers of a run stand on whose word, so that they can be asked again when somebody is caught. What our own computation
// confirmed stands by itself and is not here.
import type { Seat } from './panel.ts';

/** Answers remembered for one provider, the latest: one that is trusted is checked at least every 33 answers. */
const REMEMBERED = 256;

/** A chunk that was accepted, and on whose word. */
export interface Relied {
  readonly chunk: number;
  readonly by: readonly string[];
}

export class Reliance {
  /** A chunk that one provider answered alone is only a number: there are many of them. */
  readonly #alone = new Map<string, number[]>();
  readonly #together = new Map<string, Relied[]>();

  rely(chunk: number, agreeing: readonly Seat[]): void {
    const [only] = agreeing;
    if (only !== undefined && agreeing.length === 1) {
      remember(this.#alone, only.provider, chunk);
      return;
    }
    const relied = { chunk, by: agreeing.map(({ provider }) => provider) };
    for (const provider of relied.by) remember(this.#together, provider, relied);
  }

  /** Everything that stands on a provider's word, given out once. */
  takeThose(provider: string): Relied[] {
    const alone = (this.#alone.get(provider) ?? []).map((chunk) => ({ chunk, by: [provider] }));
    const together = this.#together.get(provider) ?? [];
    this.#alone.delete(provider);
    this.#together.delete(provider);
    return [...alone, ...together];
  }
}

/** Keeps the latest; dropping half at once keeps it cheap. */
function remember<Item>(kept: Map<string, Item[]>, provider: string, item: Item): void {
  const items = kept.get(provider);
  if (items === undefined) kept.set(provider, [item]);
  else if (items.push(item) > 2 * REMEMBERED) items.splice(0, REMEMBERED);
}
