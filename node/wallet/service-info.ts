// What a wallet service says of itself (kind 13194): asked for once, kept, and replaced when it says something newer.
// It decides how requests are sealed.
import type { Clock } from '../../conductor/ports.ts';
import type { VerifiedEvent } from '../../protocol/event.ts';
import { KIND_WALLET_INFO } from '../../protocol/kinds.ts';
import { parseWalletServiceInfo, type WalletServiceInfo } from '../../protocol/wallet/envelope.ts';
import type { RelayPool } from '../swarm/relay-pool.ts';

/** A relay that is open answers within a second; one that is away must not hold up a wallet that is there. */
const WAIT_MS = 5_000;

/** NIP-01: of two replaceable events of one second the lower id stays. */
function isNewer(event: VerifiedEvent, than: VerifiedEvent): boolean {
  return event.created_at === than.created_at ? event.id < than.id : event.created_at > than.created_at;
}

export class ServiceInfo {
  readonly #silent = new Set<string>();
  readonly #urls: readonly string[];
  readonly #subscription: { close(): void };
  readonly #known: Promise<void>;
  #conclude: () => void = () => undefined;
  #latest: VerifiedEvent | undefined;
  #info: WalletServiceInfo | undefined;

  constructor({ pool, service, clock }: { pool: RelayPool; service: string; clock: Clock }) {
    this.#urls = pool.urls;
    this.#known = new Promise((resolve) => {
      const cancel = clock.after(WAIT_MS, resolve);
      this.#conclude = () => {
        cancel();
        resolve();
      };
    });
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

  /** Settles when the service has said something, when no relay holds anything of it, or after five seconds. */
  asked(): Promise<void> {
    return this.#known;
  }

  close(): void {
    this.#subscription.close();
    this.#conclude();
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
