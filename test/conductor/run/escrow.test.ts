import t from 'tap';
import { balancesWithin } from '../../../ledger/book/accounts.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { msat } from '../../../protocol/money.ts';
import { type Dealings, escrowStage, FUNDS_MSAT } from '../../support/escrow-stage.ts';
import { type Behaviour, silently } from '../../support/scripted-market.ts';

const IN_ESCROW = { escrow: true } as const;

/** Claims what does not stand in the chunk. */
const lying: Behaviour = async (_asked, honest) => {
  const reply = await honest();
  const output = { findings: [{ quote: 'nobody ever wrote this', score: 99 }] };
  return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
};

t.test('each answer that passes is paid out of escrow, once, and a run ends with nothing in it', async (t) => {
  const s = escrowStage();
  s.market.provider('one', s.inEscrow(), IN_ESCROW).provider('two', s.inEscrow(), IN_ESCROW);
  const record = await s.run();
  t.match(record, { status: 'done', metrics: { coverage: 1, chunks_local: 0, held_msat: 0, released_msat: 0 } });
  const { cost_msat: cost, paid_msat, chunks } = record.metrics;
  t.equal(paid_msat, cost);
  t.same(
    s.states(),
    Array.from({ length: chunks }, () => 'settled'),
  );
  t.same(s.balances(), { payer: FUNDS_MSAT - cost, payee: cost });
  t.equal(s.inflightMsat(), 0);
  t.same([...balancesWithin(s.book.rows, 'payable/')], [], 'nothing is owed besides');
  t.equal(s.clock.pending, 0);
  const types = s.journal.events.map(({ type }) => type).filter((type) => /^(Budget|Payout)/.test(type));
  t.same(new Set(types), new Set(['BudgetReserve', 'PayoutStart', 'BudgetSettle', 'PayoutSettle']));
});

t.test(
  'a preimage is told after its answer was accepted and not before, and stands nowhere until it is proven',
  async (t) => {
    const s = escrowStage();
    s.market.provider('one', s.inEscrow(), IN_ESCROW);
    const { reveal } = s.desk;
    s.desk.reveal = (told) => {
      const accepted = s.journal.of('SubQueryReturn').some(({ ok, request_id }) => ok && request_id === told.requestId);
      t.ok(accepted, 'the answer was accepted and recorded');
      const { ahead } = s.payouts().find((payout) => payout.ahead?.escrow?.request_id === told.requestId) ?? {};
      t.equal(ahead?.escrow?.is_revealed, true, 'that it is told is on disk first');
      t.notMatch(JSON.stringify([s.journal.events, s.notices, s.payouts()]), told.preimage);
      return reveal(told);
    };
    await s.run();
    t.equal(s.revealed.length, s.market.asked.length);
    const hashes = s.market.asked.map(({ request }) => request.escrow);
    t.equal(new Set(hashes).size, hashes.length, 'each job has a hash of its own');
  },
);

t.test('an answer that does not pass is not paid: the money comes back, and another provider is asked', async (t) => {
  const s = escrowStage();
  s.market.provider('liar', s.inEscrow({ work: lying }), IN_ESCROW).provider('honest', s.inEscrow(), IN_ESCROW);
  const record = await s.run();
  t.match(record, { status: 'done', metrics: { coverage: 1, chunks_local: 0, held_msat: 0 } });
  const failed = s.payouts().filter(({ state }) => state === 'failed');
  t.ok(failed.length > 0);
  t.equal(s.withdrawn.length, failed.length);
  t.equal(
    record.metrics.released_msat,
    failed.reduce((sum, { amount_msat }) => sum + amount_msat, 0),
  );
  t.equal(new Set(s.journal.of('BudgetSettle').map(({ provider }) => provider)).size, 1);
  t.same(s.balances(), { payer: FUNDS_MSAT - record.metrics.cost_msat, payee: record.metrics.paid_msat });
  for (const event of s.journal.of('PayoutFailed')) t.equal(event.reason, 'result-invalid');
});

