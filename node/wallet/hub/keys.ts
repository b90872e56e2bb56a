// Every key of the hub's store and the value that stands under it. Keys sort as text, so numbers have a fixed width. Ids
// of accounts and keys of users hold no `!`, which separates the parts.
import type { KeyRange } from '../../../ledger/store/keys.ts';
import type { ConnectionRow } from './connections.ts';
import type { InvoiceRow } from './invoice-row.ts';
import type { RequestRow } from './requests.ts';

declare const valueBrand: unique symbol;

/** A key that knows the type of its value. */
export type Key<Value> = string & { readonly [valueBrand]: Value };

function key<Value>(text: string): Key<Value> {
  return text as Key<Value>;
}

/** Everything that begins with `prefix`, which ends with `!`; the character after `!` ends it. */
function within(prefix: string): KeyRange {
  return { gte: prefix, lt: `${prefix.slice(0, -1)}"` };
}

const ORDER_DIGITS = 16;
const SECONDS_DIGITS = 12;
const MICROSECONDS = 1_000_000;
/** The last whole second, in microseconds, that a number holds exactly: the year 2255. */
const SECONDS_MAX = 9_007_199_253;

function orderText(order: number): string {
  return String(order).padStart(ORDER_DIGITS, '0');
}

function lastPart(text: string): string {
  return text.slice(text.lastIndexOf('!') + 1);
}

/** Balance of an account, msat; only the issuer's is negative. */
export const balanceKey = (account: string) => key<number>(`a!${account}`);
export const ALL_BALANCES = within('a!');
export const accountOfBalance = lastPart;

/** Client keys of an account's connections. */
export const membersKey = (account: string) => key<readonly string[]>(`m!${account}`);
/** The account behind a node key (hex, x coordinate). */
export const nodeKey = (xOnly: string) => key<string>(`n!${xOnly}`);

export const connectionKey = (clientPublicKey: string) => key<ConnectionRow>(`c!${clientPublicKey}`);
export const ALL_CONNECTIONS = within('c!');
export const clientOfConnection = lastPart;
/** How many connections are not revoked. */
export const CONNECTIONS = key<number>('v!connections');

/** One operation of the books: what for, and account, change, account, change … */
export type JournalRow = readonly [kind: string, about: string, ...(string | number)[]];
export const journalKey = (order: number) => key<JournalRow>(`j!${orderText(order)}`);
export const ALL_JOURNAL = within('j!');
export const orderOfJournal = (text: string) => Number(lastPart(text));

/** What was issued under a caller's idempotency key. */
export const issueKey = (idempotencyKey: string) =>
  key<{ readonly account: string; readonly amountMsat: number }>(`k!${idempotencyKey}`);

/** Invoices of an account that nobody has paid. */
export const unpaidKey = (account: string) => key<number>(`u!${account}`);
export const invoiceKey = (paymentHash: string) => key<InvoiceRow>(`i!${paymentHash}`);
/** Payment hash of an invoice by the sha256 of its text. */
export const invoiceTextKey = (sha256: string) => key<string>(`l!${sha256}`);
/** Amount of a hold invoice whose money waits, msat. */
export const heldKey = (paymentHash: string) => key<number>(`h!${paymentHash}`);
export const ALL_HELD = within('h!');
export const hashOfHeld = lastPart;

/** Transactions of an account in order: all of them, and those in which money moved. */
export type HistoryScope = 'all' | 'moved';
export type Direction = 'incoming' | 'outgoing';
const SCOPES = { all: 't', moved: 's' } as const;
const DIRECTIONS = { incoming: 'i', outgoing: 'o' } as const;

export interface HistoryEntry {
  readonly account: string;
  readonly order: number;
  readonly direction: Direction;
  readonly paymentHash: string;
}

/** Kept with an empty value: the key says all. */
export const historyKey = (scope: HistoryScope, { account, order, direction, paymentHash }: HistoryEntry) =>
  key<''>(`${SCOPES[scope]}!${account}!${orderText(order)}!${DIRECTIONS[direction]}!${paymentHash}`);

/** From and until unix seconds, both inclusive. */
export function historyOf(scope: HistoryScope, account: string, from: number, until: number): KeyRange {
  const prefix = `${SCOPES[scope]}!${account}!`;
  const at = (seconds: number) => prefix + orderText(Math.min(seconds, SECONDS_MAX) * MICROSECONDS);
  return { gte: at(from), lt: at(until + 1) };
}

export function historyEntryOf(text: string): Pick<HistoryEntry, 'direction' | 'paymentHash'> {
  const [, , , direction, paymentHash = ''] = text.split('!');
  return { direction: direction === DIRECTIONS.incoming ? 'incoming' : 'outgoing', paymentHash };
}

/** A request that was executed, until it can come no more. */
export const requestKey = (requestId: string) => key<RequestRow>(`q!${requestId}`);

/** What is to be done at a time (unix seconds), soonest first. The value is empty. */
export type Duty = 'request' | 'hold' | 'unpaid';
export const dutyKey = (atSeconds: number, duty: Duty, about: string) =>
  key<''>(`d!${String(atSeconds).padStart(SECONDS_DIGITS, '0')}!${duty}!${about}`);
export const ALL_DUTIES = within('d!');

export function dutyOf(text: string): { atSeconds: number; duty: Duty; about: string } {
  const [, at, duty, about = ''] = text.split('!');
  return { atSeconds: Number(at), duty: duty as Duty, about };
}

/** Requests that were void by this time (unix seconds) are forgotten: they may never be taken again, whatever the clock says. */
export const FORGOTTEN_UNTIL = key<number>('v!forgotten-until');
