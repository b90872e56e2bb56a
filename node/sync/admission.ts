// Which signed requests are still to be served: each event once, within the time it is worth something, and of no key more than it is
// given. Everything here is bounded by the keys that are let in, times what one may have.
import { PylonError } from '../../protocol/errors.ts';
import { HTTP_AUTH_SECONDS } from '../../protocol/http-auth.ts';

/** Of one key within the two minutes in which an event can be worth something: a gigabyte in chunks of the usual size. */
export const REQUESTS_PER_KEY_MAX = 4_096;
/** Bodies in memory of one key: the next may come while one is written. */
const IN_FLIGHT_PER_KEY_MAX = 2;

/** What tells one signed request from another. */
interface SignedEvent {
  readonly id: string;
  readonly pubkey: string;
  readonly created_at: number;
}

interface Visitor {
  /** Id → the last second in which it could be shown again. */
  readonly seen: Map<string, number>;
  inFlight: number;
}

export class Admission {
  readonly #visitors = new Map<string, Visitor>();

  /**
   * @param event verified, of a key that is let in
   * @returns what ends the request
   * @throws PylonError `signature-refused` for one that was seen before | `sync-too-fast`
   */
  admit({ id, pubkey, created_at }: SignedEvent, nowSeconds: number): () => void {
    const visitor = this.#visitorOf(pubkey);
    if (visitor.seen.has(id))
      throw new PylonError('signature-refused', { reason: 'this signed request was shown before' });
    for (const [old, lastSecond] of visitor.seen) if (lastSecond < nowSeconds) visitor.seen.delete(old);
    if (visitor.seen.size >= REQUESTS_PER_KEY_MAX || visitor.inFlight >= IN_FLIGHT_PER_KEY_MAX)
      throw new PylonError('sync-too-fast', { value: pubkey });
    visitor.seen.set(id, created_at + HTTP_AUTH_SECONDS);
    visitor.inFlight++;
    let isOver = false;
    return () => {
      if (!isOver) visitor.inFlight--;
      isOver = true;
    };
  }

  #visitorOf(key: string): Visitor {
    const known = this.#visitors.get(key);
    if (known !== undefined) return known;
    const visitor: Visitor = { seen: new Map(), inFlight: 0 };
    this.#visitors.set(key, visitor);
    return visitor;
  }
}
