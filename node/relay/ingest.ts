// The walk of an incoming event: structure → known already? → policies → signature → store →
// everybody who asked → OK. Cheap questions come first; the signature costs more than all the rest.
import {
  type NostrEvent,
  structuralFault,
  type VerifiedEvent,
  verifiedElsewhereInThisProcess,
} from '../../protocol/event.ts';
import { isEphemeral } from '../../protocol/kinds.ts';
import type { Connection } from './connection.ts';
import type { RelayLimits } from './limits.ts';
import { authFault, type Policy, refusalOfEvent } from './policies.ts';
import { RecentIds } from './recent-ids.ts';
import type { RelayCounters } from './stats.ts';
import type { EventStore } from './store/event-store.ts';
import type { Verifier } from './verifier.ts';

/** Sees every event the relay takes in, once, after its signature held. Must not throw, nor take long. */
export type EventListener = (event: VerifiedEvent, raw: Uint8Array) => void;

export interface IngestInit {
  readonly store: EventStore;
  readonly verifier: Verifier;
  readonly policies: readonly Policy[];
  readonly limits: RelayLimits;
  readonly counters: RelayCounters;
  readonly now: () => number;
  readonly log: (line: string) => void;
  readonly deliver: EventListener;
}

const EVENT_KEYS = 7;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** The event's own bytes within the message `["EVENT", {…}]`; written anew only where the message holds more than that. */
function rawEvent(message: readonly unknown[], event: NostrEvent, frame: Buffer): Uint8Array {
  if (message.length === 2 && Object.keys(event).length === EVENT_KEYS)
    return frame.subarray(frame.indexOf(OPENING_BRACE), frame.lastIndexOf(CLOSING_BRACE) + 1);
  const { id, pubkey, created_at, kind, tags, content, sig } = event;
  return Buffer.from(JSON.stringify({ id, pubkey, created_at, kind, tags, content, sig }));
}

