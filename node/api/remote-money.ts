// The money of a daemon, reached over its API, with the interface of an engine's own.
import {
  type EarningsReport,
  earningsReportSchema,
  type LedgerReport,
  type LedgerVerdict,
  ledgerReportSchema,
  ledgerVerdictSchema,
  type TransactionReport,
  transactionReportSchema,
  type WalletReport,
  walletReportSchema,
} from '../../protocol/money-report.ts';
import type { EngineMoney } from '../engine/money-port.ts';
import { type ApiAddress, callApi } from './client.ts';
import { readAnswer } from './read-answer.ts';
import { connectedSchema, transactionListSchema } from './routes/money.ts';

/** Verifying looks every payment up, and paying may take a minute. */
const PATIENCE_MS = 120_000;

export class RemoteMoney implements EngineMoney {
  readonly #address: ApiAddress;

  constructor(address: ApiAddress) {
    this.#address = address;
  }

  async ledger(runId?: string): Promise<LedgerReport> {
    const path = runId === undefined ? '/api/ledger' : `/api/ledger?run=${encodeURIComponent(runId)}`;
    return readAnswer(ledgerReportSchema, await callApi(this.#address, 'GET', path));
  }

  async verify(): Promise<LedgerVerdict> {
    const answer = await callApi(this.#address, 'GET', '/api/ledger/verify', undefined, PATIENCE_MS);
    return readAnswer(ledgerVerdictSchema, answer);
  }

  async earnings(limit: number): Promise<EarningsReport> {
    return readAnswer(earningsReportSchema, await callApi(this.#address, 'GET', `/api/earnings?limit=${limit}`));
  }

  async wallet(): Promise<WalletReport> {
    return readAnswer(walletReportSchema, await callApi(this.#address, 'GET', '/api/wallet'));
  }

  async invoice({ amountMsat, description }: Parameters<EngineMoney['invoice']>[0]): Promise<TransactionReport> {
    const body = { amount_msat: amountMsat, ...(description === undefined ? {} : { description }) };
    return readAnswer(transactionReportSchema, await callApi(this.#address, 'POST', '/api/wallet/invoices', body));
  }

  async pay(invoice: string): Promise<TransactionReport> {
    const answer = await callApi(this.#address, 'POST', '/api/wallet/payments', { invoice }, PATIENCE_MS);
    return readAnswer(transactionReportSchema, answer);
  }

  async transactions(limit: number): Promise<readonly TransactionReport[]> {
    const answer = await callApi(this.#address, 'GET', `/api/wallet/transactions?limit=${limit}`);
    return readAnswer(transactionListSchema, answer).transactions;
  }

  async connect({ name, quotaMsat, fundMsat }: Parameters<EngineMoney['connect']>[0]): Promise<string> {
    const quota = quotaMsat === undefined ? {} : { quota_msat: quotaMsat };
    const fund = fundMsat === undefined ? {} : { fund_msat: fundMsat };
    const answer = await callApi(this.#address, 'POST', '/api/wallet/connections', { name, ...quota, ...fund });
    return readAnswer(connectedSchema, answer).uri;
  }
}
