// Which provider is asked next: by Thompson sampling on how fast it is, how often its answers count, what it costs and how far
// it is believed. Each is asked as often as it may be the best; a few jobs go to anybody, so that nobody is overlooked for ever.
import { clusterOf, type Offer, priceOf } from '../../protocol/handler.ts';
import { type Msat, msat } from '../../protocol/money.ts';
import type { Market, Random } from '../ports.ts';
import { normal } from './normal.ts';
import { type JobSize, OfferIndex, takes } from './offer-index.ts';
import type { Ending, Pace } from './pace.ts';

/** Jobs a provider may have waiting for each one it works on: enough to keep it busy, few enough to move elsewhere. */
const QUEUE_PER_SLOT = 4;
/** Silences in a row after which a provider counts as gone for this run. */
const SILENCES_MAX = 2;
/** Offers drawn for one choice, beside the best known: among so many a good one is nearly always found. */
const DRAWS = 32;
/** Where enough providers are known, so many strangers among them are enough: more would nearly always win by a lucky draw. */
const KNOWN_ENOUGH = 8;
const STRANGERS_MAX = 3;
/** The size of chunk for which the best known are compared. */
const RATED_CHARS = 16_000;
/** Share of jobs that go to anybody who can do them: each may cost a chunk the time of a hedge. */
const EXPLORED = 0.01;
/** A provider of half the price may take 1.4 times as long. */
const PRICE_POWER = 0.5;

export interface Wanted extends JobSize {
  readonly affordableMsat: Msat;
  /** Providers that already failed this chunk. */
  readonly tried: ReadonlySet<string>;
  /** Clusters that already have a say in this chunk. */
  readonly notOfClusters?: ReadonlySet<string>;
  /** Offers that may be asked at all; absent where all may. */
  readonly accepts?: (offer: Offer) => boolean;
  /** Providers that must not be asked in this run. */
  readonly isBanned?: (provider: string) => boolean;
}

interface Standing {
  inFlight: number;
  silences: number;
  /** It had its money in advance and did nothing for it. */
  isLost: boolean;
}

const NEW: Readonly<Standing> = { inFlight: 0, silences: 0, isLost: false };

export interface ChoicePorts {
  readonly market: Market;
  readonly random: Random;
  readonly pace: Pace;
  /** True for providers that are paid in advance: they get one job at a time, the next when it was answered. */
  readonly isPrepaid: (offer: Offer) => boolean;
  /** How far its answers are believed, above 0 and at most 1; absent where all are believed alike. */
  readonly credibilityOf?: (provider: string) => number;
}

export class MarketChoice {
  readonly #ports: ChoicePorts;
  readonly #index: OfferIndex;
  readonly #standings = new Map<string, Standing>();
  #waiting: (() => void)[] = [];

  constructor(ports: ChoicePorts) {
    this.#ports = ports;
    this.#index = OfferIndex.of(ports.market);
  }

  /** The provider to ask, and a slot taken with it; waits for room. Undefined when nobody fits at all. */
  async take(wanted: Wanted, signal: AbortSignal): Promise<Offer | undefined> {
    while (!signal.aborted) {
      const { candidates, isAnybody } = this.#candidates(wanted);
      const { random } = this.#ports;
      const isExploring = random.fraction() < EXPLORED;
      const chosen = isExploring
        ? candidates[Math.floor(random.fraction() * candidates.length)]
        : this.#best(candidates, wanted);
      if (chosen !== undefined) return this.#takeSlot(chosen);
      if (!isAnybody) return undefined;
      await this.#room(signal);
    }
    return undefined;
  }

  /**
   * Somebody to ask beside a job that is late, and a slot taken with it; nobody is waited for. Nobody who must be paid in advance: of two
   * such payments one would be for nothing.
   */
  takeNow(wanted: Wanted): Offer | undefined {
    const candidates = this.#candidates(wanted).candidates.filter((offer) => !this.#ports.isPrepaid(offer));
    const chosen = this.#best(candidates, wanted);
    return chosen === undefined ? undefined : this.#takeSlot(chosen);
  }

  /** True when somebody would do it, if only it could be paid. */
  fitsAnyBudget(wanted: Omit<Wanted, 'affordableMsat'>): boolean {
    const affordableMsat = msat(Number.MAX_SAFE_INTEGER);
    this.#index.update(this.#ports.market.offers());
    return this.#index.all(wanted.model).some((offer) => this.#fits(offer, { ...wanted, affordableMsat }));
  }

  /** Gives the slot back and remembers how it went. */
  release(provider: string, outcome: Ending): void {
    const standing = this.#standings.get(provider) ?? { ...NEW };
    standing.inFlight--;
    if (outcome !== 'withdrawn') standing.silences = outcome === 'silent' ? standing.silences + 1 : 0;
    if (outcome === 'lost') standing.isLost = true;
    this.#standings.set(provider, standing);
    if (outcome !== 'withdrawn') this.#rate(provider);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Keeps the list of the best known up to date. */
  #rate(provider: string): void {
    const { record } = this.#ports.pace;
    const offer = this.#index.get(provider);
    if (offer === undefined) record.dismiss(provider);
    else
      record.rate(
        provider,
        this.#cost(offer, RATED_CHARS, () => 0),
      );
  }

