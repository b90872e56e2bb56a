// The ten methods of the hub, for whoever may ask. A request that changes something is executed at most once: it is
// remembered, with its answer, in the same operation; whoever asks again hears the same.
import type { Random } from '../../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import { msat } from '../../../protocol/money.ts';
import {
  encodeWalletResult,
  parseWalletCall,
  WALLET_NOTIFICATIONS,
  type WalletCall,
} from '../../../protocol/wallet/body.ts';
import { WALLET_METHODS, type WalletMethod } from '../../../protocol/wallet/methods.ts';
import type { WalletInfo } from '../../../protocol/wallet/results.ts';
import { balanceOf } from './accounts.ts';
import type { Commits } from './commits.ts';
import { authorised, type ConnectionRow } from './connections.ts';
import type { Draft } from './draft.ts';
import { answer, type Effect, failureBody, paymentBody, tellClosed, tellPaid } from './effects.ts';
import { list, lookUp } from './history.ts';
import { cancelHold, settleHold } from './holds.ts';
import { transactionOf, type WaitingRequest } from './invoice-row.ts';
import { type HubInvoiceWanted, keepInvoice, makeInvoice } from './invoices.ts';
import { connectionKey, invoiceKey, requestKey } from './keys.ts';
import type { HubLimits } from './limits.ts';
import type { Moment } from './moment.ts';
import { payInvoice, payKeysend } from './payments.ts';
import { type RequestRow, remember } from './requests.ts';
import type { Rows } from './rows.ts';

/** A request whose signature held, opened. */
export interface Asked extends WaitingRequest {
  /** Unix seconds. */
  readonly voidAt: number;
  readonly method: string;
  readonly params: unknown;
}

export interface TellerOptions {
  readonly rows: Rows;
  readonly commits: Commits;
  readonly alias: string;
  readonly limits: HubLimits;
  readonly random: Random;
  /** Of the hub's node: signs every invoice. */
  readonly nodeSecret: Uint8Array;
  /** Key of an account's node, 33 bytes in hex. */
  readonly nodePublicKeyOf: (account: string) => string;
  readonly moment: () => Moment;
}

/** What a method did: what is kept of the request, and what is told besides its answer. */
interface Done {
  readonly kept: RequestRow;
  readonly effects?: readonly Effect[];
}

type Operation = (draft: Draft, moment: Moment) => Done;

