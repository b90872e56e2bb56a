// Money in escrow through the real command: each answer is paid by a hold invoice and nothing else is, and whoever kills the
// process in between finds every payment taken or given back.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { homePaths } from '../../node/home.ts';
import { runRecordSchema } from '../../protocol/run.ts';
import { type TraceEvent, traceEventSchema } from '../../protocol/trace.ts';
import { type CommandOptions, pylon, startPylon } from '../support/command.ts';
import { booksOf, GIFT_MSAT, marketplace, moneyHome, QUESTION } from '../support/money-home.ts';

t.test('a run in escrow pays for each answer: hub, ledger and earnings agree to the msat', async (t) => {
  const { options, ask, eventsOf } = await moneyHome(t);
  const { code, record, stderr } = await ask(['--escrow']);
  t.equal(code, 0, stderr);
  const { cost_msat: cost, chunks_answered: answered } = record.metrics;
  t.ok(cost > 0);
  t.match(record, {
    config: { escrow: true },
    metrics: { paid_msat: cost, held_msat: 0, released_msat: 0, coverage: 1 },
  });
  const { ledger, earnings, wallet, verdict } = await booksOf(t, options);
  t.match(ledger, { owed_msat: 0, inflight_msat: 0, held_msat: 0, paid_msat: cost, runs: [] });
  t.equal(ledger.payouts.length, answered, 'one payment for each answer');
  t.same(new Set(ledger.payouts.map(({ state }) => state)), new Set(['settled']));
  const sum = (key: 'earned_msat' | 'received_msat' | 'jobs') =>
    earnings.providers.reduce((total, one) => total + one[key], 0);
  t.same([sum('earned_msat'), sum('received_msat'), sum('jobs')], [cost, cost, answered]);
  t.equal(wallet.balance_msat, GIFT_MSAT - cost);
  t.ok(verdict.ok, JSON.stringify(verdict.checks));
  const events = await eventsOf(record);
  for (const { preimage } of ledger.payouts) {
    const told = events.filter((event) => JSON.stringify(event).includes(preimage ?? 'none'));
    t.same(
      told.map(({ type }) => type),
      ['PayoutSettle'],
      'a preimage is told once, as the proof',
    );
  }
});

/** A run in a daemon of its own, and its events so far. */
async function running(t: Parameters<typeof startPylon>[0], options: CommandOptions, folder: string, fanout: number) {
  const daemon = startPylon(t, ['start', '--foreground', '--port', '0'], options);
  const [, port] = await daemon.said('stderr', /127\.0\.0\.1:(\d+)/);
  const token = (await readFile(homePaths.token(options.home), 'utf8')).trim();
  const call = async (path: string, init: object = {}) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${port}/api${path}`, { headers, ...init });
    return (await answer.json()) as Record<string, unknown>;
  };
  const body = {
    query: QUESTION,
    files: [join(folder, 'in.log')],
    options: { escrow: true, chunk_size: 2_048, fanout },
  };
  const { run_id } = await call('/runs', { method: 'POST', body: JSON.stringify(body) });
  const heard: TraceEvent[] = [];
  const events = async (): Promise<readonly TraceEvent[]> => {
    const { events: more } = await call(`/runs/${run_id}/events?from_seq=${heard.length}&limit=500`);
    heard.push(...(more as unknown[]).map((event) => traceEventSchema.parse(event)));
    return heard;
  };
  return { daemon, events, runId: String(run_id) };
}

t.test('killed between payment and reveal, every payment is taken or back after the next start', async (t) => {
  const { folder, options, ask } = await moneyHome(t);
  for (const fanout of [4, 16]) {
    const { daemon, events, runId } = await running(t, options, folder, fanout);
    for (let proven = 0; proven < 3 * fanout; ) {
      const told = await events();
      proven = told.filter(({ type }) => type === 'PayoutSettle').length;
      if (told.some(({ type }) => type === 'RunDone')) t.fail('the run was over before it could be killed');
    }
    daemon.kill('SIGKILL');
    await daemon.ended;
    const shown = await pylon(t, ['rlm', 'show', runId, '--json'], options);
    const { run } = JSON.parse(shown.stdout) as { run: unknown };
    t.match(runRecordSchema.parse(run), {
      status: 'failed',
      error: { code: 'interrupted' },
      metrics: { held_msat: 0 },
    });
  }
  const { record, code, stderr } = await ask(['--escrow']);
  t.equal(code, 0, stderr);
  t.equal(record.metrics.paid_msat, record.metrics.cost_msat);
  const { ledger, earnings, wallet, verdict } = await booksOf(t, options);
  t.ok(verdict.ok, JSON.stringify(verdict.checks));
  t.match(ledger, { owed_msat: 0, inflight_msat: 0, held_msat: 0, runs: [] }, 'nothing is left in escrow');
  t.equal(wallet.balance_msat, GIFT_MSAT - ledger.paid_msat, 'what was not taken is back');
  t.equal(
    earnings.providers.reduce((sum, { received_msat }) => sum + received_msat, 0),
    ledger.paid_msat,
  );
  for (const { due_msat, earned_msat, received_msat } of earnings.providers)
    t.same([due_msat, earned_msat], [0, received_msat]);
});

t.test('over a relay, a provider that gives no credit is paid out of escrow, or in advance, job by job', async (t) => {
  const { ask, paying, earning, provider } = await marketplace(t, ['--credit', '0']);
  const escrowed = await ask(['--escrow']);
  t.equal(escrowed.code, 0, escrowed.stderr);
  const prepaid = await ask();
  t.equal(prepaid.code, 0, prepaid.stderr);
  for (const { metrics } of [escrowed.record, prepaid.record])
    t.match(metrics, { coverage: 1, chunks_local: 0, held_msat: 0, paid_msat: metrics.cost_msat, released_msat: 0 });
  provider.kill('SIGTERM');
  await provider.ended;
  const cost = escrowed.record.metrics.cost_msat + prepaid.record.metrics.cost_msat;
  const asker = await booksOf(t, paying);
  t.match(asker.ledger, { owed_msat: 0, inflight_msat: 0, held_msat: 0, paid_msat: cost });
  const jobs = escrowed.record.metrics.chunks_answered + prepaid.record.metrics.chunks_answered;
  t.equal(asker.ledger.payouts.length, jobs, 'each job is a payment of its own');
  t.match(asker.wallet, { kind: 'connected', balance_msat: 5_000_000 - cost });
  t.ok(asker.verdict.ok, JSON.stringify(asker.verdict.checks));
  const seller = await booksOf(t, earning);
  t.match(seller.earnings.providers, [{ received_msat: cost, due_msat: 0, earned_msat: cost, advance_msat: 0, jobs }]);
  t.equal(seller.wallet.balance_msat, cost, 'it is in its wallet');
});

t.test('escrow without a wallet that pays is a clear error, and so is escrow in the open', async (t) => {
  const { folder, options } = await moneyHome(t);
  const refused = async (flags: readonly string[]) => {
    const { code, stderr } = await pylon(t, ['rlm', QUESTION, '--file', join(folder, 'in.log'), ...flags], options);
    return [code, stderr.trim().split('\n').at(-1)];
  };
  t.match(await refused(['--escrow', '--public']), [
    2,
    /^pylon: option-invalid: .*in the open.*leave one of the two out/,
  ]);
  t.match(await refused(['--escrow', '--timeout', '7200']), [2, /^pylon: option-invalid: .*7140 s.*lower --timeout/]);
  t.match(await refused(['--escrow', '--relay', 'ws://127.0.0.1:9']), [1, /^pylon: wallet-missing: /]);
});