  #standing(provider: string): Readonly<Standing> {
    return this.#standings.get(provider) ?? NEW;
  }

  #takeSlot(offer: Offer): Offer {
    const standing = this.#standings.get(offer.provider) ?? { ...NEW };
    standing.inFlight++;
    this.#standings.set(offer.provider, standing);
    return offer;
  }

  #fits(offer: Offer, wanted: Wanted, standing = this.#standing(offer.provider)): boolean {
    return (
      !wanted.tried.has(offer.provider) &&
      !standing.isLost &&
      wanted.isBanned?.(offer.provider) !== true &&
      wanted.accepts?.(offer) !== false &&
      takes(offer, wanted) &&
      priceOf(offer, wanted.chars) <= wanted.affordableMsat &&
      wanted.notOfClusters?.has(clusterOf(offer)) !== true
    );
  }

  #hasRoom(offer: Offer, { inFlight } = this.#standing(offer.provider)): boolean {
    return inFlight < QUEUE_PER_SLOT * offer.concurrency && (inFlight === 0 || !this.#ports.isPrepaid(offer));
  }

  #isPresent(offer: Offer, { silences } = this.#standing(offer.provider)): boolean {
    return silences < SILENCES_MAX;
  }

  #isAble(offer: Offer, wanted: Wanted): boolean {
    const standing = this.#standing(offer.provider);
    return this.#isPresent(offer, standing) && this.#hasRoom(offer, standing) && this.#fits(offer, wanted, standing);
  }

  /** Who could do it now; `isAnybody` when somebody could later. Looks at everybody only when no draw finds anyone. */
  #candidates(wanted: Wanted): { candidates: readonly Offer[]; isAnybody: boolean } {
    this.#index.update(this.#ports.market.offers());
    const all = this.#index.all(wanted.model);
    if (all.length > DRAWS) {
      const drawn = this.#draw(all, wanted);
      if (drawn.length > 0) return { candidates: drawn, isAnybody: true };
      if (wanted.affordableMsat < this.#index.cheapestMsat(wanted)) return { candidates: [], isAnybody: false };
    }
    const fitting = all.filter((offer) => this.#fits(offer, wanted));
    const present = fitting.filter((offer) => this.#isPresent(offer));
    // Who went silent is asked again only when nobody else is left.
    const able = present.length > 0 ? present : fitting;
    return { candidates: able.filter((offer) => this.#hasRoom(offer)), isAnybody: able.length > 0 };
  }

  /** Who of the best known and of a few drawn can do it now; draws no more strangers than it may keep. */
  #draw(all: readonly Offer[], wanted: Wanted): readonly Offer[] {
    const { random, pace } = this.#ports;
    const seen = new Set<Offer>();
    const [known, strangers]: [Offer[], Offer[]] = [[], []];
    const consider = (offer: Offer | undefined) => {
      if (offer === undefined || seen.has(offer)) return;
      seen.add(offer);
      if (!this.#isAble(offer, wanted)) return;
      (pace.record.knows(offer.provider) ? known : strangers).push(offer);
    };
    for (const provider of pace.record.best) consider(this.#index.get(provider));
    for (let draw = 0; draw < DRAWS; draw++) {
      if (known.length >= KNOWN_ENOUGH && strangers.length >= STRANGERS_MAX) break;
      consider(all[Math.floor(random.fraction() * all.length)]);
    }
    return [...known, ...(known.length < KNOWN_ENOUGH ? strangers : strangers.slice(0, STRANGERS_MAX))];
  }

  #best(offers: readonly Offer[], wanted: Wanted): Offer | undefined {
    let best: Offer | undefined;
    let lowest = Number.POSITIVE_INFINITY;
    const draw = () => normal(this.#ports.random);
    for (const offer of offers) {
      const load = 1 + this.#standing(offer.provider).inFlight / offer.concurrency;
      const cost = load * this.#cost(offer, wanted.chars, draw);
      if (best !== undefined && cost >= lowest) continue;
      best = offer;
      lowest = cost;
    }
    return best;
  }

  /** What an answer that counts costs in time and money. @param draw a draw of the standard normal distribution, or 0 for the mean */
  #cost(offer: Offer, chars: number, draw: () => number): number {
    const { pace, credibilityOf } = this.#ports;
    const { provider } = offer;
    const counting = pace.record.sample(provider, draw()) * (credibilityOf?.(provider) ?? 1);
    const ms = pace.latency.sampleMs(provider, chars, draw()) / counting;
    // One msat more, so that free work is cheap but not beyond comparison.
    return ms * ((priceOf(offer, chars) + 1) / counting) ** PRICE_POWER;
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
