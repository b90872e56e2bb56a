// Invoices and their payment: exact to the msat, once, with a proof that hashes, or refused without a trace.
import { decodeInvoice, encodeInvoice } from '../../../../protocol/invoice.ts';
import { msat } from '../../../../protocol/money.ts';
import { type Checks, FUNDS_MSAT, hashOf, lock } from './bench.ts';

/** Any refusal by the wallet itself; which code fits best is a matter of taste. */
const REFUSED = /^wallet-(payment-failed|other|internal|not-found)$/;

export const paying: Checks = {
  checks: {
    'a wallet says who it is and what it can do': async (t, { payer }) => {
      const info = await payer.getInfo();
      t.equal(info.network, 'regtest');
      t.ok(['pay_invoice', 'make_invoice', 'get_balance'].every((method) => info.methods.includes(method)));
    },

    'an invoice is BOLT11 for exactly what was asked': async (t, bench) => {
      for (const amountMsat of [1, 999, 1_001, 123_456]) {
        const made = await bench.invoice(amountMsat, { description: 'half an answer', expirySeconds: 600 });
        const read = decodeInvoice(made.invoice);
        t.match(read, { network: 'regtest', amountMsat, description: 'half an answer', paymentHash: made.paymentHash });
        t.equal(read.expiresAt - read.createdAt, 600);
        t.ok(Math.abs(read.createdAt - bench.nowSeconds) <= 5, 'made now');
        t.match(made, { type: 'incoming', state: 'pending', amountMsat });
        t.equal(made.preimage, undefined, 'the preimage is nobody’s until it is paid');
      }
    },

    'a payment moves exactly its amount and proves itself': async (t, bench) => {
      for (const amountMsat of [1, 1_500, 21_000]) {
        const { invoice, paymentHash } = await bench.invoice(amountMsat);
        const moved = await bench.moved(t, async () => {
          t.equal(hashOf((await bench.pay(invoice)).preimage), paymentHash);
        });
        t.equal(moved, amountMsat);
      }
    },

    'both sides find a payment afterwards, by hash and by invoice': async (t, bench) => {
      const { invoice, paymentHash } = await bench.invoice(2_000);
      const { preimage } = await bench.pay(invoice);
      for (const [wallet, type] of [
        [bench.payer, 'outgoing'],
        [bench.payee, 'incoming'],
      ] as const)
        for (const wanted of [{ paymentHash }, { invoice }]) {
          const found = await wallet.lookupInvoice(wanted);
          t.match(found, { type, state: 'settled', paymentHash, preimage, amountMsat: 2_000 });
          t.ok(Math.abs((found.settledAt ?? 0) - bench.nowSeconds) <= 5);
        }
    },

    'an invoice that nobody has paid is pending, and its preimage unknown': async (t, bench) => {
      const { paymentHash } = await bench.invoice(2_000);
      const found = await bench.payee.lookupInvoice({ paymentHash });
      t.equal(found.state, 'pending');
      t.equal(found.preimage, undefined);
      t.equal(found.settledAt, undefined);
    },

    'an invoice is paid once, however often': async (t, bench) => {
      const { invoice } = await bench.invoice(3_000);
      const moved = await bench.moved(t, async () => {
        const first = await bench.pay(invoice);
        for (let again = 0; again < 3; again++) {
          const outcome = await bench.pay(invoice).catch((thrown) => thrown);
          if (!(outcome instanceof Error)) t.equal(outcome.preimage, first.preimage, 'the same proof, or a refusal');
        }
      });
      t.equal(moved, 3_000);
    },

    'an invoice is paid once by many at the same time': async (t, bench) => {
      const { invoice } = await bench.invoice(4_000);
      const moved = await bench.moved(t, async () => {
        const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => bench.pay(invoice)));
        t.ok(outcomes.some(({ status }) => status === 'fulfilled'));
      });
      t.equal(moved, 4_000);
    },

    'the same prepared payment twice at once is one payment': async (t, bench) => {
      const { invoice } = await bench.invoice(5_000);
      const prepared = bench.payer.preparePayment({ invoice, expiresAt: bench.nowSeconds + 60 });
      const moved = await bench.moved(t, async () => {
        const [one, other] = await Promise.all([bench.payer.pay(prepared), bench.payer.pay(prepared)]);
        t.equal(one.preimage, other.preimage);
      });
      t.equal(moved, 5_000);
    },

    'a prepared payment that is kept as text is the same payment': async (t, bench) => {
      const { invoice, paymentHash } = await bench.invoice(6_000);
      const { id, text, expiresAt } = bench.payer.preparePayment({ invoice, expiresAt: bench.nowSeconds + 60 });
      const moved = await bench.moved(t, async () => {
        const proof = await bench.payer.pay({ id: `${id}`, text: `${text}`, expiresAt });
        t.equal(hashOf(proof.preimage), paymentHash);
      });
      t.equal(moved, 6_000);
    },

    'nothing is sent for a payment that is only prepared': async (t, bench) => {
      const { invoice, paymentHash } = await bench.invoice(7_000);
      const moved = await bench.moved(t, async () => {
        bench.payer.preparePayment({ invoice, expiresAt: bench.nowSeconds + 60 });
        await bench.payer.getInfo();
      });
      t.equal(moved, 0);
      t.equal((await bench.payee.lookupInvoice({ paymentHash })).state, 'pending');
    },

    'a payment whose time is over is not made': async (t, bench) => {
      const { invoice, paymentHash } = await bench.invoice(8_000);
      for (const late of [0, 1, 30 * 86_400]) {
        const prepared = bench.payer.preparePayment({ invoice, expiresAt: bench.nowSeconds - late });
        await bench.refused(t, () => bench.payer.pay(prepared), /^wallet-timeout$/);
      }
      t.equal((await bench.payee.lookupInvoice({ paymentHash })).state, 'pending');
    },

    'more than there is cannot be paid': async (t, bench) => {
      const { invoice } = await bench.invoice(FUNDS_MSAT * 10);
      await bench.refused(t, () => bench.pay(invoice), /^wallet-insufficient-balance$/);
    },

    'what is no invoice, or one of a stranger, is refused': async (t, bench) => {
      const parts = {
        network: 'regtest',
        ...lock(),
        paymentSecret: lock().paymentHash,
        amountMsat: msat(1_000),
      } as const;
      const stranger = encodeInvoice(
        { ...parts, createdAt: bench.nowSeconds, expirySeconds: 600 },
        Buffer.alloc(32, 9),
      );
      for (const text of ['lnbcrt1', 'hello', stranger]) await bench.refused(t, () => bench.pay(text), REFUSED);
    },

    'another amount than the invoice names is refused': async (t, bench) => {
      const { invoice } = await bench.invoice(9_000);
      await bench.refused(t, () => bench.pay(invoice, msat(8_999)), REFUSED);
    },

    'what was never there is not found': async (_t, bench) => {
      const { paymentHash } = lock();
      await bench.refused(_t, () => bench.payer.lookupInvoice({ paymentHash }), /^wallet-not-found$/);
    },
  },
};

