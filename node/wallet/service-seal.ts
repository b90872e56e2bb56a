// How we and a wallet service seal what we tell each other: NIP-44, unless its info event offers nothing but NIP-04.
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { commonEncryption, type WalletEncryption } from '../../protocol/wallet/envelope.ts';
import type { ServiceInfo } from './service-info.ts';

export class ServiceSeal {
  readonly #service: string;
  readonly #keys: KeyPair;
  readonly #info: ServiceInfo;

  constructor({ service, keys, info }: { service: string; keys: KeyPair; info: ServiceInfo }) {
    this.#service = service;
    this.#keys = keys;
    this.#info = info;
  }

  /** NIP-44 while the service has said nothing. @throws PylonError `wallet-unsupported-encryption` */
  get encryption(): WalletEncryption {
    const info = this.#info.current;
    if (info === undefined) return 'nip44_v2';
    const common = commonEncryption(info);
    if (common === undefined) throw new PylonError('wallet-unsupported-encryption');
    return common;
  }

  /** True when the service speaks NIP-04 and nothing else. */
  get isLegacy(): boolean {
    return this.#info.current !== undefined && commonEncryption(this.#info.current) === 'nip04';
  }

  seal(encryption: WalletEncryption, body: string): string {
    return encryption === 'nip04'
      ? this.#keys.legacySealFor(this.#service, body)
      : this.#keys.sealFor(this.#service, body);
  }

  /** @throws PylonError `wallet-response-invalid` */
  open(encryption: WalletEncryption, content: string): string {
    try {
      return encryption === 'nip04'
        ? this.#keys.legacyOpenFrom(this.#service, content)
        : this.#keys.openFrom(this.#service, content);
    } catch (thrown) {
      const { reason } = toPylonError(thrown);
      throw new PylonError('wallet-response-invalid', { reason: `a message of the wallet does not open: ${reason}` });
    }
  }
}
