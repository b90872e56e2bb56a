// The rows of the catalogue that are about money: wallets, invoices, payments.
import { type CatalogueRow, EXIT, row } from './error-row.ts';

/** code → what it means, what to do next, and the exit code a command ends with. */
export const MONEY_ERRORS = {
  'escrow-unavailable': row(
    EXIT.failed,
    'no provider works for money in escrow',
    'ask without --escrow, or on another relay',
  ),
  'wallet-missing': row(
    EXIT.failed,
    'no wallet is connected',
    'connect one with `pylon wallet connect <uri>`, or set PYLON_NWC',
  ),
  'wallet-uri-invalid': row(
    EXIT.usage,
    'the wallet connection is not a nostr+walletconnect:// address',
    'copy it whole from the wallet, with `relay` and `secret`',
  ),
  'wallet-timeout': row(
    EXIT.failed,
    'the wallet did not answer in time',
    'check that the wallet runs and that its relay can be reached',
  ),
  'wallet-response-invalid': row(
    EXIT.failed,
    'the answer of the wallet is malformed',
    'report it to whoever makes the wallet',
  ),
  'wallet-rate-limited': row(EXIT.failed, 'the wallet wants fewer requests', 'wait a few seconds'),
  'wallet-not-implemented': row(EXIT.failed, 'the wallet does not know this method', 'use another wallet for it'),
  'wallet-insufficient-balance': row(EXIT.failed, 'the wallet has too little money', 'put money into it'),
  'wallet-quota-exceeded': row(EXIT.failed, 'the connection may not spend more', 'raise its quota in the wallet'),
  'wallet-restricted': row(EXIT.failed, 'the connection may not do this', 'allow the method in the wallet'),
  'wallet-unauthorized': row(EXIT.failed, 'the wallet does not know this connection', 'connect it anew'),
  'wallet-internal': row(EXIT.failed, 'the wallet failed inside', 'look into the log of the wallet'),
  'wallet-unsupported-encryption': row(
    EXIT.failed,
    'the wallet and this Pylon have no encryption in common',
    'update the wallet: NIP-44 is wanted, NIP-04 is taken where there is nothing else',
  ),
  'wallet-other': row(EXIT.failed, 'the wallet refused', 'read its reason'),
  'wallet-payment-failed': row(
    EXIT.failed,
    'the wallet says that the payment failed',
    'it is looked up before it is believed; see `pylon ledger`',
  ),
  'wallet-not-found': row(EXIT.failed, 'the wallet knows no such invoice', 'check the payment hash'),
  'invoice-invalid': row(EXIT.failed, 'the invoice cannot be read', 'ask for another: it must be BOLT11'),
  'invoice-refused': row(
    EXIT.failed,
    'the invoice is not for what is owed',
    'nothing was paid; the one who sent it must ask for the right amount, on the right network, in time',
  ),
  'invoice-expired': row(EXIT.failed, 'the invoice has expired', 'ask for a new one'),
  'invoice-request-invalid': row(
    EXIT.failed,
    'a request for an invoice is malformed, or its id was used for another',
    'follow docs/protocol.md',
  ),
  'invoice-limit': row(
    EXIT.failed,
    'too many invoices are open at this provider',
    'pay one of them, or ask again when they have expired',
  ),
  'invoice-denied': row(
    EXIT.failed,
    'the provider gives no invoice',
    'what is owed stays owed, and is offered again with the next payment',
  ),
  'invoice-timeout': row(
    EXIT.failed,
    'the provider sent no invoice in time',
    'what is owed stays owed, and is offered again with the next payment',
  ),
  'payment-proof-invalid': row(
    EXIT.failed,
    'the preimage is not the one of the invoice',
    'the payment stays unknown until the wallet proves it',
  ),
  'payment-unknown': row(
    EXIT.failed,
    'nobody knows yet whether the payment was made',
    'it is looked up until the wallet knows, and never paid again; see `pylon ledger`',
  ),
  'ledger-corrupt': row(
    EXIT.failed,
    'the books do not balance',
    'nothing is spent until it is known why; keep PYLON_HOME/store and report it',
  ),
  'ledger-conflict': row(
    EXIT.failed,
    'this operation was done before with another content',
    'nothing was changed; please report it',
  ),
} as const satisfies Record<string, CatalogueRow>;
