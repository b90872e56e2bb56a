// Who may use the hub: one connection per client key, each with a name, an account, what it may do and what it may send
// in all. Of the client's secret nothing is kept, as NIP-47 asks.
import { PylonError } from '../../../protocol/errors.ts';
import { isHex } from '../../../protocol/event.ts';
import type { WalletEncryption } from '../../../protocol/wallet/envelope.ts';
import type { WalletMethod } from '../../../protocol/wallet/methods.ts';
import { checkAccountId, ISSUER, openAccount, post } from './accounts.ts';
import type { Draft, Reader } from './draft.ts';
import { CONNECTIONS, connectionKey, membersKey, nodeKey } from './keys.ts';
import type { HubLimits } from './limits.ts';

export interface ConnectionRow {
  readonly name: string;
  readonly account: string;
  /** The most it may ever send; no bound when absent. */
  readonly quotaMsat?: number;
  /** Sent so far, what is held for hold invoices included. */
  readonly spentMsat: number;
  /** What it may ask for; everything when absent. */
  readonly methods?: readonly WalletMethod[];
  /** Unix seconds. */
  readonly createdAt: number;
  /** Unix seconds; it may do nothing since. */
  readonly revokedAt?: number;
  /** How its last request was sealed; NIP-44 until it made one. */
  readonly encryption?: WalletEncryption;
}

export interface Connection extends ConnectionRow {
  /** Hex. */
  readonly clientPublicKey: string;
}

export interface Admission {
  /** Hex; its secret is the client's alone. */
  readonly clientPublicKey: string;
  readonly name: string;
  /** The most it may ever send, msat. */
  readonly quotaMsat?: number;
  /** What it may ask for; everything unless told. */
  readonly methods?: readonly WalletMethod[];
  /** Whose money it uses: one of its own, named by its key, unless told. */
  readonly account?: string;
  /** Moved to its account when it is admitted, msat. */
  readonly fundMsat?: number;
  /** From whose money; newly issued play money unless told. */
  readonly fundFrom?: string;
}

export interface Admitting {
  readonly limits: HubLimits;
  readonly nowSeconds: number;
  readonly order: () => number;
  /** Key of an account's node, hex, x coordinate. */
  readonly nodeKeyOf: (account: string) => string;
}

const NAME_CHARS_MAX = 128;

function refused(value: string, reason: string): PylonError {
  return new PylonError('option-invalid', { value, reason, next: 'see node/wallet/hub/limits.ts' });
}

function amountOf(amountMsat: number | undefined): number {
  if (amountMsat !== undefined && (!Number.isSafeInteger(amountMsat) || amountMsat < 0))
    throw new PylonError('money-invalid', { value: String(amountMsat) });
  return amountMsat ?? 0;
}

/**
 * Admits a client, once: for a key that is known nothing changes and no money moves.
 * @throws PylonError `wallet-unauthorized` for one that was revoked; `wallet-insufficient-balance`, `option-invalid`, `money-invalid`
 */
export function admit(draft: Draft, admission: Admission, context: Admitting): ConnectionRow {
  const { clientPublicKey, name, quotaMsat, methods, fundFrom = ISSUER } = admission;
  const known = draft.get(connectionKey(clientPublicKey));
  if (known?.revokedAt !== undefined)
    throw new PylonError('wallet-unauthorized', {
      value: clientPublicKey,
      reason: 'this connection was revoked',
      next: 'make a new one',
    });
  if (known !== undefined) return known;
  if (!isHex(clientPublicKey, 64)) throw refused(clientPublicKey, 'a client is known by its public key, 64 hex digits');
  if (name.length > NAME_CHARS_MAX) throw refused(name, `a connection's name has at most ${NAME_CHARS_MAX} characters`);
  const account = checkAccountId(admission.account ?? clientPublicKey);
  if (fundFrom !== ISSUER) checkAccountId(fundFrom);
  amountOf(quotaMsat);
  join(draft, account, clientPublicKey, context);
  const fundMsat = amountOf(admission.fundMsat);
  const booking = {
    order: context.order(),
    kind: 'fund',
    about: clientPublicKey,
    from: fundFrom,
    to: account,
  } as const;
  if (fundMsat > 0) post(draft, { ...booking, amountMsat: fundMsat });
  const row: ConnectionRow = {
    name,
    account,
    spentMsat: 0,
    createdAt: context.nowSeconds,
    ...(quotaMsat === undefined ? {} : { quotaMsat }),
    ...(methods === undefined ? {} : { methods: [...methods] }),
  };
  draft.set(connectionKey(clientPublicKey), row);
  return row;
}

/** Makes a client a member of an account, which is opened when it is new. */
function join(draft: Draft, account: string, client: string, { limits, nodeKeyOf }: Admitting): void {
  const members = draft.get(membersKey(account)) ?? [];
  const connections = draft.get(CONNECTIONS) ?? 0;
  if (members.length >= limits.membersMax)
    throw refused(account, `an account has at most ${limits.membersMax} connections`);
  if (connections >= limits.connectionsMax)
    throw refused(client, `a hub has at most ${limits.connectionsMax} connections`);
  openAccount(draft, account);
  draft.set(nodeKey(nodeKeyOf(account)), account);
  draft.set(membersKey(account), [...members, client]);
  draft.set(CONNECTIONS, connections + 1);
}

/** Ends a connection for good; its account keeps its money. True when there was one to end. */
export function revoke(draft: Draft, clientPublicKey: string, nowSeconds: number): boolean {
  const row = draft.get(connectionKey(clientPublicKey));
  if (row === undefined || row.revokedAt !== undefined) return false;
  draft.set(connectionKey(clientPublicKey), { ...row, revokedAt: nowSeconds });
  const members = draft.get(membersKey(row.account)) ?? [];
  draft.set(
    membersKey(row.account),
    members.filter((member) => member !== clientPublicKey),
  );
  draft.set(CONNECTIONS, (draft.get(CONNECTIONS) ?? 1) - 1);
  return true;
}

/** The connection of a client that may ask. @throws PylonError `wallet-unauthorized` */
export function authorised(reader: Reader, clientPublicKey: string): ConnectionRow {
  const row = reader.get(connectionKey(clientPublicKey));
  if (row === undefined || row.revokedAt !== undefined)
    throw new PylonError('wallet-unauthorized', { reason: 'this key has no wallet here' });
  return row;
}

/** Counts what a connection sends. @throws PylonError `wallet-quota-exceeded` */
export function spend(draft: Draft, clientPublicKey: string, amountMsat: number): void {
  const row = authorised(draft, clientPublicKey);
  const spentMsat = row.spentMsat + amountMsat;
  if (row.quotaMsat !== undefined && spentMsat > row.quotaMsat)
    throw new PylonError('wallet-quota-exceeded', {
      reason: `of the ${row.quotaMsat} msat that this connection may send, ${row.quotaMsat - row.spentMsat} are left`,
    });
  draft.set(connectionKey(clientPublicKey), { ...row, spentMsat });
}

/** Gives back what was counted for a payment that was cancelled; a revoked connection keeps count too. */
export function unspend(draft: Draft, clientPublicKey: string, amountMsat: number): void {
  const row = draft.get(connectionKey(clientPublicKey));
  if (row !== undefined) draft.set(connectionKey(clientPublicKey), { ...row, spentMsat: row.spentMsat - amountMsat });
}