t.test('a hold invoice that is not exactly ours is not paid, whatever it is', async (t) => {
  const bad: [name: string, dealings: Dealings, code: string][] = [
    ['on another hash', { hash: ({ requestId }) => requestId }, 'invoice-refused'],
    ['one msat more', { amountMsat: ({ bidMsat }) => msat(bidMsat + 1) }, 'invoice-refused'],
    ['one msat less', { amountMsat: ({ bidMsat }) => msat(bidMsat - 1) }, 'invoice-refused'],
    ['on another network', { network: 'mainnet' }, 'invoice-refused'],
    ['about to expire', { expirySeconds: 9 }, 'invoice-expired'],
    ['payable when the job is void', { expirySeconds: 500 }, 'invoice-refused'],
  ];
  for (const [name, dealings, code] of bad) {
    const s = escrowStage();
    s.market.provider('odd', s.inEscrow(dealings), IN_ESCROW);
    const record = await s.run();
    t.match(record.metrics, { cost_msat: 0, held_msat: 0, coverage: 1 }, name);
    t.equal(record.metrics.chunks_local, record.metrics.chunks);
    t.same(s.payouts(), [], name);
    t.same(s.balances(), { payer: FUNDS_MSAT, payee: 0 });
    t.ok(
      s.journal.of('SubQueryReturn').some(({ error }) => error?.code === code),
      `${name}: ${code}`,
    );
  }
});

t.test('a provider that has the money waiting and never answers cannot take it, and it comes back', async (t) => {
  const s = escrowStage();
  const thief = s.inEscrow({ work: silently, keeps: true });
  s.market.provider('thief', thief, IN_ESCROW).provider('honest', s.inEscrow(), IN_ESCROW);
  const record = await s.run();
  t.match(record, { status: 'done', metrics: { coverage: 1, chunks_local: 0, held_msat: 0 } });
  const kept = s.payouts().filter(({ state }) => state === 'unknown');
  t.ok(kept.length > 0);
  t.equal(record.metrics.cost_msat, record.metrics.paid_msat, 'what nobody can take is not spent');
  t.equal(s.journal.of('PayoutUnknown').length, kept.length);
  await t.rejects(s.payee.settleHoldInvoice('00'.repeat(32)), { code: /^wallet-/ }, 'without the preimage');
  const locked = kept.reduce((sum, { amount_msat }) => sum + amount_msat, 0);
  t.equal(s.balances().payer, FUNDS_MSAT - record.metrics.cost_msat - locked);
  for (const { payment_hash } of kept) await s.payee.cancelHoldInvoice(payment_hash!); // as its wallet does in time
  await s.later(30);
  t.notOk(s.states().includes('unknown'));
  t.equal(s.inflightMsat(), 0);
  t.equal(s.balances().payer, FUNDS_MSAT - record.metrics.cost_msat);
});

t.test(
  'a provider that does not take what was revealed to it is waited for a while, and it counts as spent',
  async (t) => {
    const s = escrowStage();
    s.market.provider('slow', s.inEscrow({ forgets: true }), IN_ESCROW);
    const record = await s.run();
    t.match(record.metrics, { held_msat: 0, paid_msat: 0, released_msat: 0 });
    t.ok(record.metrics.cost_msat > 0);
    t.same(new Set(s.states()), new Set(['unknown']));
    t.equal(
      record.metrics.elapsed_ms,
      10_000 + s.journal.of('SubQuerySubmit')[0]!.timestamp_ms - s.journal.events[0]!.timestamp_ms,
    );
    await s.later(400);
    t.same(new Set(s.states()), new Set(['unknown']), 'the wallet still holds it: nobody says that it came back');
  },
);

t.test('providers that would have to be trusted are not asked; free ones are, without any escrow', async (t) => {
  const s = escrowStage();
  const free = { base_msat: 0, msat_per_1k_chars: 0 };
  s.market.provider('trusted').provider('free', undefined, free);
  const record = await s.run();
  t.match(record, { status: 'done', metrics: { coverage: 1, cost_msat: 0, chunks_local: 0, providers: 1 } });
  for (const { request } of s.market.asked) t.equal(request.escrow, undefined);

  const none = escrowStage();
  none.market.provider('trusted').provider('other', undefined, { escrow: false });
  const failed = await none.run();
  t.match(failed, { status: 'failed', error: { code: 'escrow-unavailable' } });
  t.same(none.market.asked, []);
});

