// Keeps a provider findable while it serves and no longer: announces, again before the announcement expires and
// when a relay comes back, and takes it back at the end.
import type { Clock } from '../../conductor/ports.ts';
import type { EventTemplate } from '../../protocol/event.ts';
import { type Announcement, encodeAnnouncement, HANDLER_ID, type HandlerId } from '../../protocol/handler.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { KIND_CHUNK_REQUEST, KIND_DELETION, KIND_HANDLER } from '../../protocol/kinds.ts';
import { ANNOUNCEMENT_SECONDS } from '../../protocol/limits.ts';
import type { RelayPool } from '../pool/relay-pool.ts';
import { announcementAddress } from './offers.ts';

export interface AnnouncerInit {
  readonly keys: KeyPair;
  readonly pool: RelayPool;
  readonly clock: Clock;
  /** Asked each time: the terms may have changed. */
  readonly announcement: () => Announcement;
  /** As what it is announced; a provider unless told. */
  readonly handlerId?: HandlerId;
  readonly log: (line: string) => void;
}

const RETRY_MS = 2_000;
/** A withdrawal is worth waiting for, not worth hanging for: the announcement lapses by itself. */
const WITHDRAW_MS = 2_000;

export class Announcer {
  readonly #init: AnnouncerInit;
  readonly #handlerId: HandlerId;
  #lastCreatedAt = 0;
  #cancelTimer: () => void = () => undefined;
  #stopListening: () => void = () => undefined;
  #isStopped = false;

  constructor(init: AnnouncerInit) {
    this.#init = init;
    this.#handlerId = init.handlerId ?? HANDLER_ID;
  }

  /** @throws PylonError `relay-*` when no relay takes the announcement; it is then tried again all the same */
  async start(): Promise<void> {
    const isFirst = new Set<string>();
    this.#stopListening = this.#init.pool.onOpen((url) => {
      if (isFirst.has(url)) void this.#again();
      isFirst.add(url);
    });
    for (const { url, status } of this.#init.pool.relays()) if (status === 'open') isFirst.add(url);
    await this.#announce();
  }

  /** Empties the announcement, for relays that know no deletion, and deletes it. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    this.#stopListening();
    const { keys, pool, clock, log } = this.#init;
    const createdAt = this.#nextCreatedAt();
    const untilMs = clock.now() + WITHDRAW_MS;
    try {
      await pool.publish(keys.sign(emptied(this.#handlerId, createdAt)), { untilMs });
      await pool.publish(keys.sign(deletion(announcementAddress(keys.publicKey, this.#handlerId), createdAt)), {
        untilMs,
      });
    } catch (thrown) {
      log(`the announcement was not withdrawn and lapses by itself: ${String(thrown)}`);
    }
  }

  /** Versions of one second would be ordered by chance (NIP-01: the lower id stands). */
  #nextCreatedAt(): number {
    this.#lastCreatedAt = Math.max(Math.floor(this.#init.clock.now() / 1_000), this.#lastCreatedAt + 1);
    return this.#lastCreatedAt;
  }

  async #announce(): Promise<void> {
    const { keys, pool, clock, announcement } = this.#init;
    this.#cancelTimer();
    this.#cancelTimer = clock.after((ANNOUNCEMENT_SECONDS / 2) * 1_000, () => void this.#again());
    try {
      await pool.publish(keys.sign(encodeAnnouncement(announcement(), this.#nextCreatedAt(), this.#handlerId)));
    } catch (thrown) {
      if (!this.#isStopped) {
        this.#cancelTimer();
        this.#cancelTimer = clock.after(RETRY_MS, () => void this.#again());
      }
      throw thrown;
    }
  }

  async #again(): Promise<void> {
    if (this.#isStopped) return;
    await this.#announce().catch((thrown) => this.#init.log(`the announcement did not get through: ${String(thrown)}`));
  }
}

/** A newer version that offers nothing. */
function emptied(handlerId: HandlerId, createdAt: number): EventTemplate {
  const tags = [
    ['d', handlerId],
    ['k', String(KIND_CHUNK_REQUEST)],
    ['expiration', String(createdAt + ANNOUNCEMENT_SECONDS)],
  ];
  return { kind: KIND_HANDLER, created_at: createdAt, tags, content: '' };
}

function deletion(address: string, createdAt: number): EventTemplate {
  const tags = [
    ['a', address],
    ['k', String(KIND_HANDLER)],
  ];
  return { kind: KIND_DELETION, created_at: createdAt, tags, content: '' };
}