export class Teller {
  readonly #options: TellerOptions;

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /** Does what is asked. @returns what is to be told now. @throws PylonError as NIP-47 has it; `store-failed`, `ledger-corrupt` */
  async serve(asked: Asked): Promise<readonly Effect[]> {
    const { commits } = this.#options;
    const connection = authorised(commits, asked.client);
    if (connection.encryption !== asked.encryption) await this.#noteEncryption(asked);
    const call = parseWalletCall(asked);
    if (connection.methods?.includes(call.method) === false)
      throw new PylonError('wallet-restricted', { reason: `this connection may not use ${call.method}` });
    const operation = await this.#operationOf(call, asked, connection);
    if (operation === undefined) return [answer(asked, await this.#read(call, connection))];
    return commits.run((draft) => this.#once(draft, asked, operation));
  }

  /**
   * Refuses a request for reasons that may pass, for good: one that would spend must not be carried out later by
   * whoever sends it again.
   */
  async refuse(asked: Asked, error: PylonError): Promise<readonly Effect[]> {
    if (asked.method !== 'pay_invoice' && asked.method !== 'pay_keysend')
      return [answer(asked, failureBody(asked.method, error))];
    const refusal = () => {
      throw error;
    };
    return this.#options.commits.run((draft) => this.#once(draft, asked, refusal));
  }

  #once(draft: Draft, asked: Asked, operation: Operation): readonly Effect[] {
    const known = draft.get(requestKey(asked.requestId));
    const { kept, effects = [] } = known === undefined ? this.#attempt(draft, asked, operation) : { kept: known };
    if (known === undefined) remember(draft, asked.requestId, asked.voidAt, kept);
    const body = 'body' in kept ? kept.body : paymentBody(kept.method, draft.get(invoiceKey(kept.paying)));
    return body === undefined ? effects : [answer(asked, body), ...effects];
  }

  /** A refusal is an answer, and is kept like one; what went wrong inside is not. */
  #attempt(draft: Draft, asked: Asked, operation: Operation): Done {
    try {
      return draft.attempt((inner) => operation(inner, this.#options.moment()));
    } catch (thrown) {
      const error = toPylonError(thrown);
      if (!/^(wallet-|invoice-|request-invalid|money-invalid)/.test(error.code)) throw error;
      return { kept: { body: failureBody(asked.method, error) } };
    }
  }

  /** What a method that changes something does; undefined for one that only reads. */
  async #operationOf(call: WalletCall, asked: Asked, connection: ConnectionRow): Promise<Operation | undefined> {
    const { account } = connection;
    switch (call.method) {
      case 'pay_invoice':
        return paying(call.method, (draft, moment) => payInvoice(draft, call.params, waitingOf(asked), moment));
      case 'pay_keysend': {
        const { preimage = Buffer.from(this.#options.random.bytes(32)).toString('hex'), ...wanted } = call.params;
        return paying(call.method, (draft, moment) => payKeysend(draft, { ...wanted, preimage }, asked.client, moment));
      }
      case 'make_invoice':
      case 'make_hold_invoice':
        return this.#making(call.method, call.params, account);
      case 'settle_hold_invoice': {
        const { preimage } = call.params;
        return closing(call.method, (draft, moment) => settleHold(draft, account, preimage, moment));
      }
      case 'cancel_hold_invoice': {
        const { paymentHash } = call.params;
        return closing(call.method, (draft, moment) => cancelHold(draft, account, paymentHash, moment));
      }
      default:
        return undefined;
    }
  }

  async #making(
    method: 'make_invoice' | 'make_hold_invoice',
    wanted: HubInvoiceWanted,
    account: string,
  ): Promise<Operation> {
    const made = await makeInvoice(wanted, this.#options.moment().nowSeconds, this.#options);
    return (draft, moment) => {
      const row = keepInvoice(draft, account, made, moment);
      const transaction = transactionOf(made.paymentHash, row, 'incoming', moment.nowSeconds);
      return { kept: { body: encodeWalletResult(method, transaction) } };
    };
  }

  /** @throws PylonError `wallet-not-found` | `request-invalid` */
  async #read(call: WalletCall, connection: ConnectionRow): Promise<string> {
    const { commits, rows } = this.#options;
    const { account } = connection;
    const { nowSeconds } = this.#options.moment();
    switch (call.method) {
      case 'get_balance':
        return encodeWalletResult(call.method, msat(await commits.run((draft) => balanceOf(draft, account))));
      case 'lookup_invoice':
        return encodeWalletResult(
          call.method,
          await commits.run((draft) => lookUp(draft, account, call.params, nowSeconds)),
        );
      case 'list_transactions':
        await commits.settled();
        return encodeWalletResult(call.method, await list(rows, account, call.params, nowSeconds));
      case 'get_info':
        return encodeWalletResult(call.method, this.#infoOf(connection));
      default:
        throw new PylonError('wallet-not-implemented', { value: call.method });
    }
  }

  #infoOf({ account, methods = WALLET_METHODS }: ConnectionRow): WalletInfo {
    const { alias, nodePublicKeyOf } = this.#options;
    return {
      alias,
      pubkey: nodePublicKeyOf(account),
      network: 'regtest',
      methods,
      notifications: WALLET_NOTIFICATIONS,
    };
  }

  async #noteEncryption({ client, encryption }: WaitingRequest): Promise<void> {
    await this.#options.commits.run((draft) =>
      draft.set(connectionKey(client), { ...authorised(draft, client), encryption }),
    );
  }
}

function waitingOf({ requestId, client, encryption }: Asked): WaitingRequest {
  return { requestId, client, encryption };
}

function paying(
  method: WalletMethod,
  pay: (draft: Draft, moment: Moment) => { paymentHash: string; isNew: boolean },
): Operation {
  return (draft, moment) => {
    const { paymentHash, isNew } = pay(draft, moment);
    const effects = isNew ? tellPaid(draft, paymentHash, moment.nowSeconds) : [];
    return { kept: { paying: paymentHash, method }, effects };
  };
}

function closing(
  method: 'settle_hold_invoice' | 'cancel_hold_invoice',
  close: (draft: Draft, moment: Moment) => ReturnType<typeof settleHold>,
): Operation {
  return (draft, moment) => {
    const closed = close(draft, moment);
    return { kept: { body: encodeWalletResult(method, {}) }, effects: tellClosed(draft, closed, moment.nowSeconds) };
  };
}
