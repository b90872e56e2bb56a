// What a wallet would give for a payment: a preimage that can be told from a number, and its hash.
import { createHash } from 'node:crypto';

/** 32 bytes in hex, the same for the same number. */
export function preimageOf(number: number): string {
  return createHash('sha256').update(`preimage ${number}`).digest('hex');
}

const hashOf = (preimage: string) => createHash('sha256').update(Buffer.from(preimage, 'hex')).digest('hex');

/** The payment hash that the preimage of this number proves. */
export function paymentHashOf(number: number): string {
  return hashOf(preimageOf(number));
}

export function proves(preimage: string, paymentHash: string | undefined): boolean {
  return /^[0-9a-f]{64}$/.test(preimage) && hashOf(preimage) === paymentHash;
}

/** What makes a payout a decision: invoice, hash and signed request, all made up. */
export function decisionOf(number: number) {
  return {
    invoice: `lnbcrt${number}`,
    payment_hash: paymentHashOf(number),
    request: `{"id":${number}}`,
    void_at: 1_700_000_000 + number,
    wallet: 'e'.repeat(64),
  };
}
