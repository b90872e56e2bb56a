// Money over HTTP: the books, their verification, and the wallet. All of it needs the token.
import { z } from 'zod';
import { msat } from '../../../protocol/money.ts';
import {
  earningsReportSchema,
  ledgerReportSchema,
  ledgerVerdictSchema,
  transactionReportSchema,
  walletReportSchema,
} from '../../../protocol/money-report.ts';
import { parseRequest } from '../failure.ts';
import type { Route } from '../route.ts';

/** Most transactions or invoices of one answer. */
const PAGE_MAX = 1_000;

const amount = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const ledgerQuerySchema = z.object({ run: z.string().min(1).max(26).optional() });
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(20),
});
export const transactionListSchema = z.object({ transactions: z.array(transactionReportSchema) });
export const invoiceRequestSchema = z.strictObject({
  amount_msat: amount,
  description: z.string().max(512).optional(),
});
export const paymentRequestSchema = z.strictObject({ invoice: z.string().min(1).max(8_192) });
export const connectRequestSchema = z.strictObject({
  name: z.string().min(1).max(128),
  quota_msat: amount.optional(),
  fund_msat: amount.optional(),
});
export const connectedSchema = z.object({ uri: z.string() });

export const moneyRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/ledger',
    summary: 'Balances, budgets, what is owed and every payout; with `run`, each movement that concerns it',
    query: ledgerQuerySchema,
    status: 200,
    response: ledgerReportSchema,
    async handle({ engine }, input) {
      const { run } = parseRequest(ledgerQuerySchema, input.query, 'query');
      return engine.money.ledger(run === undefined ? undefined : await engine.runs.resolve(run));
    },
  },
  {
    method: 'GET',
    path: '/api/ledger/verify',
    summary: 'The books held against themselves, the wallet and what the providers of this home earned',
    status: 200,
    response: ledgerVerdictSchema,
    handle: ({ engine }) => engine.money.verify(),
  },
  {
    method: 'GET',
    path: '/api/earnings',
    summary: 'What the providers of this home earned, and the latest invoices they gave',
    query: pageQuerySchema,
    status: 200,
    response: earningsReportSchema,
    handle: ({ engine }, input) => engine.money.earnings(parseRequest(pageQuerySchema, input.query, 'query').limit),
  },
  {
    method: 'GET',
    path: '/api/wallet',
    summary: 'The wallet in use and its balance',
    status: 200,
    response: walletReportSchema,
    handle: ({ engine }) => engine.money.wallet(),
  },
  {
    method: 'GET',
    path: '/api/wallet/transactions',
    summary: 'The latest transactions of the wallet, newest first',
    query: pageQuerySchema,
    status: 200,
    response: transactionListSchema,
    async handle({ engine }, input) {
      const { limit } = parseRequest(pageQuerySchema, input.query, 'query');
      return { transactions: await engine.money.transactions(limit) };
    },
  },
  {
    method: 'POST',
    path: '/api/wallet/invoices',
    summary: 'An invoice that pays into the wallet',
    body: invoiceRequestSchema,
    status: 200,
    response: transactionReportSchema,
    handle({ engine }, input) {
      const { amount_msat, description } = parseRequest(invoiceRequestSchema, input.body, 'body');
      return engine.money.invoice({
        amountMsat: msat(amount_msat),
        ...(description === undefined ? {} : { description }),
      });
    },
  },
  {
    method: 'POST',
    path: '/api/wallet/payments',
    summary: 'Pay an invoice from the wallet',
    body: paymentRequestSchema,
    status: 200,
    response: transactionReportSchema,
    handle: ({ engine }, input) => engine.money.pay(parseRequest(paymentRequestSchema, input.body, 'body').invoice),
  },
  {
    method: 'POST',
    path: '/api/wallet/connections',
    summary: 'A connection to the embedded hub for another program; the answer holds a secret',
    body: connectRequestSchema,
    status: 200,
    response: connectedSchema,
    async handle({ engine }, input) {
      const { name, quota_msat, fund_msat } = parseRequest(connectRequestSchema, input.body, 'body');
      const uri = await engine.money.connect({
        name,
        ...(quota_msat === undefined ? {} : { quotaMsat: msat(quota_msat) }),
        ...(fund_msat === undefined ? {} : { fundMsat: msat(fund_msat) }),
      });
      return { uri };
    },
  },
];
