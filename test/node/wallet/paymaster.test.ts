import t from 'tap';
import { openPayouts } from '../../../ledger/book/payout.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { ulid } from '../../../protocol/ulid.ts';
import { OTHER, OWED, PROVIDER, paymasterStage, RUN } from '../../support/paymaster-stage.ts';
import { settled } from '../../support/virtual-clock.ts';

t.test('what a run owes is paid by one invoice for all of it, and proven by its preimage', async (t) => {
  const s = paymasterStage();
  s.owe(PROVIDER, '1.0', 999);
  s.owe(OTHER, '2.0', 5);
  await s.payRun();
  t.same(
    s.asked.map(({ provider, amountMsat, jobs }) => [provider, amountMsat, jobs]),
    [
      [PROVIDER, OWED + 999, [{ job: RUN, amountMsat: OWED + 999, final: true }]],
      [OTHER, 5, [{ job: RUN, amountMsat: 5, final: true }]],
    ],
  );
  t.same(s.kinds().sort(), ['PayoutSettle', 'PayoutSettle', 'PayoutStart', 'PayoutStart']);
  t.equal(s.owedMsat(), 0);
  t.equal(s.wallet.paidMsat, OWED + 999 + 5);
  t.equal(s.paidMsat(), OWED + 999);
  await s.payRun();
  t.equal(s.asked.length, 2, 'nothing is owed any more, so nobody is asked');
});

t.test('the wallet is not asked before the decision to pay is on disk (I12)', async (t) => {
  const s = paymasterStage();
  const durable = new Set<string | undefined>();
  s.disk.post = ({ entry }) =>
    new Promise((resolve) => {
      s.clock.after(7, () => {
        durable.add(entry?.kind);
        resolve();
      });
    });
  const pay = s.wallet.pay.bind(s.wallet);
  s.wallet.pay = (prepared) => {
    t.ok(durable.has('send-payout'));
    return pay(prepared);
  };
  await s.payRun();
  t.equal(s.wallet.sent.length, 1);
});

t.test('an invoice that is not exactly what is owed is refused, and nothing is sent', async (t) => {
  const bad: [string, (s: ReturnType<typeof paymasterStage>) => string, RegExp][] = [
    ['one msat too much', (s) => s.wallet.invoiceFor(OWED + 1), /invoice-refused.*26002 msat/],
    ['one msat too little', (s) => s.wallet.invoiceFor(OWED - 1), /invoice-refused/],
    ['another network', (s) => s.wallet.invoiceFor(OWED, { network: 'mainnet' }), /invoice-refused.*mainnet/],
    ['about to expire', (s) => s.wallet.invoiceFor(OWED, { expirySeconds: 9 }), /invoice-expired/],
    ['expired', (s) => s.wallet.invoiceFor(OWED, { expirySeconds: 0 }), /invoice-expired/],
    ['no invoice', () => 'lnbcrt1nonsense', /invoice-invalid/],
  ];
  for (const [name, invoice, reason] of bad) {
    const s = paymasterStage();
    s.desk.invoice = () => invoice(s);
    await s.payRun();
    t.same(s.kinds(), ['PayoutStart', 'PayoutFailed'], name);
    t.match(s.told[1], { reason });
    t.same(s.wallet.sent, [], 'the wallet was not asked');
    t.equal(s.owedMsat(), OWED, 'it is owed as before');
  }
});

t.test('a payment hash pays one obligation, ever', async (t) => {
  const s = paymasterStage();
  const preimage = 'ef'.repeat(32);
  s.desk.invoice = ({ amountMsat }) => s.wallet.invoiceFor(amountMsat, { preimage });
  await s.payRun();
  t.equal(s.owedMsat(), 0);
  s.owe(PROVIDER, '1.0', OWED);
  await s.payRun();
  t.same(s.kinds(), ['PayoutStart', 'PayoutSettle', 'PayoutStart', 'PayoutFailed']);
  t.match(s.told.at(-1), { reason: /used before/ });
  t.equal(s.wallet.sent.length, 1);
  t.notOk(s.wallet.paidTwice);
});

t.test('a provider that gives no invoice is owed as before', async (t) => {
  const s = paymasterStage();
  s.desk.invoice = () => {
    throw new PylonError('job-timeout');
  };
  await s.payRun();
  t.same(s.kinds(), ['PayoutStart', 'PayoutFailed']);
  t.equal(s.owedMsat(), OWED);
  t.match(s.notices, [/still owed/]);
});

t.test('a payment whose answer is lost is unknown, then proven by lookup, and never made twice', async (t) => {
  const s = paymasterStage();
  s.wallet.trouble = { paysAfterMs: 100, answers: 'silence' };
  await s.payRun();
  t.same(s.kinds(), ['PayoutStart', 'PayoutUnknown'], 'the run does not wait for ever');
  await s.payRun();
  t.equal(s.asked.length, 1, 'what is on its way is owed no more');
  await s.untilFinal();
  t.equal(s.stateOf('payout-1'), 'settled');
  t.equal(s.paidMsat(), OWED);
  t.equal(s.wallet.sent.length, 1);
});

