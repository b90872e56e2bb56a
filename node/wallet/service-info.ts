// What a wallet service says of itself (kind 13194): asked for once, kept, and replaced when it says something newer.
// It decides how requests are sealed.
import type { Clock } from '../../conductor/ports.ts';
import type { VerifiedEvent } from '../../protocol/event.ts';
import { KIND_WALLET_INFO } from '../../protocol/kinds.ts';
import { parseWalletServiceInfo, type WalletServiceInfo } from '../../protocol/wallet/envelope.ts';
import type { RelayPool } from '../pool/relay-pool.ts';

/** A relay that is open answers within a second; one that is away must not hold up a wallet that is there. */
const WAIT_MS = 5_000;

/** NIP-01: of two replaceable events of one second the lower id stays. */
function isNewer(event: VerifiedEvent, than: VerifiedEvent): boolean {
  return event.created_at === than.created_at ? event.id < than.id : event.created_at > than.created_at;
}

export class ServiceInfo {
  readonly #clock: Clock;
  readonly #urls: readonly string[];
  /** Relays that hold nothing of the service. */
  readonly #silent = new Set<string>();
  readonly #subscription: { close(): void };
  /** Who waits until something is known. */
  readonly #waiting = new Set<() => void>();
  #latest: VerifiedEvent | undefined;
  #info: WalletServiceInfo | undefined;
  #isConcluded = false;

  constructor({ pool, service, clock }: { pool: RelayPool; service: string; clock: Clock }) {
    this.#clock = clock;
    this.#urls = pool.urls;
    this.#subscription = pool.subscribe([{ kinds: [KIND_WALLET_INFO], authors: [service] }], {
      onEvent: (event) => this.#take(event),
      onEose: (url) => this.#hearNothing(url),
      onClosed: (url) => this.#hearNothing(url),
    });
  }

  /** Undefined while nothing is known. */
  get current(): WalletServiceInfo | undefined {
    return this.#info;
  }

  /** Settles when the service has said something, when no relay holds anything of it, or when that takes too long. */
  asked(waitMs = WAIT_MS): Promise<void> {
    if (this.#isConcluded) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(Math.min(waitMs, WAIT_MS), () => {
        // Some relay answered, so the others are waited for once only; where none did, nothing is known yet.
        if (this.#silent.size > 0) this.#conclude();
        else settle();
      });
      const settle = () => {
        this.#waiting.delete(settle);
        cancel();
        resolve();
      };
      this.#waiting.add(settle);
    });
  }

  close(): void {
    this.#subscription.close();
    this.#conclude();
  }

  #conclude(): void {
    this.#isConcluded = true;
    for (const settle of this.#waiting) settle();
  }

  #take(event: VerifiedEvent): void {
    if (this.#latest !== undefined && !isNewer(event, this.#latest)) return;
    this.#latest = event;
    this.#info = parseWalletServiceInfo(event);
    this.#conclude();
  }

  #hearNothing(url: string): void {
    this.#silent.add(url);
    if (this.#urls.every((one) => this.#silent.has(one))) this.#conclude();
  }
}
