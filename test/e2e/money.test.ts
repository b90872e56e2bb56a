// Money through the real command: the embedded default pays its providers to the last msat, a budget is never passed, and
// machines that share a wallet service pay one another over a relay.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ledgerReportSchema } from '../../protocol/money-report.ts';
import { pylon } from '../support/command.ts';
import { booksOf, GIFT_MSAT, json, marketplace, moneyHome } from '../support/money-home.ts';

t.test('a run pays its providers: hub, ledger and earnings agree to the msat, and verify says so', async (t) => {
  const { options, ask } = await moneyHome(t);
  const { code, record, stderr } = await ask(['--budget', '2000']);
  t.equal(code, 0, stderr);
  const { cost_msat: cost } = record.metrics;
  t.ok(cost > 0);
  t.match(record.metrics, { paid_msat: cost, held_msat: 0 });
  const { ledger, earnings, wallet, verdict } = await booksOf(t, options);
  t.match(ledger, { owed_msat: 0, inflight_msat: 0, held_msat: 0, paid_msat: cost, fees_msat: 0, runs: [] });
  t.equal(ledger.payouts.length, record.metrics.providers, 'one payment a provider');
  for (const { state, preimage } of ledger.payouts)
    t.match({ state, preimage }, { state: 'settled', preimage: /^[0-9a-f]{64}$/ });
  const received = new Map(earnings.providers.map(({ provider, received_msat }) => [provider, received_msat]));
  for (const { provider, paid_msat } of ledger.providers)
    t.equal(received.get(provider), paid_msat, 'what it was paid it earned');
  for (const earned of earnings.providers)
    t.match(earned, { due_msat: 0, disputed_msat: 0, earned_msat: earned.received_msat });
  t.equal(wallet.balance_msat, GIFT_MSAT - cost);
  t.match(wallet, { kind: 'hub', network: 'regtest', label: /play money/ });
  t.ok(verdict.ok, JSON.stringify(verdict.checks));
  const shown = await pylon(t, ['rlm', 'show', record.id], options);
  for (const { preimage } of ledger.payouts)
    t.ok(shown.stdout.includes(preimage!), 'show lists the payout with its preimage');
  const why = await json(t, ledgerReportSchema, ['ledger', '--run', record.id], options);
  t.equal(why.movements?.filter(({ kind }) => kind === 'settle').length, record.metrics.chunks_answered);
});

t.test('a budget of nothing is refused before anything is sent', async (t) => {
  const { options, ask, eventsOf } = await moneyHome(t);
  const none = await ask(['--budget', '0']);
  t.match(none, { code: 3, record: { status: 'failed', error: { code: 'budget-too-small' } } });
  const sent = (await eventsOf(none.record)).filter(({ type }) => /^(SubQuery|BudgetReserve)/.test(type));
  t.same(sent, []);
  const { ledger, verdict } = await booksOf(t, options);
  t.match(ledger, { owed_msat: 0, held_msat: 0 });
  t.ok(verdict.ok);
});

t.test('a budget that runs out half way gives a partial answer, exit 3, and nothing is owed and unpaid', async (t) => {
  const { options, ask } = await moneyHome(t);
  const whole = await ask(['--chunk-size', '1024']);
  const { cost_msat: cost, chunks } = whole.record.metrics;
  const { code, record } = await ask(['--chunk-size', '1024', '--budget', String(Math.floor(cost / 2_000))]);
  t.equal(code, 3);
  t.match(record, { status: 'partial', error: { code: 'budget-exhausted' } });
  t.ok(record.metrics.coverage > 0 && record.metrics.coverage < 1, `coverage ${record.metrics.coverage}`);
  t.ok(record.metrics.chunks_answered < chunks);
  t.ok(record.metrics.cost_msat <= Math.floor(cost / 2_000) * 1_000, 'never above the budget');
  t.equal(record.metrics.paid_msat, record.metrics.cost_msat);
  const { ledger, wallet, verdict } = await booksOf(t, options);
  t.match(ledger, { owed_msat: 0, inflight_msat: 0, held_msat: 0 });
  t.equal(wallet.balance_msat, GIFT_MSAT - cost - record.metrics.cost_msat);
  t.ok(verdict.ok);
});

t.test('exactly enough is enough, and one line more is not', async (t) => {
  const { folder, ask } = await moneyHome(t);
  // 10 msat and 1 msat for each started 1,000 characters (the embedded price): ten chunks of 90,000 characters are one sat.
  const lines = Array.from({ length: 9_001 }, (_, index) => `${index} `.padEnd(99, 'x'));
  await writeFile(join(folder, 'exact.log'), lines.slice(0, 9_000).join('\n'));
  const exact = await ask(['--chunk-size', '90000', '--budget', '1'], 'exact.log');
  t.match(exact.record, { status: 'done', metrics: { chunks: 10, cost_msat: 1_000, paid_msat: 1_000 } });
  t.equal(exact.code, 0, exact.stderr);
  await writeFile(join(folder, 'more.log'), lines.join('\n'));
  const more = await ask(['--chunk-size', '90000', '--budget', '1'], 'more.log');
  t.match(more.record, { status: 'partial', metrics: { chunks: 11, cost_msat: more.record.metrics.paid_msat } });
  t.equal(more.code, 3);
  t.ok(more.record.metrics.cost_msat <= 1_000);
});

t.test('more than 66 chunks fit the default budget', async (t) => {
  const { ask } = await moneyHome(t);
  const { code, record, stderr } = await ask(['--chunk-size', '4096']);
  t.equal(code, 0, stderr);
  t.ok(record.metrics.chunks > 66, `${record.metrics.chunks} chunks`);
  t.match(record, { status: 'done', metrics: { coverage: 1, paid_msat: record.metrics.cost_msat } });
});

t.test('with --no-log the providers are paid all the same, and nothing is kept', async (t) => {
  const { options, ask } = await moneyHome(t);
  const { code, record } = await ask(['--no-log']);
  t.equal(code, 0);
  t.equal(record.metrics.paid_msat, record.metrics.cost_msat);
  t.match(await json(t, ledgerReportSchema, ['ledger'], options), { entries: 0 });
});

t.test(
  'machines that share a hub pay one another over a relay, a provider that gives little credit in between',
  async (t) => {
    const { ask, paying, earning, provider } = await marketplace(t, ['--credit', '1']);
    const { code, record, stderr } = await ask();
    t.equal(code, 0, stderr);
    t.match(record, { status: 'done', metrics: { coverage: 1, chunks_local: 0, paid_msat: record.metrics.cost_msat } });
    provider.kill('SIGTERM');
    await provider.ended;
    const { cost_msat: cost } = record.metrics;
    const asker = await booksOf(t, paying);
    t.match(asker.ledger, { owed_msat: 0, inflight_msat: 0, paid_msat: cost });
    t.match(asker.wallet, { kind: 'connected', balance_msat: 5_000_000 - cost });
    t.ok(asker.verdict.ok, JSON.stringify(asker.verdict.checks));
    const seller = await booksOf(t, earning);
    t.match(seller.earnings.providers, [{ received_msat: cost, due_msat: 0, earned_msat: cost }]);
    t.equal(seller.wallet.balance_msat, cost, 'it is in its wallet');
  },
);