t.test('"failed" is not believed while the payment can still be made', async (t) => {
  for (const lookups of ['failed', 'not-found'] as const) {
    const s = paymasterStage();
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
    const s = paymasterStage();
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
    const s = paymasterStage();
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

t.test('where payer and payee share a wallet that tells only what came in, that proves the payment too', async (t) => {
  const s = paymasterStage();
  const { wallet } = s;
  const lookUp = wallet.lookupInvoice.bind(wallet);
  wallet.lookupInvoice = async (wanted) => ({ ...(await lookUp(wanted)), type: 'incoming' });
  wallet.trouble = { paysAfterMs: 2_000, answers: 'silence' };
  await s.payRun();
  await s.untilFinal();
  t.equal(s.stateOf('payout-1'), 'settled');
  t.equal(wallet.paidMsat, OWED);
  t.equal(s.owedMsat(), 0);
});

t.test(
  'a wallet that is gone settles nothing and loses nothing: within a minute of its return all is known',
  async (t) => {
    const s = paymasterStage();
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

t.test('a preimage that does not hash settles nothing', async (t) => {
  const s = paymasterStage();
  s.wallet.trouble = { paysAfterMs: 5, answers: 'false-proof' };
  await s.payRun();
  t.same(s.kinds(), ['PayoutStart', 'PayoutUnknown']);
  t.match(s.told[1], { reason: 'payment-proof-invalid' });
  await s.untilFinal();
  t.equal(s.paidMsat(), OWED, 'the wallet proves it in the end');
});

t.test(
  'what is owed to one provider is paid at the threshold while the run goes on, not as its last word',
  async (t) => {
    const s = paymasterStage();
    s.paymaster.noteOwed(PROVIDER, RUN, s.tell);
    t.same(s.asked, [], 'below the threshold');
    s.owe(PROVIDER, '1.0', 24_000);
    s.paymaster.noteOwed(PROVIDER, RUN, s.tell);
    await settled();
    s.owe(PROVIDER, '2.0', 60_000);
    s.paymaster.noteOwed(PROVIDER, RUN, s.tell);
    await s.payRun();
    t.same(
      s.asked.map(({ amountMsat, jobs }) => [amountMsat, jobs[0]?.final]),
      [
        [50_001, false],
        [60_000, true],
      ],
    );
    t.equal(s.owedMsat(), 0);
  },
);

t.test('a payment for several runs is the last one only for those that are closed', async (t) => {
  const s = paymasterStage();
  const [closed, open] = ['01ARZ3NDEKTSV4RRFFQ69G5FAW', '01ARZ3NDEKTSV4RRFFQ69G5FAX'];
  for (const run of [closed, open]) s.oweFor(run, PROVIDER, 7);
  s.budgets.closeRun(closed);
  await s.payRun();
  t.same(
    s.asked[0]?.jobs.map(({ job, final }) => [job, final]),
    [
      [RUN, true],
      [closed, true],
      [open, false],
    ],
  );
});

t.test('what is owed for more runs than an invoice may name is paid by several invoices', async (t) => {
  const s = paymasterStage();
  for (let run = 0; run < 300; run++) s.oweFor(ulid(run, new Uint8Array(10)), PROVIDER, 5);
  await s.payRun();
  t.same(
    s.asked.map(({ jobs }) => jobs.length),
    [256, 45],
  );
  t.equal(s.owedMsat(), 0);
  t.equal(s.wallet.paidMsat, OWED + 1_500);
});

t.test(
  'what a dead process left is known before anything is paid: never sent is owed, sent is looked up',
  async (t) => {
    const s = paymasterStage();
    s.book.do('plan/p1', 'plan-payout', { payout_id: 'p1', provider: PROVIDER });
    await s.clock.runUntil(s.watch.recover());
    t.equal(s.stateOf('p1'), 'planned', 'another session may be deciding it just now');
    await s.clock.runUntil(s.watch.watch('p1'));
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
  const s = paymasterStage();
  const invoice = s.wallet.invoiceFor(OWED);
  const [payment_hash = ''] = s.wallet.known.keys();
  s.book.do('plan/p1', 'plan-payout', { payout_id: 'p1', provider: PROVIDER });
  const decision = { payout_id: 'p1', invoice, payment_hash, request: '{}', void_at: 0, wallet: 'f'.repeat(64) };
  s.book.do('send/p1', 'send-payout', decision);
  await s.clock.runUntil(s.watch.recover());
  t.equal(s.stateOf('p1'), 'sent');
  t.equal(s.wallet.lookupsMade, 0);
});
