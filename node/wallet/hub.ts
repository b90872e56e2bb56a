// The embedded hub: a NIP-47 wallet service with accounts of its own, which settles BOLT11 invoices between the parties
// it knows. It is play money (regtest), and says so. docs/hub.md has its rules, hub/ its parts.
import { createHmac } from 'node:crypto';
import type { Clock, Random } from '../../conductor/ports.ts';
import type { Store } from '../../ledger/store/store.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { type Msat, msat } from '../../protocol/money.ts';
import { schnorr } from '../../protocol/schnorr.ts';
import type { Transaction } from '../../protocol/wallet/transaction.ts';
import { balanceOf, checkAccountId, issue } from './hub/accounts.ts';
import { checkBooks } from './hub/check.ts';
import { Commits } from './hub/commits.ts';
import { type Admission, admit, type Connection, type ConnectionRow, revoke } from './hub/connections.ts';
import { Duties } from './hub/duties.ts';
import { type HistoryFilter, list } from './hub/history.ts';
import { ALL_CONNECTIONS, clientOfConnection } from './hub/keys.ts';
import { HUB_LIMITS, type HubLimits } from './hub/limits.ts';
import { type HubPool, Mail } from './hub/mail.ts';
import { MemoryRows } from './hub/memory-rows.ts';
import type { Moment } from './hub/moment.ts';
import type { Rows } from './hub/rows.ts';
import { HubService } from './hub/service.ts';
import { StoredRows } from './hub/stored-rows.ts';
import { Teller } from './hub/teller.ts';

export type { Admission, Connection } from './hub/connections.ts';
export type { HubLimits } from './hub/limits.ts';

export const HUB_ALIAS = 'Pylon hub (play money)';

export interface HubOptions {
  /** A store of its own, which the hub closes when it closes or cannot be opened; `memory` keeps nothing. */
  readonly store: Store | 'memory';
  /** Who the hub is on Nostr. */
  readonly keys: KeyPair;
  /** 32 bytes: signs invoices, and every account's node key comes from it. */
  readonly nodeSecret: Uint8Array;
  /** Where it listens. Stays open when the hub closes. */
  readonly pool: HubPool;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: (line: string) => void;
  readonly limits?: Partial<HubLimits>;
}

/** How long answers on their way may take when the hub closes. */
const FAREWELL_MS = 2_000;

export class Hub {
  readonly publicKey: string;
  readonly #rows: Rows;
  readonly #commits: Commits;
  readonly #clock: Clock;
  readonly #nodeSecret: Uint8Array;
  readonly #limits: HubLimits;
  readonly #mail: Mail;
  readonly #service: HubService;
  readonly #duties: Duties;
  #closing: Promise<void> | undefined;

