// What a client may see of the past: one transaction by its hash, and lists, newest first, each only of its own account.
import { PylonError } from '../../../protocol/errors.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { SEALED_PLAINTEXT_BYTES_64K } from '../../../protocol/limits.ts';
import type { WalletParams } from '../../../protocol/wallet/methods.ts';
import { type Transaction, transactionToWire } from '../../../protocol/wallet/transaction.ts';
import type { Reader } from './draft.ts';
import { transactionOf } from './invoice-row.ts';
import { historyEntryOf, historyOf, invoiceKey, invoiceTextKey } from './keys.ts';
import type { Rows } from './rows.ts';

export type HistoryFilter = WalletParams['list_transactions'];

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 200;
/** Keys passed over are read all the same, half a million a second. */
const OFFSET_MAX = 100_000;
/** Bytes of a list: with its frame it fits into a message of 64 KiB, whatever the relay. */
const LIST_BYTES_MAX = SEALED_PLAINTEXT_BYTES_64K - 1_024;

function notFound(): PylonError {
  return new PylonError('wallet-not-found', { reason: 'there is no such invoice or payment' });
}

/** The transaction of an account. What others owe each other is not found. @throws PylonError `wallet-not-found` */
export function lookUp(
  reader: Reader,
  account: string,
  wanted: WalletParams['lookup_invoice'],
  nowSeconds: number,
): Transaction {
  const paymentHash =
    'paymentHash' in wanted ? wanted.paymentHash : reader.get(invoiceTextKey(sha256Hex(wanted.invoice.toLowerCase())));
  const row = paymentHash === undefined ? undefined : reader.get(invoiceKey(paymentHash));
  if (paymentHash === undefined || row === undefined) throw notFound();
  if (row.payee === account) return transactionOf(paymentHash, row, 'incoming', nowSeconds);
  if (row.payment?.payer === account) return transactionOf(paymentHash, row, 'outgoing', nowSeconds);
  throw notFound();
}

/**
 * Newest first, as many as were asked for and fit into one answer; the next are asked for with an offset.
 * @throws PylonError `request-invalid` for an offset past all reason
 */
export async function list(
  rows: Rows,
  account: string,
  filter: HistoryFilter,
  nowSeconds: number,
): Promise<Transaction[]> {
  const { from = 0, until = nowSeconds, limit = LIMIT_DEFAULT, offset = 0, unpaid = false, type } = filter;
  if (offset > OFFSET_MAX)
    throw new PylonError('request-invalid', { reason: `an offset is at most ${OFFSET_MAX}: ask for an earlier time` });
  const found: Transaction[] = [];
  let [passed, bytes] = [0, 0];
  if (limit === 0 || until < from) return found;
  for await (const key of rows.keys(historyOf(unpaid ? 'all' : 'moved', account, from, until), { reverse: true })) {
    const { direction, paymentHash } = historyEntryOf(key);
    if (type !== undefined && type !== direction) continue;
    passed += 1;
    const row = passed > offset ? rows.value(invoiceKey(paymentHash)) : undefined;
    if (row === undefined) continue;
    const transaction = transactionOf(paymentHash, row as Parameters<typeof transactionOf>[1], direction, nowSeconds);
    bytes += Buffer.byteLength(JSON.stringify(transactionToWire(transaction))) + 1;
    if (bytes > LIST_BYTES_MAX) break;
    found.push(transaction);
    if (found.length >= Math.min(limit, LIMIT_MAX)) break;
  }
  return found;
}
