// The money of this process: which wallet pays in which session, what it may take, and what is left to be looked up.
// The embedded session pays with the hub's play money; with relays elsewhere the connected wallet pays, or none.
import type { Payer, PaymentsAhead } from '../../conductor/ports.ts';
import { balancesWithin, inflightAccount } from '../../ledger/book/accounts.ts';
import type { Book, Operation } from '../../ledger/book/book.ts';
import { openPayouts } from '../../ledger/book/payout.ts';
import { toPylonError } from '../../protocol/errors.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { type Msat, msat, satsToMsat } from '../../protocol/money.ts';
import { ulid } from '../../protocol/ulid.ts';
import { BookBilling } from '../swarm/billing/book-billing.ts';
import type { Billing } from '../swarm/billing/port.ts';
import { type EscrowDesk, WalletPaymentsAhead } from '../wallet/ahead/payments-ahead.ts';
import { readConnection } from '../wallet/connection.ts';
import { NwcClient } from '../wallet/nwc-client.ts';
import { Paymaster } from '../wallet/paymaster.ts';
import { PayoutWatch } from '../wallet/payout-watch.ts';
import type { Wallet } from '../wallet/port.ts';
import { accountOfProvider, Bank, HOME_ACCOUNT } from './bank.ts';
import { embeddedKeys } from './embedded-keys.ts';
import { type EngineOptions, moneyOf } from './port.ts';

/** Our own providers are paid by ourselves, at the threshold at the latest. */
const EMBEDDED_CREDIT_MSAT = satsToMsat(1_000);

/** A wallet that is away is tried again after this time, so that what it knows is known within a minute of its return. */
const TAKE_UP_AGAIN_MS = 10_000;

/** A wallet that pays, and what is known of its payments. */
export interface Purse {
  readonly wallet: Wallet;
  /** Play money, and always called so. */
  readonly isPlayMoney: boolean;
  /** What routing may cost on top of a payment, in millionths: the hub routes nothing. */
  readonly feePpm: number;
  readonly watch: PayoutWatch;
}

export interface Payers {
  readonly payer: Payer;
  readonly ahead: PaymentsAhead;
}

export interface TreasuryOptions {
  readonly engine: EngineOptions;
  readonly book: Book;
  /** Makes an operation durable. */
  readonly post: (operation: Operation) => Promise<void>;
}

export class Treasury {
  readonly #options: TreasuryOptions;
  #embedded: Promise<KeyPair> | undefined;
  #bank: Promise<Bank> | undefined;
  #hubPurse: Promise<Purse> | undefined;
  #connectedPurse: Promise<Purse | undefined> | undefined;
  #isClosed = false;
  #endPause: () => void = () => undefined;

  constructor(options: TreasuryOptions) {
    this.#options = options;
  }

  /** The root of the keys of everything embedded, read once. */
  embedded(): Promise<KeyPair> {
    this.#embedded ??= embeddedKeys(this.#options.engine);
    return this.#embedded;
  }

