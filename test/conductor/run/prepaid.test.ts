import t from 'tap';
import { PylonError } from '../../../protocol/errors.ts';
import { msat } from '../../../protocol/money.ts';
import { escrowStage, FUNDS_MSAT } from '../../support/escrow-stage.ts';
import type { Behaviour } from '../../support/scripted-market.ts';

const NO_CREDIT = { credit_msat: 0 } as const;
const stage = (options = {}) => escrowStage({ ...options, config: { escrow: false, fanout: 4 } });

const failing: Behaviour = async () => {
  throw new PylonError('job-failed');
};

t.test('a provider that gives no credit is paid for each job before it is asked, one job at a time', async (t) => {
  const s = stage();
  let inFlight = 0;
  const work: Behaviour = async (asked, honest) => {
    t.equal(++inFlight, 1, 'the next job waits until this one is proven');
    const { run_id } = s.journal.events[0]!;
    const paid = s.payouts().find(({ ahead }) => ahead?.query_id === `${asked.request.chunk}.${asked.request.attempt}`);
    t.match(paid, { state: 'settled', amount_msat: asked.bidMsat, lines: [[run_id, asked.bidMsat]] });
    const reply = await honest();
    inFlight--;
    return reply;
  };
  s.market.provider('careful', work, NO_CREDIT);
  const record = await s.run();
  t.match(record, { status: 'done', metrics: { coverage: 1, chunks_local: 0, held_msat: 0, released_msat: 0 } });
  const { cost_msat: cost, chunks } = record.metrics;
  t.equal(record.metrics.paid_msat, cost);
  t.equal(s.payouts().length, chunks);
  t.same(s.balances(), { payer: FUNDS_MSAT - cost, payee: cost });
});

t.test('who takes the money and does nothing for it is not asked again, and the loss can be seen', async (t) => {
  const s = stage();
  s.market.provider('thief', failing, NO_CREDIT).provider('honest');
  const record = await s.run();
  t.match(record, { status: 'done', metrics: { coverage: 1, chunks_local: 0, held_msat: 0 } });
  const [lost, ...more] = s.payouts();
  t.same(more, [], 'one job is all that it got');
  t.equal(lost?.state, 'settled');
  t.equal(record.metrics.paid_msat, lost?.amount_msat);
  const { query_id } = lost!.ahead!;
  t.match(
    s.journal.of('BudgetSettle').find((event) => event.query_id === query_id),
    { provider: lost!.provider },
  );
  t.match(
    s.journal.of('SubQueryReturn').find((event) => event.query_id === query_id),
    { ok: false },
  );
  t.match(s.journal.of('PayoutStart'), [{ query_id }]);
});

t.test('an invoice for another amount is not paid, and what was held for it is free again', async (t) => {
  const s = stage();
  s.desk.requestInvoice = async ({ amountMsat }) =>
    (await s.payee.makeInvoice({ amountMsat: msat(amountMsat + 1), expirySeconds: 45 })).invoice!;
  s.market.provider('greedy', failing, NO_CREDIT).provider('honest');
  const record = await s.run();
  t.match(record, { status: 'done', metrics: { coverage: 1, paid_msat: 0, held_msat: 0 } });
  t.same(s.payouts(), []);
  t.equal(s.balances().payer, FUNDS_MSAT);
  t.equal(s.market.asked.filter(({ offer }) => offer.credit_msat === 0).length, 0, 'nor is it asked');
});

t.test(
  'a payment that the wallet does not confirm in time buys no job, counts as spent, and is made once',
  async (t) => {
    const s = stage();
    s.payer.pay = () => new Promise(() => undefined);
    s.payer.lookupInvoice = async () => {
      throw new PylonError('wallet-timeout');
    };
    s.market.provider('careful', failing, NO_CREDIT).provider('honest');
    const record = await s.run();
    t.match(record, { status: 'done', metrics: { coverage: 1, held_msat: 0, paid_msat: 0 } });
    const [payout, ...more] = s.payouts();
    t.same(more, []);
    t.equal(payout?.state, 'unknown');
    t.equal(s.market.asked.filter(({ offer }) => offer.credit_msat === 0).length, 0);
    t.ok(s.journal.of('BudgetSettle').some(({ query_id }) => query_id === payout?.ahead?.query_id));
    t.match(s.journal.of('PayoutUnknown'), [{ payout_id: payout?.id }]);
  },
);

t.test('a provider that gives credit, or does not say, is not paid in advance', async (t) => {
  const s = stage();
  s.market.provider('generous', undefined, { credit_msat: 1 }).provider('silent');
  await s.run();
  t.same(s.payouts(), []);
});