/** A copy with memory of its own: a view would keep the whole chunk alive that the socket read. */
function owned(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

export class Ingest {
  readonly #init: IngestInit;
  readonly #recent: RecentIds;
  readonly listeners = new Set<EventListener>();

  constructor(init: IngestInit) {
    this.#init = init;
    this.#recent = new RecentIds(init.limits.recentIdsMax);
  }

  /** `["EVENT", event]`; `frame` holds the message's bytes. Each is answered by exactly one OK. */
  receive(connection: Connection, message: readonly unknown[], frame: Buffer): void {
    this.#init.counters.eventsReceived += 1;
    const value = message[1];
    const fault = structuralFault(value);
    if (fault !== undefined) {
      this.#refuse(connection, claimedId(value), `invalid: ${fault}`);
      return;
    }
    const event = value as NostrEvent;
    try {
      this.#walk(connection, event, () => rawEvent(message, event, frame));
    } catch (thrown) {
      this.#fail(connection, event, thrown);
    }
  }

  /** `["AUTH", event]` (NIP-42). The event is looked at and dropped: never stored, never sent on. */
  authenticate(connection: Connection, message: readonly unknown[]): void {
    const { limits, now } = this.#init;
    const value = message[1];
    const fault = structuralFault(value);
    if (fault !== undefined) {
      this.#refuse(connection, claimedId(value), `invalid: ${fault}`);
      return;
    }
    const event = value as NostrEvent;
    const { challenge, hosts } = connection;
    const mismatch = authFault(event, { challenge, hosts, nowMs: now() });
    if (mismatch !== undefined) {
      this.#refuse(connection, event.id, `invalid: ${mismatch}`);
      return;
    }
    this.#verified(connection, event, () => {
      if (connection.pubkeys.size >= limits.pubkeysMax && !connection.pubkeys.has(event.pubkey)) {
        this.#refuse(connection, event.id, `restricted: at most ${limits.pubkeysMax} keys on one connection`);
        return;
      }
      connection.pubkeys.add(event.pubkey);
      connection.ok(event.id, true, '');
    });
  }

  #walk(connection: Connection, event: NostrEvent, raw: () => Uint8Array): void {
    if (this.#recent.has(event.id) || this.#init.store.has(event.id)) {
      this.#answerKnown(connection, event);
      return;
    }
    const refusal = refusalOfEvent(this.#init.policies, event, connection);
    if (refusal !== undefined) this.#refuse(connection, event.id, refusal);
    else this.#verified(connection, event, () => this.#takeIn(connection, event, raw()));
  }

  /** Checks the signature, here or in the worker; a forgery is answered and goes no further. */
  #verified(connection: Connection, event: NostrEvent, proceed: () => void): void {
    const conclude = (holds: boolean) => {
      if (holds) {
        proceed();
        return;
      }
      this.#init.counters.forgeries += 1;
      connection.ok(event.id, false, 'invalid: the id or the signature does not hold');
    };
    const verdict = this.#init.verifier.verify(event);
    if (typeof verdict === 'boolean') conclude(verdict);
    else connection.hold(verdict.then(conclude).catch((thrown) => this.#fail(connection, event, thrown)));
  }

  #takeIn(connection: Connection, event: NostrEvent, raw: Uint8Array): void {
    // Asked again: a twin may have arrived while this one was being verified.
    if (this.#recent.has(event.id)) {
      this.#answerKnown(connection, event);
      return;
    }
    const { store, counters, deliver } = this.#init;
    const verified = verifiedElsewhereInThisProcess(event);
    if (!isEphemeral(event.kind) && !this.#isStored(connection, verified, raw)) return;
    this.#recent.add(event.id);
    counters.eventsAccepted += 1;
    deliver(verified, raw);
    this.#tellListeners(verified, raw);
    const durable = store.flushed();
    if (durable === undefined) connection.send(`["OK","${event.id}",true,""]`);
    else
      connection.hold(
        durable.then(
          () => connection.ok(event.id, true, ''),
          (thrown) => this.#fail(connection, event, thrown),
        ),
      );
  }

  /** False when the store would not have the event, which is then answered. */
  #isStored(connection: Connection, event: VerifiedEvent, raw: Uint8Array): boolean {
    const { store, counters, now } = this.#init;
    const outcome = store.put(event, owned(raw), Math.floor(now() / 1_000));
    if (outcome === 'stored') return true;
    if (outcome === 'deleted') {
      this.#refuse(connection, event.id, 'blocked: its author deleted this event');
      return false;
    }
    counters.duplicates += 1;
    this.#recent.add(event.id);
    const text = outcome === 'outdated' ? 'duplicate: a newer version is stored' : 'duplicate: already stored';
    connection.ok(event.id, true, text);
    return false;
  }

  #answerKnown(connection: Connection, event: NostrEvent): void {
    if (this.#init.store.isDeleted(event)) {
      this.#refuse(connection, event.id, 'blocked: its author deleted this event');
      return;
    }
    this.#init.counters.duplicates += 1;
    connection.ok(event.id, true, 'duplicate: already received');
  }

  #tellListeners(event: VerifiedEvent, raw: Uint8Array): void {
    for (const listener of this.listeners) {
      try {
        listener(event, raw);
      } catch (thrown) {
        this.#init.counters.faults += 1;
        this.#init.log(`a hook failed on ${event.id}: ${String(thrown)}`);
      }
    }
  }

  #refuse(connection: Connection, id: string, reason: string): void {
    this.#init.counters.eventsRefused += 1;
    if (reason.startsWith('auth-required:')) connection.askForKey();
    connection.ok(id, false, reason);
  }

  #fail(connection: Connection, event: NostrEvent, thrown: unknown): void {
    this.#recent.remove(event.id); // it may be sent again
    this.#init.counters.faults += 1;
    this.#init.log(`event ${event.id} could not be taken in: ${String(thrown)}`);
    connection.ok(event.id, false, 'error: the event could not be stored');
  }
}

/** What a malformed event calls its id, so that its sender can tell which one was refused. */
function claimedId(value: unknown): string {
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : undefined;
  return typeof id === 'string' && id.length <= 64 ? id : '';
}