  /** The embedded hub, opened once. */
  bank(): Promise<Bank> {
    const { engine } = this.#options;
    this.#bank ??= this.embedded().then((keys) => Bank.open(engine, keys, moneyOf(engine).hubRelays));
    this.#bank.catch(() => {
      this.#bank = undefined;
    });
    return this.#bank;
  }

  /** The hub's play money; what an earlier process left unknown was looked up before this resolves. */
  hubPurse(): Promise<Purse> {
    this.#hubPurse ??= this.bank().then(async (bank) => this.#purse(await bank.wallet(HOME_ACCOUNT), true, 0));
    this.#hubPurse.catch(() => {
      this.#hubPurse = undefined;
    });
    return this.#hubPurse;
  }

  /** The wallet that the user connected; undefined where none is. @throws PylonError `wallet-uri-invalid` */
  connectedPurse(): Promise<Purse | undefined> {
    this.#connectedPurse ??= this.#connect();
    this.#connectedPurse.catch(() => {
      this.#connectedPurse = undefined;
    });
    return this.#connectedPurse;
  }

  /** The wallet in use: the connected one, else the hub's. */
  async purse(): Promise<Purse> {
    return (await this.connectedPurse()) ?? this.hubPurse();
  }

  /** Payments whose end an earlier process did not learn are looked up now, not only when the next run pays. */
  async lookUpLeft(): Promise<void> {
    const left = [...openPayouts(this.#options.book.rows)];
    if (left.length === 0) return;
    const connected = await this.connectedPurse();
    if (left.some(({ wallet }) => wallet !== connected?.wallet.id)) await this.hubPurse();
  }

  /** Who pays the providers of a session, for their work and ahead of it. @param keys the identity that asks them */
  payers({ wallet, watch }: Purse, desk: EscrowDesk, keys: KeyPair): Payers {
    const { engine, book, post } = this.#options;
    const { clock, random, notice } = engine;
    const freshId = () => ulid(clock.now(), random.bytes(10));
    const common = { wallet, watch, book, post, clock, notice, desk, freshId };
    const ahead = new WalletPaymentsAhead({ ...common, deriveSecret: (label) => keys.deriveSecret(label) });
    ahead.resume();
    return { payer: new Paymaster({ ...common, thresholdMsat: moneyOf(engine).payoutThresholdMsat }), ahead };
  }

  /** The money of a provider of this home. @param wallet absent where nobody can pay it */
  billing(provider: string, creditMsat: Msat, wallet: Wallet | undefined): Billing {
    const { engine, book, post } = this.#options;
    const { clock, notice } = engine;
    return new BookBilling({
      provider,
      creditMsat,
      book,
      post,
      clock,
      log: notice,
      ...(wallet === undefined ? {} : { wallet }),
    });
  }

  /** An embedded provider, paid into an account of its own in the hub. */
  async embeddedBilling(provider: string): Promise<Billing> {
    const wallet = await (await this.bank()).wallet(accountOfProvider(provider));
    return this.billing(provider, EMBEDDED_CREDIT_MSAT, wallet);
  }

  /** Where this home's own provider is paid: the connected wallet, else the hub where others can reach it. */
  async earningWallet(): Promise<Wallet | undefined> {
    const connected = await this.connectedPurse();
    if (connected !== undefined) return connected.wallet;
    return moneyOf(this.#options.engine).hubRelays.length === 0 ? undefined : (await this.hubPurse()).wallet;
  }

  /** What the wallet holds beyond what is owed or on its way already. @throws PylonError `wallet-*` */
  async spendableMsat({ wallet }: Purse): Promise<Msat> {
    const { rows } = this.#options.book;
    let committed = 0;
    for (const prefix of ['payable/', inflightAccount('')])
      for (const [, amount] of balancesWithin(rows, prefix)) committed += amount;
    return msat(Math.max(0, (await wallet.getBalance()) - committed));
  }

  /**
   * Has the wallets that earlier processes asked say what came of it, before anybody spends anything; one that is away is
   * tried again until this is closed. Never rejects.
   */
  async takeUpPayouts(): Promise<void> {
    const { book, engine } = this.#options;
    while (!this.#isClosed && [...openPayouts(book.rows)].length > 0) {
      try {
        const connected = await this.connectedPurse();
        const isLeft = [...openPayouts(book.rows)].some(({ wallet }) => wallet !== connected?.wallet.id);
        if (isLeft && !this.#isClosed) await this.hubPurse();
        return; // from now on their watches ask
      } catch (thrown) {
        engine.notice(`payments of an earlier process are not looked up yet: ${toPylonError(thrown).message}`);
      }
      await this.#pause(TAKE_UP_AGAIN_MS);
    }
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#endPause();
    const [hub, connected, bank] = await Promise.allSettled([this.#hubPurse, this.#connectedPurse, this.#bank]);
    const purses = [hub, connected].flatMap((opened) => (opened.status === 'fulfilled' ? (opened.value ?? []) : []));
    await Promise.all(purses.map(({ watch }) => watch.lookOnceMore()));
    const watches = purses.map(({ watch }) => watch.close());
    await Promise.all(purses.map(({ wallet }) => wallet.close())); // a lookup under way is not waited for: the next start asks again
    await Promise.all(watches);
    if (bank.status === 'fulfilled') await bank.value?.close();
  }

  #pause(delayMs: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.engine.clock.after(delayMs, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  async #connect(): Promise<Purse | undefined> {
    const { engine } = this.#options;
    const { home, environment, clock, random, notice } = engine;
    const stored = await readConnection(home, environment);
    if (stored === undefined) return undefined;
    const wallet = new NwcClient({ connection: stored.connection, clock, random, log: notice });
    try {
      await wallet.ready();
      return await this.#purse(wallet, false, moneyOf(engine).feeReservePpm);
    } catch (thrown) {
      await wallet.close();
      throw thrown;
    }
  }

  async #purse(wallet: Wallet, isPlayMoney: boolean, feePpm: number): Promise<Purse> {
    const { engine, book, post } = this.#options;
    const { clock, notice } = engine;
    const watch = new PayoutWatch({ wallet, book, post, clock, notice });
    await watch.recover();
    return { wallet, isPlayMoney, feePpm, watch };
  }
}
