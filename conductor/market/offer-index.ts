// The offers in force, so that one can be drawn at random without looking at all of them: there may be 100,000, and
// thousands of choices a second. It is brought up to date only when the market has another list.
import { type Offer, priceOf } from '../../protocol/handler.ts';
import { JOB_ENVELOPE_BYTES } from '../../protocol/limits.ts';
import type { Market } from '../ports.ts';

/** A job as far as its price and size go. */
export interface JobSize {
  readonly chars: number;
  readonly bytes: number;
  readonly model?: string;
}

/** Lowest prices kept, one for each size of chunk. */
const CHEAPEST_MAX = 1_024;
/** Sizes that differ by less are counted together: chunks are cut at line ends, and hardly two are of one size. */
const SIZE_CLASS_BYTES = 4_096;
/** Models that are looked for at the same time. */
const MODELS_MAX = 16;

/** Offers in an array without holes, so that each is equally likely to be drawn. */
class Bag {
  readonly offers: Offer[] = [];
  readonly #places = new Map<string, number>();

  get(provider: string): Offer | undefined {
    const place = this.#places.get(provider);
    return place === undefined ? undefined : this.offers[place];
  }

  set(offer: Offer): void {
    const place = this.#places.get(offer.provider) ?? this.offers.length;
    this.#places.set(offer.provider, place);
    this.offers[place] = offer;
  }

  delete(provider: string): void {
    const place = this.#places.get(provider);
    if (place === undefined) return;
    this.#places.delete(provider);
    const last = this.offers.pop();
    if (last === undefined || last.provider === provider) return;
    this.offers[place] = last;
    this.#places.set(last.provider, place);
  }
}

/** True when the provider takes a job of this size, whatever it costs. */
export function takes(offer: Offer, { bytes, model }: JobSize): boolean {
  return offer.max_input_bytes >= bytes + JOB_ENVELOPE_BYTES && (model === undefined || offer.models.includes(model));
}

const INDEXES = new WeakMap<Market, OfferIndex>();

export class OfferIndex {
  readonly #all = new Bag();
  readonly #ofModel = new Map<string, Bag>();
  readonly #cheapest = new Map<string, number>();
  #list: readonly Offer[] = [];

  /** The index of a market, which all runs on it share: 100,000 offers are not indexed anew for each. */
  static of(market: Market): OfferIndex {
    const index = INDEXES.get(market) ?? new OfferIndex();
    INDEXES.set(market, index);
    return index;
  }

  /** Takes over the market's list. The same list again costs nothing. */
  update(list: readonly Offer[]): void {
    if (list === this.#list) return;
    this.#list = list;
    let hasChanged = false;
    for (const offer of list) {
      if (this.#all.get(offer.provider) === offer) continue;
      this.#all.set(offer);
      hasChanged = true;
    }
    if (this.#all.offers.length > list.length) {
      const present = new Set(list.map(({ provider }) => provider));
      const gone = this.#all.offers.filter(({ provider }) => !present.has(provider));
      for (const { provider } of gone) this.#all.delete(provider);
      hasChanged = true;
    }
    if (!hasChanged) return;
    this.#ofModel.clear();
    this.#cheapest.clear();
  }

  get(provider: string): Offer | undefined {
    return this.#all.get(provider);
  }

  /** All offers with this model, or all; not to be looped over for each job. */
  all(model?: string): readonly Offer[] {
    return model === undefined ? this.#all.offers : this.#bagOf(model).offers;
  }

  /**
   * Nobody takes a job of this size for less; infinite when nobody takes it at all. Counted once for all jobs of about this size, until
   * something changes.
   */
  cheapestMsat(wanted: JobSize): number {
    const size = { ...wanted, bytes: wanted.bytes - (wanted.bytes % SIZE_CLASS_BYTES) };
    const key = `${Math.ceil(size.chars / 1_000)} ${size.bytes} ${size.model ?? ''}`;
    const known = this.#cheapest.get(key);
    if (known !== undefined) return known;
    let lowest = Number.POSITIVE_INFINITY;
    for (const offer of this.all(size.model))
      if (takes(offer, size)) lowest = Math.min(lowest, priceOf(offer, size.chars));
    if (this.#cheapest.size >= CHEAPEST_MAX) this.#cheapest.clear();
    this.#cheapest.set(key, lowest);
    return lowest;
  }

  /** A run asks for one model at most: the others need no bag. */
  #bagOf(model: string): Bag {
    let bag = this.#ofModel.get(model);
    if (bag === undefined) {
      bag = new Bag();
      for (const offer of this.#all.offers) if (offer.models.includes(model)) bag.set(offer);
      if (this.#ofModel.size >= MODELS_MAX) this.#ofModel.clear();
      this.#ofModel.set(model, bag);
    }
    return bag;
  }
}
