// Who checks signatures for the relay. In-thread is right while both cores are busy with other
// processes; a worker thread is right when relay and clients share one process (verify-worker.ts).
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
