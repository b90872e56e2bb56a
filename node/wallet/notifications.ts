// What a wallet service tells by itself (NIP-47, kinds 23197 and 23196). Ephemeral: nothing that was told while we were
// cut off comes later, so whoever waits for money also looks it up.
import type { Clock } from '../../conductor/ports.ts';
import { toPylonError } from '../../protocol/errors.ts';
import { type NostrEvent, tagValue, type VerifiedEvent } from '../../protocol/event.ts';
import { KIND_WALLET_NOTIFICATION, KIND_WALLET_NOTIFICATION_LEGACY } from '../../protocol/kinds.ts';
import { FUTURE_SECONDS_MAX } from '../../protocol/limits.ts';
import { parseWalletNotification, type WalletNotification } from '../../protocol/wallet/body.ts';
import type { RelayPool } from '../pool/relay-pool.ts';
import { withoutFalsePreimage } from './answer-checks.ts';
import type { ServiceSeal } from './service-seal.ts';

export interface WalletNotificationsInit {
  readonly service: string;
  /** Our key, hex. */
  readonly client: string;
  readonly pool: RelayPool;
  readonly seal: ServiceSeal;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

export class WalletNotifications {
  readonly #init: WalletNotificationsInit;
  readonly #listeners = new Set<(notification: WalletNotification) => void>();
  #subscription: { close(): void } | undefined;

  constructor(init: WalletNotificationsInit) {
    this.#init = init;
  }

  /** Hears every notification that is signed by the service; the function returned ends it. */
  subscribe(listener: (notification: WalletNotification) => void): () => void {
    this.#listeners.add(listener);
    this.#subscription ??= this.#listen();
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
    this.#subscription?.close();
  }

  #listen(): { close(): void } {
    const { pool, service, client, clock } = this.#init;
    const filter = {
      kinds: [KIND_WALLET_NOTIFICATION, KIND_WALLET_NOTIFICATION_LEGACY],
      authors: [service],
      '#p': [client],
      // Some relays keep ephemeral events for a while. Old news is not asked for, but the service's clock may be slow.
      since: Math.max(0, Math.floor(clock.now() / 1_000) - FUTURE_SECONDS_MAX),
    };
    return pool.subscribe([filter], {
      wants: (event) => this.#wants(event),
      onEvent: (event) => this.#take(event),
    });
  }

  /** A service that speaks both encryptions tells everything twice. */
  #wants(event: NostrEvent): boolean {
    const isLegacy = event.kind === KIND_WALLET_NOTIFICATION_LEGACY;
    return isLegacy === this.#init.seal.isLegacy && tagValue(event, 'p') === this.#init.client;
  }

  #take(event: VerifiedEvent): void {
    const { seal, log } = this.#init;
    const encryption = event.kind === KIND_WALLET_NOTIFICATION_LEGACY ? 'nip04' : 'nip44_v2';
    let notification: WalletNotification;
    try {
      const { type, transaction } = parseWalletNotification(seal.open(encryption, event.content));
      notification = { type, transaction: withoutFalsePreimage(transaction) };
    } catch (thrown) {
      log(`a notification of the wallet was passed over: ${toPylonError(thrown).reason}`);
      return;
    }
    for (const listener of this.#listeners) {
      try {
        listener(notification);
      } catch (thrown) {
        log(`a notification of the wallet could not be handled: ${toPylonError(thrown).reason}`);
      }
    }
  }
}
