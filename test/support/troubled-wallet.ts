// A wallet that pays once, whatever it says of it: it can drop its answer, delay the payment, deny it for a while, call it
// failed and settle it later, lie about the preimage, or be gone. It keeps count of every payment it really made.
import { createHash } from 'node:crypto';
import type { PaymentProof, PreparedPayment, Transaction, Wallet } from '../../node/wallet/port.ts';
import { type ErrorCode, PylonError } from '../../protocol/errors.ts';
import { decodeInvoice, encodeInvoice } from '../../protocol/invoice.ts';
import { type Msat, msat } from '../../protocol/money.ts';
import type { VirtualClock } from './virtual-clock.ts';

export const NODE_SECRET = new Uint8Array(32).fill(7);

/** What becomes of the next request to pay. */
export interface Trouble {
  /** After how long it is really paid; never when absent. */
  readonly paysAfterMs?: number;
  /** The answer: a proof when the payment is made, an error code at once, or silence until the request expires. */
  readonly answers: 'proof' | 'silence' | 'false-proof' | ErrorCode;
}

interface Known {
  readonly amountMsat: Msat;
  readonly preimage: string;
  paid: number;
}

export class TroubledWallet implements Partial<Wallet> {
  readonly id = 'e'.repeat(64);
  trouble: Trouble = { paysAfterMs: 5, answers: 'proof' };
  /** Lookups answer so whatever is true; `undefined` tells the truth. */
  lookups: 'not-found' | 'failed' | 'gone' | undefined;
  network = 'regtest' as const;
  /** Payment hash → how often it was paid. More than once is a loss. */
  readonly known = new Map<string, Known>();
  readonly sent: string[] = [];
  lookupsMade = 0;
  readonly #clock: VirtualClock;
  #invoices = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** An invoice of the payee whose preimage this wallet will learn by paying it. */
  invoiceFor(
    amountMsat: number,
    change: { network?: 'mainnet'; expirySeconds?: number; preimage?: string } = {},
  ): string {
    const preimage =
      change.preimage ??
      createHash('sha256')
        .update(`preimage ${this.#invoices++}`)
        .digest('hex');
    const paymentHash = createHash('sha256').update(Buffer.from(preimage, 'hex')).digest('hex');
    this.known.set(paymentHash, {
      amountMsat: msat(amountMsat),
      preimage,
      paid: this.known.get(paymentHash)?.paid ?? 0,
    });
    return encodeInvoice(
      {
        network: change.network ?? 'regtest',
        amountMsat: msat(amountMsat),
        paymentHash,
        paymentSecret: 'ab'.repeat(32),
        createdAt: Math.floor(this.#clock.now() / 1_000),
        expirySeconds: change.expirySeconds ?? 45,
      },
      NODE_SECRET,
    );
  }

  /** What was really paid, in msat. */
  get paidMsat(): number {
    return [...this.known.values()].reduce((sum, { paid, amountMsat }) => sum + paid * amountMsat, 0);
  }

  get paidTwice(): boolean {
    return [...this.known.values()].some(({ paid }) => paid > 1);
  }

  async getInfo() {
    return { alias: 'trouble', pubkey: '', network: this.network, methods: [], notifications: [] };
  }

  preparePayment({ invoice, expiresAt }: { invoice: string; expiresAt: number }): PreparedPayment {
    return { id: createHash('sha256').update(invoice).digest('hex'), text: invoice, expiresAt };
  }

  pay(prepared: PreparedPayment): Promise<PaymentProof> {
    this.sent.push(prepared.id);
    const { paymentHash } = decodeInvoice(prepared.text);
    const known = this.known.get(paymentHash);
    const { paysAfterMs, answers } = this.trouble;
    return new Promise((resolve, reject) => {
      const untilMs = prepared.expiresAt * 1_000 - this.#clock.now();
      this.#clock.after(untilMs, () => reject(new PylonError('wallet-timeout')));
      if (paysAfterMs !== undefined)
        this.#clock.after(paysAfterMs, () => {
          known!.paid += 1;
          if (answers === 'proof') resolve({ preimage: known!.preimage, feesPaidMsat: msat(0) });
          if (answers === 'false-proof') resolve({ preimage: 'cd'.repeat(32), feesPaidMsat: msat(0) });
        });
      if (answers !== 'proof' && answers !== 'silence' && answers !== 'false-proof') reject(new PylonError(answers));
    });
  }

  async lookupInvoice(wanted: { paymentHash: string } | { invoice: string }): Promise<Transaction> {
    this.lookupsMade += 1;
    if (this.lookups === 'gone') throw new PylonError('wallet-timeout');
    const paymentHash = 'paymentHash' in wanted ? wanted.paymentHash : decodeInvoice(wanted.invoice).paymentHash;
    const known = this.known.get(paymentHash);
    const common = { type: 'outgoing' as const, paymentHash, feesPaidMsat: msat(0), createdAt: 0 };
    if (this.lookups === 'failed') return { ...common, state: 'failed', amountMsat: known!.amountMsat };
    if (this.lookups === 'not-found' || known === undefined || known.paid === 0)
      throw new PylonError('wallet-not-found');
    return { ...common, state: 'settled', amountMsat: known.amountMsat, preimage: known.preimage };
  }
}
