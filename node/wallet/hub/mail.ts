// The hub's letters: seals and signs answers and notifications and brings them to the relays. Each is sealed the way its
// client last spoke; nothing ever leaves in the clear.
import type { Clock } from '../../../conductor/ports.ts';
import { toPylonError } from '../../../protocol/errors.ts';
import type { EventTemplate } from '../../../protocol/event.ts';
import type { KeyPair } from '../../../protocol/keypair.ts';
import { encodeWalletNotification, WALLET_NOTIFICATIONS } from '../../../protocol/wallet/body.ts';
import {
  encodeWalletServiceInfo,
  type WalletEncryption,
  walletNotificationEvent,
  walletResponseEvent,
} from '../../../protocol/wallet/envelope.ts';
import { WALLET_METHODS } from '../../../protocol/wallet/methods.ts';
import type { RelayPool } from '../../pool/relay-pool.ts';
import type { Reader } from './draft.ts';
import type { Effect } from './effects.ts';
import type { WaitingRequest } from './invoice-row.ts';
import { connectionKey, membersKey } from './keys.ts';

/** The content of the info event ends with this word when there are notifications (NIP-47). */
const CAPABILITIES = [...WALLET_METHODS, 'notifications'];
const ENCRYPTIONS: readonly WalletEncryption[] = ['nip44_v2', 'nip04'];

/** What the hub needs of its relays. */
export type HubPool = Pick<RelayPool, 'publish' | 'subscribe' | 'onOpen' | 'relays'>;

export interface MailOptions {
  readonly keys: KeyPair;
  readonly pool: HubPool;
  readonly clock: Clock;
  /** Where connections are read. */
  readonly reader: Reader;
  readonly log: (line: string) => void;
}

export class Mail {
  readonly #options: MailOptions;
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: MailOptions) {
    this.#options = options;
  }

  /** Says what the hub can do (kind 13194). Resolves when a relay has it, or none takes it. */
  introduce(): Promise<void> {
    const info = { methods: CAPABILITIES, notifications: WALLET_NOTIFICATIONS, encryptions: ENCRYPTIONS };
    return this.#post(() => encodeWalletServiceInfo(info, this.#nowSeconds));
  }

  /** Brings about what an operation wants told. */
  deliver(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'answer') this.answer(effect.to, effect.body);
      else this.#notify(effect);
    }
  }

  answer({ client, requestId, encryption }: WaitingRequest, body: string): void {
    void this.#post(() => {
      const sealed = this.#seal(client, encryption, body);
      return walletResponseEvent({ sealed, client, requestId, createdAt: this.#nowSeconds });
    });
  }

  /** What a client sealed for the hub. @throws PylonError `seal-invalid` */
  open(client: string, encryption: WalletEncryption, sealed: string): string {
    const { keys } = this.#options;
    return encryption === 'nip04' ? keys.legacyOpenFrom(client, sealed) : keys.openFrom(client, sealed);
  }

  /** Resolves when everything is at a relay or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #notify({ account, notification }: Extract<Effect, { kind: 'notify' }>): void {
    const { reader } = this.#options;
    const body = encodeWalletNotification(notification);
    for (const client of reader.get(membersKey(account)) ?? []) {
      const encryption = reader.get(connectionKey(client))?.encryption ?? 'nip44_v2';
      void this.#post(() => {
        const sealed = this.#seal(client, encryption, body);
        return walletNotificationEvent({ sealed, client, encryption, createdAt: this.#nowSeconds });
      });
    }
  }

  #seal(client: string, encryption: WalletEncryption, body: string): string {
    const { keys } = this.#options;
    return encryption === 'nip04' ? keys.legacySealFor(client, body) : keys.sealFor(client, body);
  }

  get #nowSeconds(): number {
    return Math.floor(this.#options.clock.now() / 1_000);
  }

  /** A letter that cannot be written or sent is the log's: what it tells has happened all the same. */
  #post(write: () => EventTemplate): Promise<void> {
    const sent = this.#send(write)
      .catch((thrown) => this.#options.log(`a letter of the hub is not out: ${toPylonError(thrown).message}`))
      .finally(() => this.#underWay.delete(sent));
    this.#underWay.add(sent);
    return sent;
  }

  async #send(write: () => EventTemplate): Promise<void> {
    const { keys, pool } = this.#options;
    await pool.publish(keys.sign(write()));
  }
}
