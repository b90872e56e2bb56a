// What a wallet tells of the past, and by itself.
import type { Test } from 'tap';
import { msat } from '../../../../protocol/money.ts';
import { type Bench, type Checks, hashOf, lock } from './bench.ts';

/** Three payments, oldest first. */
async function threePaid(bench: Bench): Promise<string[]> {
  const hashes: string[] = [];
  for (const amountMsat of [101, 102, 103]) {
    const { invoice, paymentHash } = await bench.invoice(amountMsat);
    await bench.pay(invoice);
    hashes.push(paymentHash);
  }
  return hashes;
}

export const remembering: Checks = {
  checks: {
    'payments are listed newest first, by both sides': async (t, bench) => {
      const newestFirst = (await threePaid(bench)).reverse();
      for (const [wallet, type] of [
        [bench.payer, 'outgoing'],
        [bench.payee, 'incoming'],
      ] as const) {
        const listed = await wallet.listTransactions({ limit: 3 });
        t.same(
          listed.map(({ paymentHash }) => paymentHash),
          newestFirst,
        );
        t.ok(listed.every((one) => one.type === type && one.state === 'settled'));
        t.ok(listed.every(({ preimage, paymentHash }) => hashOf(preimage ?? '') === paymentHash));
      }
    },

    'a list is cut by limit and continued by offset': async (t, bench) => {
      const [, second, third] = await threePaid(bench);
      const first = await bench.payer.listTransactions({ limit: 1 });
      const next = await bench.payer.listTransactions({ limit: 1, offset: 1 });
      t.same(
        [first, next].flat().map(({ paymentHash }) => paymentHash),
        [third, second],
      );
      t.same(await bench.payer.listTransactions({ limit: 5, offset: 10_000 }), []);
    },

    'a list is cut by time, both ends included': async (t, bench) => {
      await threePaid(bench);
      const [latest] = await bench.payer.listTransactions({ limit: 1 });
      const at = latest?.createdAt ?? 0;
      t.ok((await bench.payer.listTransactions({ from: at, until: at })).length > 0);
      t.same(await bench.payer.listTransactions({ from: at + 1_000 }), []);
      t.same(await bench.payer.listTransactions({ until: at - 1_000_000 }), []);
    },

    'a list is of one type where one is asked for': async (t, bench) => {
      await threePaid(bench);
      t.same(await bench.payer.listTransactions({ type: 'incoming', limit: 3 }), []);
      t.equal((await bench.payer.listTransactions({ type: 'outgoing', limit: 3 })).length, 3);
    },

    'an invoice that nobody has paid is listed only where it is asked for': async (t, bench) => {
      const { paymentHash } = await bench.invoice(1_000);
      const listed = async (unpaid: boolean) =>
        (await bench.payee.listTransactions({ unpaid, limit: 10 })).some((one) => one.paymentHash === paymentHash);
      t.equal(await listed(false), false);
      t.equal(await listed(true), true);
    },

    'a wallet tells nobody of what others owe': async (t, bench) => {
      const { paymentHash, invoice } = await bench.invoice(1_000);
      await bench.refused(t, () => bench.payer.lookupInvoice({ paymentHash }), /^wallet-not-found$/);
      await bench.refused(t, () => bench.payer.lookupInvoice({ invoice }), /^wallet-not-found$/);
    },
  },
};

/** A wallet that is only now listened to has heard a first payment. */
async function listening(t: Test, bench: Bench) {
  const heard = { payer: bench.listen(t, bench.payer), payee: bench.listen(t, bench.payee) };
  // A subscription needs its way to the relay; a request after it on the same way shows that it is there.
  await Promise.all([bench.payer.getBalance(), bench.payee.getBalance()]);
  return heard;
}

export const notifying: Checks = {
  needs: 'notifications',
  checks: {
    'both sides hear of a payment': async (t, bench) => {
      const heard = await listening(t, bench);
      const { invoice, paymentHash } = await bench.invoice(1_000);
      const { preimage } = await bench.pay(invoice);
      const sent = await bench.told(heard.payer, 'payment_sent', paymentHash);
      t.match(sent, { type: 'outgoing', state: 'settled', amountMsat: 1_000, preimage });
      const received = await bench.told(heard.payee, 'payment_received', paymentHash);
      t.match(received, { type: 'incoming', state: 'settled', amountMsat: 1_000, preimage });
    },

    'nobody hears of a payment twice, or of one that failed': async (t, bench) => {
      const heard = await listening(t, bench);
      const tooMuch = await bench.invoice(999_999_999);
      await bench.refused(t, () => bench.pay(tooMuch.invoice), /^wallet-insufficient-balance$/);
      const { invoice, paymentHash } = await bench.invoice(1_000);
      await bench.pay(invoice);
      await bench.pay(invoice).catch((thrown: unknown) => thrown);
      const last = await bench.invoice(1);
      await bench.pay(last.invoice);
      await bench.told(heard.payee, 'payment_received', last.paymentHash);
      t.same(
        heard.payee.map(({ transaction }) => transaction.paymentHash),
        [paymentHash, last.paymentHash],
      );
    },

    'who no longer listens hears nothing': async (t, bench) => {
      const heard = await listening(t, bench);
      const stopped: unknown[] = [];
      const stop = bench.payee.subscribe((notification) => stopped.push(notification));
      stop();
      const { invoice, paymentHash } = await bench.invoice(1_000);
      await bench.pay(invoice);
      await bench.told(heard.payee, 'payment_received', paymentHash);
      t.same(stopped, []);
    },
  },
};

export const notifyingOfHolds: Checks = {
  needs: 'hold',
  checks: {
    'the payee hears when a hold invoice is paid, without its preimage': async (t, bench) => {
      const heard = await listening(t, bench);
      const { preimage, paymentHash } = lock();
      const { invoice } = await bench.payee.makeHoldInvoice({ amountMsat: msat(2_000), paymentHash });
      const payment = bench.pay(invoice as string);
      const accepted = await bench.told(heard.payee, 'hold_invoice_accepted', paymentHash);
      t.match(accepted, { type: 'incoming', state: 'accepted', amountMsat: 2_000 });
      t.equal(accepted.preimage, undefined);
      await bench.payee.settleHoldInvoice(preimage);
      await payment;
      await bench.told(heard.payee, 'payment_received', paymentHash);
    },
  },
};
