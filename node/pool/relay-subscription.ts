// One subscription at one relay: what to ask so that nothing is lost across a cut. Stored events come newest
// first, so what is known for certain moves on only when the stored answer is complete; a relay that
// cuts its answer short is asked for the older rest, page by page.
import type { NostrEvent } from '../../protocol/event.ts';
import { type Filter, type FilterJson, matches } from '../../protocol/filter.ts';
import { RESUBSCRIBE_OVERLAP_SECONDS } from '../../protocol/limits.ts';

interface Tally {
  readonly index: number;
  readonly json: FilterJson;
  count: number;
  oldest: number;
}

/** Pages asked for in one stored phase: an endless archive is not our business. */
const PAGES_MAX = 100;

export class RelaySubscription {
  readonly id: string;
  readonly #filters: readonly Filter[];
  readonly #jsons: readonly FilterJson[];
  /** Everything older than this has been seen (unix seconds); undefined until a first answer was complete. */
  #knownUntil: number | undefined;
  #askedAt = 0;
  /** Filters whose stored answer is under way; undefined when live. */
  #tallies: Tally[] | undefined;
  #pages = 0;

  constructor(id: string, filters: readonly Filter[], jsons: readonly FilterJson[]) {
    this.id = id;
    this.#filters = filters;
    this.#jsons = jsons;
  }

  /** Id of the requests for older pages. */
  get pageId(): string {
    return `${this.id}-older`;
  }

  get isComplete(): boolean {
    return this.#tallies === undefined && this.#askedAt > 0;
  }

  /** The REQ of a new connection. */
  request(nowSeconds: number): string {
    this.#askedAt = nowSeconds;
    this.#pages = 0;
    const jsons = this.#jsons.map((json) => this.#sinceKnown(json));
    this.#tallies = jsons.map(newTally);
    return JSON.stringify(['REQ', this.id, ...jsons]);
  }

  #sinceKnown(json: FilterJson): FilterJson {
    if (this.#knownUntil === undefined) return json;
    const { limit: _firstAnswerOnly, ...rest } = json;
    const since = Math.max(0, this.#knownUntil - RESUBSCRIBE_OVERLAP_SECONDS);
    return { ...rest, since: Math.max(json.since ?? 0, since) };
  }

  /** Takes note of an event of this subscription, a known one too. */
  note(event: NostrEvent, nowSeconds: number): void {
    if (this.#tallies === undefined) {
      // A clock ahead of ours must not move us past what others are still to send.
      const createdAt = Math.min(event.created_at, nowSeconds);
      if (createdAt > this.#knownUntil!) this.#knownUntil = createdAt;
      return;
    }
    for (const tally of this.#tallies) {
      if (!matches(this.#filters[tally.index]!, event)) continue;
      tally.count += 1;
      if (event.created_at < tally.oldest) tally.oldest = event.created_at;
    }
  }

  /**
   * The stored answer ended. Returns the REQ for what it left out, or undefined when it is complete.
   * @param hint NIP-67: `finish` or `more`, where the relay says
   * @param storedEventsMax from this many events on an answer may have been cut short
   */
  nextPage(hint: unknown, storedEventsMax: number): string | undefined {
    const tallies = this.#tallies;
    if (tallies === undefined) return undefined;
    const isShort = (tally: Tally) =>
      hint !== 'finish' &&
      tally.json.limit === undefined &&
      tally.count > 0 &&
      (hint === 'more' || tally.count >= storedEventsMax);
    const next = this.#pages < PAGES_MAX ? tallies.filter(isShort).map(olderPage) : [];
    if (next.length === 0) {
      this.#tallies = undefined;
      this.#knownUntil = Math.max(this.#knownUntil ?? 0, this.#askedAt);
      return undefined;
    }
    this.#pages += 1;
    this.#tallies = next;
    return JSON.stringify(['REQ', this.pageId, ...next.map(({ json }) => json)]);
  }
}

function newTally(json: FilterJson, index: number): Tally {
  return { index, json, count: 0, oldest: Number.MAX_SAFE_INTEGER };
}

/** Up to and including the oldest second seen, which may have been cut in the middle; before it when that brought nothing older. */
function olderPage({ index, json, oldest }: Tally): Tally {
  const until = json.until !== undefined && oldest >= json.until ? json.until - 1 : oldest;
  return { ...newTally({ ...json, until }, index) };
}
