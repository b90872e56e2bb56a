import t from 'tap';
import { PylonError } from '../../../protocol/errors.ts';
import { OTHER, OWED, PROVIDER, paymentStage, RUN } from '../../support/payment-stage.ts';
import { settled } from '../../support/virtual-clock.ts';

t.test('what a run owes is paid by one invoice for all of it, and proven by its preimage', async (t) => {
  const s = paymentStage();
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

t.test('an invoice that is not exactly what is owed is refused, and nothing is sent', async (t) => {
  const bad: [string, (s: ReturnType<typeof paymentStage>) => string, RegExp][] = [
    ['one msat too much', (s) => s.wallet.invoiceFor(OWED + 1), /invoice-refused.*26002 msat/],
    ['one msat too little', (s) => s.wallet.invoiceFor(OWED - 1), /invoice-refused/],
    ['another network', (s) => s.wallet.invoiceFor(OWED, { network: 'mainnet' }), /invoice-refused.*mainnet/],
    ['about to expire', (s) => s.wallet.invoiceFor(OWED, { expirySeconds: 9 }), /invoice-expired/],
    ['expired', (s) => s.wallet.invoiceFor(OWED, { expirySeconds: 0 }), /invoice-expired/],
    ['no invoice', () => 'lnbcrt1nonsense', /invoice-invalid/],
  ];
  for (const [name, invoice, reason] of bad) {
    const s = paymentStage();
    s.desk.invoice = () => invoice(s);
    await s.payRun();
    t.same(s.kinds(), ['PayoutStart', 'PayoutFailed'], name);
    t.match(s.told[1], { reason });
    t.same(s.wallet.sent, [], 'the wallet was not asked');
    t.equal(s.owedMsat(), OWED, 'it is owed as before');
  }
});

t.test('a payment hash pays one obligation, ever', async (t) => {
  const s = paymentStage();
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
  const s = paymentStage();
  s.desk.invoice = () => {
    throw new PylonError('job-timeout');
  };
  await s.payRun();
  t.same(s.kinds(), ['PayoutStart', 'PayoutFailed']);
  t.equal(s.owedMsat(), OWED);
  t.match(s.notices, [/still owed/]);
});

t.test('a payment whose answer is lost is unknown, then proven by lookup, and never made twice', async (t) => {
  const s = paymentStage();
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

t.test('a preimage that does not hash settles nothing', async (t) => {
  const s = paymentStage();
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
    const s = paymentStage();
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
