// What people ask about the money of this process: the books read, held against the wallet and the earnings, and the
// wallet's own doings. Nothing here moves what a run owes: that is the paymaster's.
import type { Book } from '../../ledger/book/book.ts';
import { earnings } from '../../ledger/book/earnings.ts';
import type { Bill } from '../../ledger/book/entry.ts';
import { movementsOf, payoutReport, payoutsOf, reportOf } from '../../ledger/book/report.ts';
import type { Store } from '../../ledger/store/store.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type {
  BillReport,
  EarningsReport,
  LedgerReport,
  LedgerVerdict,
  TransactionReport,
  WalletReport,
} from '../../protocol/money-report.ts';
import type { Transaction } from '../wallet/port.ts';
import type { EngineMoney } from './money-port.ts';
import type { Treasury } from './treasury.ts';
import { verifyMoney } from './verify-money.ts';

/** Payouts of one report: more is not read by a person, and `--run` finds the rest. */
const PAYOUTS_MAX = 1_000;
/** The wallet must ignore the request to pay after this time; routing may take as long. */
const PAYMENT_SECONDS = 60;

export interface EngineMoneyOptions {
  readonly book: Book;
  /** Absent with `--no-log`. */
  readonly store: Store | undefined;
  readonly treasury: Treasury;
  readonly nowMs: () => number;
}

const iso = (seconds: number) => new Date(seconds * 1_000).toISOString();

function transactionReport(transaction: Transaction): TransactionReport {
  return {
    type: transaction.type,
    state: transaction.state,
    amount_msat: transaction.amountMsat,
    fees_msat: transaction.feesPaidMsat,
    description: transaction.description ?? '',
    invoice: transaction.invoice ?? null,
    payment_hash: transaction.paymentHash,
    preimage: transaction.state === 'settled' ? (transaction.preimage ?? null) : null,
    created_at: iso(transaction.createdAt),
    settled_at: transaction.settledAt === undefined ? null : iso(transaction.settledAt),
  };
}

function billReport(bill: Bill): BillReport {
  const { id, provider, customer, state, amount_msat, payment_hash } = bill;
  const times = { created_at: iso(bill.created_ms / 1_000), updated_at: iso(bill.updated_ms / 1_000) };
  return { id, provider, customer, state, amount_msat, payment_hash, ...times };
}

export class LocalMoney implements EngineMoney {
  readonly #options: EngineMoneyOptions;

  constructor(options: EngineMoneyOptions) {
    this.#options = options;
  }

  async ledger(runId?: string): Promise<LedgerReport> {
    const { book, store } = this.#options;
    const payouts = (await payoutsOf(book, store, PAYOUTS_MAX, runId)).map(payoutReport);
    const movements = runId === undefined || store === undefined ? {} : { movements: await movementsOf(store, runId) };
    return { ...reportOf(book), payouts, ...movements };
  }

  verify(): Promise<LedgerVerdict> {
    return verifyMoney(this.#options);
  }

  async earnings(limit: number): Promise<EarningsReport> {
    const { providers, bills } = await earnings(this.#options.book.rows, limit);
    return { providers: [...providers], bills: bills.map(billReport) };
  }

  async wallet(): Promise<WalletReport> {
    const { wallet, isPlayMoney } = await this.#options.treasury.purse();
    const [info, balance_msat] = await Promise.all([wallet.getInfo(), wallet.getBalance()]);
    return {
      kind: isPlayMoney ? 'hub' : 'connected',
      label: isPlayMoney ? 'play money of the embedded hub' : 'the connected wallet',
      network: info.network,
      balance_msat,
      methods: [...info.methods],
      alias: info.alias,
      pubkey: info.pubkey,
    };
  }

  async invoice(wanted: Parameters<EngineMoney['invoice']>[0]): Promise<TransactionReport> {
    const { wallet } = await this.#options.treasury.purse();
    return transactionReport(await wallet.makeInvoice(wanted));
  }

  async pay(text: string): Promise<TransactionReport> {
    const { wallet } = await this.#options.treasury.purse();
    const { decodeInvoice } = await import('../../protocol/invoice.ts');
    const { text: invoice, paymentHash } = decodeInvoice(text);
    const expiresAt = Math.floor(this.#options.nowMs() / 1_000) + PAYMENT_SECONDS;
    let failure: PylonError | undefined;
    try {
      await wallet.pay(wallet.preparePayment({ invoice, expiresAt }));
    } catch (thrown) {
      failure = toPylonError(thrown);
    }
    const transaction = await wallet.lookupInvoice({ paymentHash }).catch((thrown: unknown) => {
      if (failure !== undefined) throw failure;
      throw thrown;
    });
    const isOurs = transaction.type === 'outgoing'; // and not an invoice of this very wallet
    if (isOurs && transaction.state === 'settled') return transactionReport(transaction);
    if (failure !== undefined && (!isOurs || transaction.state !== 'pending')) throw failure;
    throw new PylonError('payment-unknown', {
      value: paymentHash,
      next: 'look it up with `pylon wallet history` before you pay again',
      ...(failure === undefined ? {} : { cause: failure }),
    });
  }

  async transactions(limit: number): Promise<readonly TransactionReport[]> {
    const { wallet } = await this.#options.treasury.purse();
    return (await wallet.listTransactions({ limit, unpaid: true })).map(transactionReport);
  }

  async connect(wanted: Parameters<EngineMoney['connect']>[0]): Promise<string> {
    const bank = await this.#options.treasury.bank();
    return (await bank.connect(wanted)).reveal();
  }
}
