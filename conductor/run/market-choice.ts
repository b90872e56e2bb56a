// Which provider is asked next: the least loaded one that is affordable, takes the size and has not
// failed this chunk. A provider that went silent is asked again only when nobody else is left.
import { clusterOf, type Offer, priceOf } from '../../protocol/handler.ts';
import { JOB_ENVELOPE_BYTES } from '../../protocol/limits.ts';
import { type Msat, msat } from '../../protocol/money.ts';
import type { Market, Random } from '../ports.ts';

/** Jobs a provider may have waiting for each one it works on: enough to keep it busy, few enough to move elsewhere. */
const QUEUE_PER_SLOT = 4;
/** Silences in a row after which a provider counts as gone for this run. */
const SILENCES_MAX = 2;

export interface Wanted {
  readonly chars: number;
  readonly bytes: number;
  readonly affordableMsat: Msat;
  readonly model?: string;
  /** Providers that already failed this chunk. */
  readonly tried: ReadonlySet<string>;
  /** Whose providers must not be asked: one of theirs already has a say in this chunk. */
  readonly notOfClusters?: ReadonlySet<string>;
  /** Providers that must not be asked in this run. */
  readonly isBanned?: (provider: string) => boolean;
}

/** How it went with a provider that was asked. */
export type Ending = 'answered' | 'failed' | 'silent' | 'lost' | 'unasked';

interface Standing {
  inFlight: number;
  silences: number;
  /** It had its money in advance and did nothing for it. */
  isLost: boolean;
}

export class MarketChoice {
  readonly #market: Market;
  readonly #random: Random;
  readonly #isPrepaid: (offer: Offer) => boolean;
  readonly #standings = new Map<string, Standing>();
  #waiting: (() => void)[] = [];

  /** @param isPrepaid true for providers that are paid in advance: they get one job at a time, the next when it was answered */
  constructor(market: Market, random: Random, isPrepaid: (offer: Offer) => boolean) {
    this.#market = market;
    this.#random = random;
    this.#isPrepaid = isPrepaid;
  }

  #standing(provider: string): Standing {
    let standing = this.#standings.get(provider);
    if (standing === undefined) {
      standing = { inFlight: 0, silences: 0, isLost: false };
      this.#standings.set(provider, standing);
    }
    return standing;
  }

  #fits(offer: Offer, wanted: Wanted): boolean {
    return (
      !wanted.tried.has(offer.provider) &&
      !this.#standing(offer.provider).isLost &&
      wanted.notOfClusters?.has(clusterOf(offer)) !== true &&
      wanted.isBanned?.(offer.provider) !== true &&
      offer.max_input_bytes >= wanted.bytes + JOB_ENVELOPE_BYTES &&
      priceOf(offer, wanted.chars) <= wanted.affordableMsat &&
      (wanted.model === undefined || offer.models.includes(wanted.model))
    );
  }

  /** The best provider with room, and a slot taken with it; waits for room. Undefined when nobody fits at all. */
  async take(wanted: Wanted, signal: AbortSignal): Promise<Offer | undefined> {
    while (!signal.aborted) {
      const fitting = this.#market.offers().filter((offer) => this.#fits(offer, wanted));
      const present = fitting.filter((offer) => this.#standing(offer.provider).silences < SILENCES_MAX);
      const able = present.length > 0 ? present : fitting;
      if (able.length === 0) return undefined;
      const best = this.#leastLoaded(able);
      if (best !== undefined) {
        this.#standing(best.provider).inFlight++;
        return best;
      }
      await this.#room(signal);
    }
    return undefined;
  }

  /** True when somebody would do it, if only it could be paid. */
  fitsAnyBudget(wanted: Omit<Wanted, 'affordableMsat'>): boolean {
    const affordableMsat = msat(Number.MAX_SAFE_INTEGER);
    return this.#market.offers().some((offer) => this.#fits(offer, { ...wanted, affordableMsat }));
  }

  /** Gives the slot back and remembers how it went; `unasked` when it was not needed after all. */
  release(provider: string, outcome: Ending): void {
    const standing = this.#standing(provider);
    standing.inFlight--;
    if (outcome !== 'unasked') standing.silences = outcome === 'silent' ? standing.silences + 1 : 0;
    if (outcome === 'lost') standing.isLost = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #leastLoaded(offers: readonly Offer[]): Offer | undefined {
    let best: Offer | undefined;
    let bestLoad = QUEUE_PER_SLOT;
    for (const offer of offers) {
      // The random part breaks ties: equals share the work, and nobody is first by the order of announcements.
      const { inFlight } = this.#standing(offer.provider);
      if (inFlight > 0 && this.#isPrepaid(offer)) continue;
      const load = (inFlight + this.#random.fraction()) / offer.concurrency;
      if (load >= bestLoad) continue;
      best = offer;
      bestLoad = load;
    }
    return best;
  }

  #room(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.push(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
