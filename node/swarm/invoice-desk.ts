// The customer's side of an invoice: asks a provider for one, and takes only that provider's answer to exactly this
// request. What it says is unread here: whoever pays checks it.
import type { Clock } from '../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { tagValue, type VerifiedEvent } from '../../protocol/event.ts';
import { parseFeedback } from '../../protocol/feedback.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import type { Msat } from '../../protocol/money.ts';
import {
  encodeInvoiceRequest,
  type InvoiceLine,
  invoiceRequestEvent,
  parseInvoiceAnswer,
} from '../../protocol/payment.ts';
import type { RelayPool } from '../pool/relay-pool.ts';
import { refusedInvoice } from './provider-error.ts';

export interface InvoiceWish {
  /** Hex key of the provider that is to be paid. */
  readonly provider: string;
  /** At most 64 visible ASCII characters. The same one again, with the same lines, is answered with the same invoice. */
  readonly payoutId: string;
  /** Sum of the jobs. */
  readonly amountMsat: Msat;
  /** At most INVOICE_JOBS_MAX, each job once. */
  readonly jobs: readonly InvoiceLine[];
  /** How long the invoice is to hold; an hour unless told. */
  readonly expirySeconds?: number;
  readonly timeoutMs: number;
}

export interface InvoiceDeskInit {
  readonly pool: RelayPool;
  readonly keys: KeyPair;
  readonly clock: Clock;
  /** What comes for this request from now on comes late. */
  readonly onSettled: (requestId: string) => void;
}

interface Pending {
  readonly provider: string;
  readonly payoutId: string;
  settle(conclude: () => void): void;
  readonly resolve: (invoice: string) => void;
  readonly reject: (error: PylonError) => void;
}

const EXPIRY_SECONDS_DEFAULT = 3_600;
/** A request that its asker has given up is void soon after: clocks differ. */
const EXPIRATION_SLACK_SECONDS = 10;

export class InvoiceDesk {
  readonly #init: InvoiceDeskInit;
  readonly #pending = new Map<string, Pending>();

  constructor(init: InvoiceDeskInit) {
    this.#init = init;
  }

  /**
   * Asks, and waits for the answer.
   * @throws PylonError `invoice-timeout` | `invoice-denied`, or the provider's own `invoice-*` code | `seal-invalid` |
   *   `invoice-request-invalid` | `relay-*`
   */
  async request(wish: InvoiceWish): Promise<string> {
    const { pool, keys, clock } = this.#init;
    const { provider, payoutId, amountMsat, jobs, expirySeconds = EXPIRY_SECONDS_DEFAULT, timeoutMs } = wish;
    const body = encodeInvoiceRequest({ id: payoutId, amountMsat, expirySeconds, lines: jobs });
    const createdAt = Math.floor(clock.now() / 1_000);
    const expiresAt = createdAt + Math.ceil(timeoutMs / 1_000) + EXPIRATION_SLACK_SECONDS;
    const event = keys.sign(invoiceRequestEvent(keys.sealFor(provider, body), { provider, createdAt, expiresAt }));
    const answer = this.#await(event.id, wish);
    pool.publish(event, { untilMs: clock.now() + timeoutMs }).catch((thrown) => this.#fail(event.id, thrown));
    return answer;
  }

  has(requestId: string): boolean {
    return this.#pending.has(requestId);
  }

  /** True for a message by the provider that was asked about this request, before its signature is looked at. */
  concerns(requestId: string, pubkey: string): boolean {
    return this.#pending.get(requestId)?.provider === pubkey;
  }

  /** A message that `concerns` let through, its signature checked. The first answer counts. */
  hear(event: VerifiedEvent): void {
    const requestId = tagValue(event, 'e') ?? '';
    const pending = this.#pending.get(requestId);
    const feedback = parseFeedback(event);
    if (pending === undefined || feedback === undefined) return;
    try {
      if (feedback.status === 'error') throw refusedInvoice(feedback.extra);
      if (feedback.status !== 'payment-required') return;
      const body = this.#init.keys.openFrom(pending.provider, event.content);
      const invoice = parseInvoiceAnswer(body, pending.payoutId);
      pending.settle(() => pending.resolve(invoice));
    } catch (thrown) {
      this.#fail(requestId, thrown); // the provider asked has signed it: there will be no better answer
    }
  }

  close(): void {
    const closed = new PylonError('invoice-timeout', { reason: 'the market was closed before the invoice came' });
    for (const requestId of [...this.#pending.keys()]) this.#fail(requestId, closed);
  }

  #fail(requestId: string, thrown: unknown): void {
    const pending = this.#pending.get(requestId);
    pending?.settle(() => pending.reject(toPylonError(thrown)));
  }

  #await(requestId: string, { provider, payoutId, timeoutMs }: InvoiceWish): Promise<string> {
    return new Promise((resolve, reject) => {
      const cancel = this.#init.clock.after(timeoutMs, () => this.#fail(requestId, new PylonError('invoice-timeout')));
      const settle = (conclude: () => void) => {
        this.#pending.delete(requestId);
        cancel();
        this.#init.onSettled(requestId);
        conclude();
      };
      this.#pending.set(requestId, { provider, payoutId, settle, resolve, reject });
    });
  }
}
