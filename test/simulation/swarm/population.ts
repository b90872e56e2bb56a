// Who offers in a simulated swarm: people with a behaviour, a speed and a place, each behind a key that may change. The list
// of offers is made when it changed and never copied for a reader: there may be 100,000.
import type { Offer } from '../../../protocol/handler.ts';
import { FUTURE_SECONDS_MAX } from '../../../protocol/limits.ts';
import { ENGINE_NAME } from '../../../protocol/signature.ts';
import { BEHAVIOURS, type Behaviour, type Person } from './behaviours.ts';
import type { Scenario } from './scenario.ts';
import type { Stream } from './streams.ts';

/** Jobs that a provider works on at a time. */
const CONCURRENCY = 4;
const PRICE = { base_msat: 10, msat_per_1k_chars: 1 };
const LASTING = Number.MAX_SAFE_INTEGER - FUTURE_SECONDS_MAX;

export interface Citizen extends Person {
  key: string;
  readonly region: number;
  /** Median time of its jobs, in ms. */
  readonly serviceMs: number;
  /** When each of its places is free again (ms of the clock). */
  readonly freeAtMs: number[];
}

/** Byzantine shares that `mixed` deals out, one after the other. */
const MIXED = BEHAVIOURS.filter((behaviour) => !['honest', 'slow', 'dead', 'flaky'].includes(behaviour));

/** Exactly the shares asked for, however small the swarm, in an order that the seed decides. */
function castOf(scenario: Scenario, random: Stream): Behaviour[] {
  const { providers, byzantine, behaviour, dead, slow, flaky } = scenario;
  const cast: Behaviour[] = [];
  const deal = (share: number, part: (index: number) => Behaviour) => {
    const wanted = Math.round(share * providers);
    for (let index = 0; index < wanted && cast.length < providers; index++) cast.push(part(index));
  };
  deal(byzantine, (index) => (behaviour === 'mixed' ? MIXED[index % MIXED.length]! : behaviour));
  deal(dead, () => 'dead');
  deal(slow, () => 'slow');
  deal(flaky, () => 'flaky');
  while (cast.length < providers) cast.push('honest');
  for (let index = cast.length - 1; index > 0; index--) {
    const other = random.integer(index + 1);
    [cast[index], cast[other]] = [cast[other]!, cast[index]!];
  }
  return cast;
}

export class Population {
  readonly #random: Stream;
  readonly #byKey = new Map<string, Citizen>();
  #offers: Offer[] = [];
  #isStale = false;

  constructor(scenario: Scenario, regions: number, random: Stream) {
    this.#random = random;
    for (const [number, behaviour] of castOf(scenario, random).entries()) {
      const slowness = behaviour === 'slow' ? scenario.stragglerFactor : 1;
      const serviceMs = random.around(scenario.serviceMs, scenario.providerSpread) * slowness;
      const citizen = { number, behaviour, serviceMs, region: random.integer(regions), freeAtMs: [], answered: 0 };
      this.#settle({ ...citizen, key: random.hex(32) });
    }
  }

  /** The same list until somebody comes or goes. */
  offers(): readonly Offer[] {
    if (this.#isStale) this.#offers = [...this.#byKey.values()].map(({ key }) => offerOf(key));
    this.#isStale = false;
    return this.#offers;
  }

  find(key: string): Citizen | undefined {
    return this.#byKey.get(key);
  }

  all(): Iterable<Citizen> {
    return this.#byKey.values();
  }

  /** It goes, and comes back as somebody whom nobody knows. */
  whitewash(citizen: Citizen): void {
    this.#byKey.delete(citizen.key);
    citizen.key = this.#random.hex(32);
    this.#settle(citizen);
  }

  /** Everybody is gone; what was asked of them is never answered. */
  vanish(): void {
    this.#byKey.clear();
    this.#isStale = true;
  }

  /** Takes a place of the provider's for a job that arrives then. @returns when it is done (ms) */
  occupy({ freeAtMs }: Citizen, arrivesAtMs: number, serviceMs: number): number {
    let place = 0;
    for (let other = 1; other < CONCURRENCY; other++)
      if ((freeAtMs[other] ?? 0) < (freeAtMs[place] ?? 0)) place = other;
    const endsAtMs = Math.max(arrivesAtMs, freeAtMs[place] ?? 0) + serviceMs;
    freeAtMs[place] = endsAtMs;
    return endsAtMs;
  }

  /** A job was withdrawn: its place is free from then on. */
  free({ freeAtMs }: Citizen, endsAtMs: number, nowMs: number): void {
    const place = freeAtMs.indexOf(endsAtMs);
    if (place >= 0) freeAtMs[place] = nowMs;
  }

  #settle(citizen: Citizen): void {
    this.#byKey.set(citizen.key, citizen);
    this.#isStale = true;
  }
}

function offerOf(key: string): Offer {
  return {
    v: 1,
    name: key.slice(0, 8),
    models: [ENGINE_NAME],
    ...PRICE,
    max_input_bytes: 40_960,
    concurrency: CONCURRENCY,
    provider: key,
    expiresAt: LASTING,
  };
}
