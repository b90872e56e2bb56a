import t from 'tap';
import { openPayouts } from '../../../ledger/book/payout.ts';
import { OWED, PROVIDER, paymentStage } from '../../support/payment-stage.ts';

t.test('"failed" is not believed while the payment can still be made', async (t) => {
  for (const lookups of ['failed', 'not-found'] as const) {
    const s = paymentStage();
    s.wallet.trouble = { paysAfterMs: 40_000, answers: 'wallet-payment-failed' };
    s.wallet.lookups = lookups;
    await s.payRun();
    t.same(s.kinds(), ['PayoutStart', 'PayoutUnknown']);
    s.clock.after(42_000, () => {
      s.wallet.lookups = undefined;
    });
    await s.untilFinal();
    t.equal(s.stateOf('payout-1'), 'settled', `the wallet had said ${lookups}`);
    t.equal(s.wallet.paidMsat, OWED);
    t.equal(s.owedMsat(), 0);
  }
});

t.test(
  'what the wallet denies after nothing can be paid any more is owed again, and paid by another invoice',
  async (t) => {
    const s = paymentStage();
    s.wallet.trouble = { answers: 'wallet-insufficient-balance' };
    await s.payRun();
    t.equal(s.stateOf('payout-1'), 'unknown', 'whatever the wallet says at first');
    const began = s.clock.now();
    await s.untilFinal();
    t.equal(s.stateOf('payout-1'), 'failed');
    t.ok(s.clock.now() - began <= 53_000, `soon after the invoice is void: ${s.clock.now() - began} ms`);
    t.equal(s.owedMsat(), OWED);
    s.wallet.trouble = { paysAfterMs: 5, answers: 'proof' };
    await s.payRun();
    t.equal(s.stateOf('payout-2'), 'settled');
    t.equal(s.wallet.paidMsat, OWED, 'once');
  },
);

t.test('whenever a wallet that never paid is asked again, it is known within a minute', async (t) => {
  for (const backAfterMs of [500, 1_500, 8_000, 17_000, 33_000, 47_000, 49_900, 50_500, 58_000]) {
    const s = paymentStage();
    s.wallet.trouble = { answers: 'silence' };
    s.wallet.lookups = 'gone';
    const paying = s.payRun();
    let back = 0;
    s.clock.after(backAfterMs, () => {
      back = s.clock.now();
      s.wallet.lookups = undefined;
    });
    await paying;
    await s.untilFinal();
    t.equal(s.stateOf('payout-1'), 'failed');
    t.ok(s.clock.now() - back <= 60_000, `${s.clock.now() - back} ms after ${backAfterMs} ms`);
  }
});

t.test(
  'a wallet that is gone settles nothing and loses nothing: within a minute of its return all is known',
  async (t) => {
    const s = paymentStage();
    s.wallet.trouble = { paysAfterMs: 10, answers: 'silence' };
    s.wallet.lookups = 'gone';
    await s.payRun();
    const hour = 3_600_000;
    let back = 0;
    s.clock.after(hour, () => {
      back = s.clock.now();
      s.wallet.lookups = undefined;
    });
    await s.untilFinal();
    t.ok(s.clock.now() - back <= 60_000);
    t.equal(s.stateOf('payout-1'), 'settled');
  },
);

t.test(
  'what a dead process left is known before anything is paid: never sent is owed, sent is looked up',
  async (t) => {
    const s = paymentStage();
    s.book.do('plan/p1', 'plan-payout', { payout_id: 'p1', provider: PROVIDER });
    await s.clock.runUntil(s.watch.recover());
    t.equal(s.stateOf('p1'), 'failed');
    t.equal(s.owedMsat(), OWED);

    const invoice = s.wallet.invoiceFor(OWED);
    const [payment_hash = ''] = s.wallet.known.keys();
    s.book.do('plan/p2', 'plan-payout', { payout_id: 'p2', provider: PROVIDER });
    const void_at = Math.floor(s.clock.now() / 1_000) + 45;
    const decision = { payout_id: 'p2', invoice, payment_hash, request: '{}', void_at, wallet: s.wallet.id };
    s.book.do('send/p2', 'send-payout', decision);
    s.wallet.known.get(payment_hash)!.paid = 1;
    await s.clock.runUntil(s.watch.recover());
    t.equal(s.stateOf('p2'), 'settled');
    t.same(s.wallet.sent, [], 'nothing was sent again');
    t.same([...openPayouts(s.book.rows)], []);
  },
);

t.test('a payout that another wallet was asked for is left to that wallet', async (t) => {
  const s = paymentStage();
  const invoice = s.wallet.invoiceFor(OWED);
  const [payment_hash = ''] = s.wallet.known.keys();
  s.book.do('plan/p1', 'plan-payout', { payout_id: 'p1', provider: PROVIDER });
  const decision = { payout_id: 'p1', invoice, payment_hash, request: '{}', void_at: 0, wallet: 'f'.repeat(64) };
  s.book.do('send/p1', 'send-payout', decision);
  await s.clock.runUntil(s.watch.recover());
  t.equal(s.stateOf('p1'), 'sent');
  t.equal(s.wallet.lookupsMade, 0);
});
