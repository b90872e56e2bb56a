// Every bound the relay enforces. The NIP-11 document is written from this same object, so what it
// advertises is what happens.
import { FUTURE_SECONDS_MAX, MESSAGE_BYTES_OWN_RELAY, SUBSCRIPTION_ID_CHARS_MAX } from '../../protocol/limits.ts';

export interface RelayLimits {
  /** Bytes of one incoming message; a larger one closes the connection (1009) without being buffered. */
  readonly messageBytesMax: number;
  readonly connectionsMax: number;
  /** Open subscriptions of one connection. */
  readonly subscriptionsMax: number;
  readonly subscriptionIdCharsMax: number;
  /** Filters of one REQ or COUNT. */
  readonly filtersMax: number;
  /** Listed values (ids, authors, kinds, tags) over all open filters of one connection: each costs index memory. */
  readonly filterValuesMax: number;
  /** Stored events answered per filter, at most and when the filter names no limit. */
  readonly storedEventsMax: number;
  /** Bytes waiting for one slow reader before it is cut off. */
  readonly bufferedBytesMax: number;
  /** Events being verified or written and requests being answered before the relay stops reading from a connection. */
  readonly pendingMax: number;
  /** Unreadable messages before the connection is closed. */
  readonly garbageMax: number;
  /** Seconds that `created_at` may lie ahead of the relay's clock. */
  readonly futureSecondsMax: number;
  /** Leading zero bits an event id needs (NIP-13); 0 asks for none. */
  readonly workBitsMin: number;
  /** Messages a second, sustained, of one connection; 0 does not count them. */
  readonly messagesPerSecondMax: number;
  /** Public keys authenticated on one connection (NIP-42). */
  readonly pubkeysMax: number;
  /** Ids remembered after their bodies are gone. */
  readonly recentIdsMax: number;
}

export const RELAY_LIMITS: RelayLimits = {
  messageBytesMax: MESSAGE_BYTES_OWN_RELAY,
  connectionsMax: 1_000,
  subscriptionsMax: 64,
  subscriptionIdCharsMax: SUBSCRIPTION_ID_CHARS_MAX,
  filtersMax: 20,
  filterValuesMax: 20_000,
  storedEventsMax: 10_000,
  bufferedBytesMax: 16 * 1024 * 1024,
  pendingMax: 64,
  garbageMax: 100,
  futureSecondsMax: FUTURE_SECONDS_MAX,
  workBitsMin: 0,
  messagesPerSecondMax: 0,
  pubkeysMax: 16,
  recentIdsMax: 100_000,
};
