// What people ask an engine about money, and have it do: the books, the wallet, what was earned. Fits an engine in this
// process and the daemon's alike.
import type { Msat } from '../../protocol/money.ts';
import type {
  EarningsReport,
  LedgerReport,
  LedgerVerdict,
  TransactionReport,
  WalletReport,
} from '../../protocol/money-report.ts';

export interface EngineMoney {
  /** The books. @param runId a whole id: with every movement that concerns this run. @throws PylonError `store-*` */
  ledger(runId?: string): Promise<LedgerReport>;
  /** Holds the books against themselves, the wallet and what the providers of this home earned. A fault is told, not thrown. */
  verify(): Promise<LedgerVerdict>;
  /** What the providers of this home earned, and the latest invoices they gave. @throws PylonError `store-*` */
  earnings(limit: number): Promise<EarningsReport>;
  /** The wallet in use: the connected one, else the embedded hub. @throws PylonError `wallet-*` */
  wallet(): Promise<WalletReport>;
  invoice(wanted: { readonly amountMsat: Msat; readonly description?: string }): Promise<TransactionReport>;
  /** Pays any invoice from the wallet, for the user. @throws PylonError `payment-unknown` when its end is not known */
  pay(invoice: string): Promise<TransactionReport>;
  /** Newest first. */
  transactions(limit: number): Promise<readonly TransactionReport[]>;
  /** A connection to the embedded hub for another program: a secret, shown once. @throws PylonError `wallet-missing` */
  connect(wanted: { readonly name: string; readonly quotaMsat?: Msat; readonly fundMsat?: Msat }): Promise<string>;
}
