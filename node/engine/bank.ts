// The embedded hub of a home on a relay of its own on loopback: play money for whoever has no wallet. It is opened when
// somebody first needs it, and everybody reaches it the way any wallet is reached, by NIP-47.
import { Store } from '../../ledger/store/store.ts';
import { PylonError } from '../../protocol/errors.ts';
import { KeyPair } from '../../protocol/keypair.ts';
import { type Msat, satsToMsat } from '../../protocol/money.ts';
import { WalletConnection } from '../../protocol/wallet/uri.ts';
import { homePaths } from '../home.ts';
import { RelayPool } from '../pool/relay-pool.ts';
import { Relay } from '../relay/server.ts';
import { MEMORY_STORE_LIMITS, MemoryStore } from '../relay/store/memory-store.ts';
import { Hub } from '../wallet/hub.ts';
import { NwcClient } from '../wallet/nwc-client.ts';
import { OnceEach } from './once-each.ts';
import type { EngineOptions } from './port.ts';

/** What a new home begins with. */
const GIFT_MSAT = satsToMsat(100_000);
/** The account of the home's owner. */
export const HOME_ACCOUNT = 'home';
/** The account of a provider of this home. */
export const accountOfProvider = (publicKey: string) => `provider-${publicKey}`;
/** Requests and answers are not stored: the relay keeps next to nothing. */
const RING_BYTES = 1024 * 1024;

export interface ConnectionWanted {
  readonly name: string;
  /** The most it may ever send. */
  readonly quotaMsat?: Msat;
  /** Moved to it from the owner's account. */
  readonly fundMsat?: Msat;
}

export class Bank {
  readonly #options: EngineOptions;
  readonly #root: KeyPair;
  readonly #relay: Relay;
  readonly #pool: RelayPool;
  readonly #hub: Hub;
  readonly #publicRelays: readonly string[];
  /** Our own clients share one connection to our own relay. */
  readonly #clientsPool: RelayPool;
  readonly #clients = new OnceEach<NwcClient>();

  private constructor(
    options: EngineOptions,
    root: KeyPair,
    parts: { relay: Relay; pool: RelayPool; hub: Hub; publicRelays: readonly string[] },
  ) {
    this.#options = options;
    this.#root = root;
    this.#relay = parts.relay;
    this.#pool = parts.pool;
    this.#hub = parts.hub;
    this.#publicRelays = parts.publicRelays;
    const { clock, random, notice } = options;
    const { url } = parts.relay;
    this.#clientsPool = new RelayPool({ urls: [url], clock, random, trustedUrls: new Set([url]), log: notice });
  }

  /**
   * @param root of the keys of the hub and of those it admits by itself
   * @param publicRelays where others reach the hub, besides our own relay on loopback
   * @throws PylonError `ledger-corrupt` naming the account, `store-*` | `relay-url-invalid`
   */
  static async open(options: EngineOptions, root: KeyPair, publicRelays: readonly string[]): Promise<Bank> {
    const { clock, random, notice, home } = options;
    const store = options.store === 'disk' ? await Store.open(homePaths.hub(home)) : 'memory';
    const relay = await Relay.start({
      clock: () => clock.now(),
      randomBytes: (length) => random.bytes(length),
      store: new MemoryStore({ ...MEMORY_STORE_LIMITS, ringBytesMax: RING_BYTES }),
      name: 'Pylon embedded relay of the hub',
      log: notice,
    });
    const keys = root.derive('hub');
    const trustedUrls = new Set([relay.url]);
    const pool = new RelayPool({
      urls: [relay.url, ...publicRelays],
      clock,
      random,
      trustedUrls,
      signer: keys,
      log: notice,
    });
    const nodeSecret = root.deriveSecret('hub node');
    try {
      const hub = await Hub.open({ store, keys, nodeSecret, pool, clock, random, log: notice });
      await hub.issue(HOME_ACCOUNT, GIFT_MSAT, 'gift-to-a-new-home');
      return new Bank(options, root, { relay, pool, hub, publicRelays });
    } catch (thrown) {
      await pool.close();
      await relay.close();
      throw thrown;
    }
  }

  /** The wallet of one of this home's own accounts, one client for all who ask. */
  wallet(account: string): Promise<NwcClient> {
    return this.#clients.get(account, () => this.#openWallet(account));
  }

  async #openWallet(account: string): Promise<NwcClient> {
    const { clock, random, notice } = this.#options;
    const secret = this.#root.deriveSecret(`wallet of ${account}`);
    const connection = this.#connection(secret, [this.#relay.url]);
    const { publicKey: clientPublicKey } = connection.keyPair((length) => random.bytes(length));
    await this.#hub.admit({ clientPublicKey, name: account, account });
    const client = new NwcClient({ connection, clock, random, log: notice, pool: this.#clientsPool });
    await client.ready();
    return client;
  }

  /**
   * A connection for another program, with money of its own. The secret is made here, shown once, and not kept.
   * @throws PylonError `wallet-missing` when the hub is on no relay that others reach, `wallet-insufficient-balance`
   */
  async connect({ name, quotaMsat, fundMsat }: ConnectionWanted): Promise<WalletConnection> {
    if (this.#publicRelays.length === 0)
      throw new PylonError('wallet-missing', {
        reason: 'the hub is served on no relay that another program could reach',
        next: 'start it with `pylon start --hub --relay <url>`, then connect',
      });
    const { random } = this.#options;
    const secret = random.bytes(32);
    const { publicKey: clientPublicKey } = new KeyPair(secret, (length) => random.bytes(length));
    await this.#hub.admit({
      clientPublicKey,
      name,
      ...(quotaMsat === undefined ? {} : { quotaMsat }),
      ...(fundMsat === undefined ? {} : { fundMsat, fundFrom: HOME_ACCOUNT }),
    });
    return this.#connection(secret, this.#publicRelays);
  }

  balanceMsat(account: string): Promise<Msat> {
    return this.#hub.balanceMsat(account);
  }

  /** Reads the hub's books anew. @throws PylonError `ledger-corrupt` naming the account */
  verify(): Promise<void> {
    return this.#hub.verify();
  }

  async close(): Promise<void> {
    await Promise.all((await this.#clients.all()).map((client) => client.close()));
    await this.#clientsPool.close();
    await this.#hub.close();
    await this.#pool.close();
    await this.#relay.close();
  }

  #connection(secret: Uint8Array, relays: readonly string[]): WalletConnection {
    return new WalletConnection({
      service: this.#hub.publicKey,
      relays,
      secret: Buffer.from(secret).toString('hex'),
    });
  }
}
