// Hold invoices: the payer's money waits until the preimage is given, or comes back whole.
import type { PaymentProof } from '../../../../node/wallet/port.ts';
import { msat } from '../../../../protocol/money.ts';
import { type Bench, type Checks, lock } from './bench.ts';

const REFUSED = /^wallet-(payment-failed|other|internal|not-found)$/;

/** A hold invoice of the payee that the payer is paying: its money waits. */
async function held(bench: Bench, amountMsat: number) {
  const { preimage, paymentHash } = lock();
  const { invoice } = await bench.payee.makeHoldInvoice({ amountMsat: msat(amountMsat), paymentHash });
  const payment = bench.pay(invoice as string).catch((thrown: unknown) => thrown);
  await bench.becomes(bench.payee, paymentHash, 'accepted');
  return { preimage, paymentHash, invoice: invoice as string, payment };
}

export const holding: Checks = {
  needs: 'hold',
  checks: {
    'a hold invoice is on the hash it was asked for': async (t, bench) => {
      const { paymentHash } = lock();
      const made = await bench.payee.makeHoldInvoice({ amountMsat: msat(1_000), paymentHash, description: 'escrow' });
      t.match(made, { type: 'incoming', state: 'pending', paymentHash, amountMsat: 1_000 });
      t.equal(made.preimage, undefined);
      await bench.refused(t, () => bench.payee.makeHoldInvoice({ amountMsat: msat(1_000), paymentHash }), REFUSED);
    },

    'paid money is in neither wallet until it is settled': async (t, bench) => {
      const [payer, payee] = await bench.balances();
      const { preimage, paymentHash, payment } = await held(bench, 11_000);
      t.same(await bench.balances(), [payer - 11_000, payee]);
      t.equal((await bench.payer.lookupInvoice({ paymentHash })).state, 'pending');
      await bench.payee.settleHoldInvoice(preimage);
      t.equal(((await payment) as PaymentProof).preimage, preimage, 'the payer gets the preimage as its proof');
      t.same(await bench.balances(), [payer - 11_000, payee + 11_000]);
      for (const wallet of [bench.payer, bench.payee])
        t.match(await wallet.lookupInvoice({ paymentHash }), { state: 'settled', preimage });
    },

    'cancelled, all of it comes back': async (t, bench) => {
      const moved = await bench.moved(t, async () => {
        const { paymentHash, payment } = await held(bench, 12_000);
        await bench.payee.cancelHoldInvoice(paymentHash);
        t.match(await payment, { code: 'wallet-payment-failed' });
        t.equal((await bench.payer.lookupInvoice({ paymentHash })).state, 'failed');
      });
      t.equal(moved, 0);
    },

    'it is settled or cancelled, never both': async (t, bench) => {
      const settled = await held(bench, 1_000);
      await bench.payee.settleHoldInvoice(settled.preimage);
      await bench.refused(t, () => bench.payee.cancelHoldInvoice(settled.paymentHash), REFUSED);
      const cancelled = await held(bench, 1_000);
      await bench.payee.cancelHoldInvoice(cancelled.paymentHash);
      await bench.refused(t, () => bench.payee.settleHoldInvoice(cancelled.preimage), REFUSED);
      await Promise.all([settled.payment, cancelled.payment]);
    },

    'a wrong preimage, an unpaid invoice and somebody else settle nothing': async (t, bench) => {
      const { preimage, paymentHash, payment } = await held(bench, 1_000);
      await bench.refused(t, () => bench.payee.settleHoldInvoice(lock().preimage), REFUSED);
      await bench.refused(t, () => bench.payer.cancelHoldInvoice(paymentHash), REFUSED);
      const unpaid = lock();
      await bench.payee.makeHoldInvoice({ amountMsat: msat(1_000), paymentHash: unpaid.paymentHash });
      await bench.refused(t, () => bench.payee.settleHoldInvoice(unpaid.preimage), REFUSED);
      await bench.payee.settleHoldInvoice(preimage);
      await payment;
    },

    'a hold invoice that was cancelled before cannot be paid': async (t, bench) => {
      const { paymentHash } = lock();
      const { invoice } = await bench.payee.makeHoldInvoice({ amountMsat: msat(1_000), paymentHash });
      await bench.payee.cancelHoldInvoice(paymentHash);
      await bench.refused(t, () => bench.pay(invoice as string), REFUSED);
    },

    'asked for twice while it waits, it is one payment': async (t, bench) => {
      const [payer] = await bench.balances();
      const { preimage, invoice, payment } = await held(bench, 13_000);
      const again = bench.pay(invoice).catch((thrown: unknown) => thrown);
      await bench.payee.settleHoldInvoice(preimage);
      await Promise.all([payment, again]);
      t.equal(payer - (await bench.payer.getBalance()), 13_000);
    },
  },
};
