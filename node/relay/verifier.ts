// Who checks signatures for the relay. A worker thread was measured beside this one: it costs an embedded run 30 MB
// and a busy machine its second core, and gains nothing there.
import { type NostrEvent, verifyEvent } from '../../protocol/event.ts';

export interface Verifier {
  /** True when the event's id is the hash of its body and its signature holds. Those for true events MUST keep the order of calls. */
  verify(event: NostrEvent): boolean | Promise<boolean>;
  close(): Promise<void>;
}

export const inThreadVerifier: Verifier = {
  verify: (event) => verifyEvent(event) !== undefined,
  close: async () => undefined,
};

/** Believes everything: the limit that bench/relay.ts measures against. Nothing else may use it. */
export const noVerifier: Verifier = { verify: () => true, close: async () => undefined };