t.test('escrow that cannot be had is refused before anything is recorded', async (t) => {
  const cases = [
    [{ hasNoWallet: true }, 'wallet-missing'],
    [{ config: { public: true } }, 'option-invalid'],
    [{ config: { timeout_ms: 7_200_000 } }, 'option-invalid'],
  ] as const;
  for (const [options, code] of cases) {
    const s = escrowStage(options);
    s.market.provider('one', s.inEscrow(), IN_ESCROW);
    await t.rejects(s.run(), { code });
    t.same(s.journal.events, []);
  }
});

t.test('a wallet with too little money ends the job at once, and nothing is left unknown', async (t) => {
  const s = escrowStage({ fundsMsat: 5 });
  s.market.provider('one', s.inEscrow(), IN_ESCROW);
  const record = await s.run();
  t.equal(record.metrics.chunks_local, record.metrics.chunks);
  t.match(record.metrics, { cost_msat: 0, held_msat: 0 });
  t.same(new Set(s.states()), new Set(['failed']));
  t.same(s.balances(), { payer: 5, payee: 0 });
  t.match(s.journal.of('PayoutFailed')[0], { reason: /wallet-insufficient-balance/ });
  t.ok(s.journal.of('SubQueryReturn').some(({ error }) => error?.code === 'wallet-insufficient-balance'));
});

t.test('what is in flight when a run ends is withdrawn, and all of its money comes back', async (t) => {
  const s = escrowStage({ config: { quorum: '2' } });
  let answers = 0;
  const work: Behaviour = (asked, honest) => (++answers > 2 ? silently(asked, honest) : honest());
  s.market.provider('one', s.inEscrow({ work }), IN_ESCROW);
  const record = await s.run();
  t.match(record, { status: 'done', metrics: { held_msat: 0 } });
  t.ok(s.states().includes('failed') && s.states().includes('settled') && !s.states().includes('unknown'));
  t.equal(record.metrics.paid_msat, record.metrics.cost_msat);
  t.equal(s.balances().payer, FUNDS_MSAT - record.metrics.cost_msat);
});

t.test('a demand that comes when its job is over is not paid', async (t) => {
  const s = escrowStage();
  const late: Behaviour = async (asked) => {
    s.clock.after(100, async () => {
      const { invoice } = await s.payee.makeHoldInvoice({
        paymentHash: asked.request.escrow!,
        amountMsat: asked.bidMsat,
      });
      asked.onEscrow?.(invoice!, asked.requestId);
    });
    throw new PylonError('job-failed');
  };
  s.market.provider('late', late, IN_ESCROW);
  const record = await s.run();
  await s.later(5);
  t.same(s.payouts(), []);
  t.equal(record.metrics.cost_msat, 0);
  t.equal(s.balances().payer, FUNDS_MSAT);
});

t.test('a provider that works without asking for its escrow is owed the price like any other', async (t) => {
  const s = escrowStage();
  s.market.provider('trusting', undefined, IN_ESCROW);
  const record = await s.run();
  t.same(s.payouts(), []);
  t.equal(
    [...balancesWithin(s.book.rows, 'payable/')].reduce((sum, [, owed]) => sum + owed, 0),
    record.metrics.cost_msat,
  );
});

t.test('what routing may cost is set aside with the price, and told', async (t) => {
  const s = escrowStage({ feeReservePpm: 100_000 });
  s.market.provider('liar', s.inEscrow({ work: lying }), IN_ESCROW).provider('honest', s.inEscrow(), IN_ESCROW);
  const record = await s.run();
  t.match(record, { status: 'done', metrics: { held_msat: 0 } });
  for (const { fee_reserve_msat = 0, amount_msat } of s.journal.of('BudgetSettle'))
    t.equal(fee_reserve_msat, Math.ceil(amount_msat / 10));
});