export const keysending: Checks = {
  needs: 'keysend',
  checks: {
    'money is sent without an invoice, with a proof': async (t, bench) => {
      const { pubkey } = await bench.payee.getInfo();
      const { preimage, paymentHash } = lock();
      const moved = await bench.moved(t, async () => {
        t.equal((await bench.payer.payKeysend({ amountMsat: msat(1_234), pubkey, preimage })).preimage, preimage);
      });
      t.equal(moved, 1_234);
      const sent = { type: 'outgoing', state: 'settled', paymentHash, preimage, amountMsat: 1_234 };
      t.match(await bench.payer.listTransactions({ limit: 1 }), [sent]);
      t.match(await bench.payee.listTransactions({ limit: 1 }), [{ ...sent, type: 'incoming' }]);
    },

    'the wallet makes the preimage where none is given': async (t, bench) => {
      const { pubkey } = await bench.payee.getInfo();
      const moved = await bench.moved(t, async () => {
        t.match((await bench.payer.payKeysend({ amountMsat: msat(10), pubkey })).preimage, /^[0-9a-f]{64}$/);
      });
      t.equal(moved, 10);
    },

    'a key that nobody has cannot be paid, nor more than there is': async (t, bench) => {
      const { pubkey } = await bench.payee.getInfo();
      const nobody = { amountMsat: msat(10), pubkey: `02${'11'.repeat(32)}` };
      await bench.refused(t, () => bench.payer.payKeysend(nobody), REFUSED);
      const tooMuch = { amountMsat: msat(FUNDS_MSAT * 10), pubkey };
      await bench.refused(t, () => bench.payer.payKeysend(tooMuch), /^wallet-insufficient-balance$/);
    },
  },
};

export const lookingUpKeysends: Checks = {
  needs: 'keysend lookup',
  checks: {
    'money that was sent without an invoice is found by its hash': async (t, bench) => {
      const { pubkey } = await bench.payee.getInfo();
      const { preimage, paymentHash } = lock();
      await bench.payer.payKeysend({ amountMsat: msat(1_234), pubkey, preimage });
      const found = await bench.payer.lookupInvoice({ paymentHash });
      t.match(found, { type: 'outgoing', state: 'settled', amountMsat: 1_234, preimage });
      t.equal(found.invoice, undefined);
    },
  },
};
