// On which network a wallet is: asked once, for every invoice is held against it; again where it could not be told.
import type { Network, Wallet } from './port.ts';

export class WalletNetwork {
  readonly #wallet: Wallet;
  #network: Promise<Network> | undefined;

  constructor(wallet: Wallet) {
    this.#wallet = wallet;
  }

  /** @throws PylonError `wallet-*` */
  get(): Promise<Network> {
    this.#network ??= this.#wallet.getInfo().then(({ network }) => network);
    this.#network.catch(() => {
      this.#network = undefined;
    });
    return this.#network;
  }
}