  private constructor(options: HubOptions, rows: Rows, latestOrder: number) {
    const { keys, clock, random, nodeSecret, pool, log = () => undefined } = options;
    const nowMs = () => clock.now();
    this.publicKey = keys.publicKey;
    this.#rows = rows;
    this.#clock = clock;
    this.#nodeSecret = nodeSecret;
    this.#limits = { ...HUB_LIMITS, ...options.limits };
    this.#commits = new Commits(rows, nowMs, latestOrder);
    const commits = this.#commits;
    const limits = this.#limits;
    const moment = () => this.#moment();
    const mail = new Mail({ keys, pool, clock, reader: commits, log });
    const nodePublicKeyOf = (account: string) => this.nodePublicKey(account);
    const teller = new Teller({
      rows,
      commits,
      alias: HUB_ALIAS,
      limits,
      random,
      nodeSecret,
      nodePublicKeyOf,
      moment,
    });
    this.#mail = mail;
    this.#service = new HubService({
      publicKey: keys.publicKey,
      pool,
      reader: commits,
      mail,
      teller,
      limits,
      nowMs,
      log,
    });
    this.#duties = new Duties({ rows, commits, clock, moment, deliver: (effects) => mail.deliver(effects), log });
  }

  /**
   * Checks the books, then serves. @throws PylonError `ledger-corrupt` naming the account, and then nothing is spent;
   * `store-corrupt` | `store-failed`
   */
  static async open(options: HubOptions): Promise<Hub> {
    const rows = options.store === 'memory' ? new MemoryRows() : new StoredRows(options.store);
    try {
      const { latestOrder } = await checkBooks(rows);
      const hub = new Hub(options, rows, latestOrder);
      hub.#duties.start();
      await hub.#service.start();
      return hub;
    } catch (thrown) {
      await rows.close();
      throw thrown;
    }
  }

  /**
   * Admits a client by its public key, once: for a key that is known nothing changes and no money moves.
   * @throws PylonError `wallet-unauthorized` for one that was revoked, `wallet-insufficient-balance` when `fundFrom` has too
   *   little, `option-invalid` | `money-invalid` | `store-failed`
   */
  async admit(admission: Admission): Promise<Connection> {
    const row = await this.#commits.run((draft) =>
      admit(draft, admission, { ...this.#moment(), nodeKeyOf: (account) => this.#nodeKeyOf(account) }),
    );
    return { clientPublicKey: admission.clientPublicKey, ...row };
  }

  /** All connections, revoked ones too. @throws PylonError `store-failed` | `store-corrupt` */
  async connections(): Promise<Connection[]> {
    await this.#commits.settled();
    const connections: Connection[] = [];
    for await (const [key, row] of this.#rows.entries(ALL_CONNECTIONS))
      connections.push({ clientPublicKey: clientOfConnection(key), ...(row as ConnectionRow) });
    return connections;
  }

  /** Ends a connection for good; its account keeps its money. False when there was none. @throws PylonError `store-failed` */
  async revoke(clientPublicKey: string): Promise<boolean> {
    const isRevoked = await this.#commits.run((draft) => revoke(draft, clientPublicKey, this.#moment().nowSeconds));
    this.#service.forget(clientPublicKey);
    return isRevoked;
  }

  /**
   * Issues play money to an account, once per key. False when it was done before.
   * @throws PylonError `ledger-conflict` when the key stands for another account or amount; `option-invalid` | `store-failed`
   */
  async issue(account: string, amountMsat: Msat, idempotencyKey: string): Promise<boolean> {
    checkAccountId(account);
    const wanted = { account, amountMsat, idempotencyKey };
    return this.#commits.run((draft) => issue(draft, { ...wanted, order: this.#commits.order() }));
  }

  /** 0 for an account that is not there. @throws PylonError `store-failed` */
  async balanceMsat(account: string): Promise<Msat> {
    return msat(await this.#commits.run((draft) => balanceOf(draft, checkAccountId(account))));
  }

  /** Newest first, some 50 unless told; as many as fit into one answer. @throws PylonError `request-invalid` | `store-failed` */
  async transactions(account: string, filter: HistoryFilter = {}): Promise<readonly Transaction[]> {
    await this.#commits.settled();
    return list(this.#rows, checkAccountId(account), filter, this.#moment().nowSeconds);
  }

  /** Reads all books anew; payments wait meanwhile. @throws PylonError `ledger-corrupt` naming the account; `store-*` */
  async verify(): Promise<void> {
    await this.#commits.quietly(() => checkBooks(this.#rows));
  }

  /** Key of an account's node (33 bytes, hex): what a keysend names. */
  nodePublicKey(account: string): string {
    return `02${this.#nodeKeyOf(account)}`;
  }

  /** Takes no more requests, answers those under way, closes the store. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#service.stop();
    await this.#duties.stop();
    await this.#commits.close();
    let cancel: () => void = () => undefined;
    const timeIsUp = new Promise<void>((resolve) => {
      cancel = this.#clock.after(FAREWELL_MS, resolve);
    });
    await Promise.race([this.#mail.settled(), timeIsUp]);
    cancel();
    await this.#rows.close();
  }

  #moment(): Moment {
    return {
      nowSeconds: Math.floor(this.#clock.now() / 1_000),
      order: () => this.#commits.order(),
      limits: this.#limits,
    };
  }

  /** X coordinate, hex. Of a point with even y, which is what a leading 02 says. */
  #nodeKeyOf(account: string): string {
    const secret = createHmac('sha256', this.#nodeSecret).update(`node of ${account}`).digest();
    return Buffer.from(schnorr.publicKey(secret)).toString('hex');
  }
}
