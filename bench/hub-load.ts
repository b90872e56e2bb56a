// The load of the hub benchmark, the same for every wallet service: payments sealed, signed and published, answers
// verified and opened, so many in flight.
import { randomBytes } from 'node:crypto';
import { realClock } from '../node/clock.ts';
import { RelayPool } from '../node/pool/relay-pool.ts';
import { realRandom } from '../node/random.ts';
import { PylonError } from '../protocol/errors.ts';
import { tagValue, type VerifiedEvent } from '../protocol/event.ts';
import { KeyPair } from '../protocol/keypair.ts';
import { KIND_WALLET_RESPONSE } from '../protocol/kinds.ts';
import { encodeWalletRequest, parseWalletResponse } from '../protocol/wallet/body.ts';
import { walletRequestEvent } from '../protocol/wallet/envelope.ts';
import type { WalletMethod, WalletParams } from '../protocol/wallet/methods.ts';
import type { WalletResults } from '../protocol/wallet/results.ts';

const EXPIRES_AFTER_SECONDS = 60;

interface Waiting {
  readonly method: WalletMethod;
  readonly resolve: (result: never) => void;
  readonly reject: (thrown: unknown) => void;
}

export class WalletLoad {
  readonly publicKey: string;
  readonly #keys = KeyPair.generate(randomBytes);
  readonly #pool: RelayPool;
  readonly #waiting = new Map<string, Waiting>();
  #service = '';

  constructor(relayUrl: string) {
    this.publicKey = this.#keys.publicKey;
    this.#pool = new RelayPool({ urls: [relayUrl], clock: realClock(), random: realRandom() });
  }

  /** Answers are known by their author: the SDK's service names no client in them. */
  async connect(service: string): Promise<void> {
    this.#service = service;
    await this.#pool.ready();
    await new Promise<void>((resolve) => {
      this.#pool.subscribe([{ kinds: [KIND_WALLET_RESPONSE], authors: [service], limit: 0 }], {
        wants: (event) => this.#waiting.has(tagValue(event, 'e') ?? ''),
        onEvent: (event) => this.#take(event),
        onEose: () => resolve(),
      });
    });
  }

  ask<Method extends WalletMethod>(method: Method, params: WalletParams[Method]): Promise<WalletResults[Method]> {
    const createdAt = Math.floor(Date.now() / 1_000);
    const service = this.#service;
    const sealed = this.#keys.sealFor(service, encodeWalletRequest(method, params));
    const expiresAt = createdAt + EXPIRES_AFTER_SECONDS;
    const template = walletRequestEvent({ sealed, service, encryption: 'nip44_v2', createdAt, expiresAt });
    const event = this.#keys.sign(template);
    return new Promise((resolve, reject) => {
      this.#waiting.set(event.id, { method, resolve, reject });
      this.#pool.publish(event).catch(reject);
    });
  }

  close(): Promise<void> {
    for (const { reject } of this.#waiting.values()) reject(new PylonError('wallet-timeout'));
    return this.#pool.close();
  }

  #take(event: VerifiedEvent): void {
    const id = tagValue(event, 'e') ?? '';
    const { method, resolve, reject } = this.#waiting.get(id)!;
    this.#waiting.delete(id);
    try {
      resolve(parseWalletResponse(method, this.#keys.openFrom(this.#service, event.content)) as never);
    } catch (thrown) {
      reject(thrown);
    }
  }
}
