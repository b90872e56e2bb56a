// Done-line 4: whatever happens to the swarm, each run ends in time, and what comes afterwards changes nothing.
import t, { type Test } from 'tap';
import { chaos } from './chaos.ts';
import { reportOf } from './report.ts';
import { CALM, SCENARIO, type Scenario } from './scenario.ts';
import { Swarm } from './swarm.ts';

const CHUNKS = 60;
const BUSY: Scenario = { ...SCENARIO, runs: 1, chunks: CHUNKS, providers: 30, fanout: 10, timeoutMs: 15_000 };
const SEEDS = [1, 2, 3, 4, 5];
const EVERYTHING_CUT = { ...CALM, partitions: [{ fromMs: 300, toMs: Number.POSITIVE_INFINITY }] };

/** Runs it to the end, and then on until nothing is on its way any more. */
async function simulate(t: Test, scenario: Scenario) {
  const swarm = new Swarm(scenario, true);
  const report = reportOf(await swarm.run());
  const told = `seed ${scenario.seed}: ${JSON.stringify(report.ended)} ${report.faults.join('\n')}`;
  t.equal(report.invariant_faults, 0, told);
  t.equal(report.runs_ended_in_time, 1, told);
  t.notOk(JSON.stringify(report.ended).includes('internal'), told);
  const ledgerSeq = swarm.book.latestSeq;
  await swarm.drain();
  t.equal(swarm.journal.traceHash(), report.trace_hash, `seed ${scenario.seed}: nothing is told after the end`);
  t.equal(swarm.book.latestSeq, ledgerSeq, `seed ${scenario.seed}: no money moves after the end`);
  return { report, strays: swarm.market.strays, answer: swarm.answers.join('\n') };
}

t.test('all providers vanish: what is left is read at home, and the answer is whole', async (t) => {
  for (const seed of SEEDS) {
    const honest = { ...BUSY, seed, honestDisagreement: 0 };
    const { report, answer } = await simulate(t, { ...honest, vanishAtMs: 300 });
    t.same(report.ended, { done: 1 });
    t.ok(report.local_rate > 0.3);
    t.equal(answer, (await simulate(t, honest)).answer);
  }
});

t.test('all relays are cut: what is left is read at home', async (t) => {
  for (const seed of SEEDS) {
    const { report } = await simulate(t, { ...BUSY, seed, network: EVERYTHING_CUT });
    t.same(report.ended, { done: 1 });
    t.ok(report.local_rate > 0.3);
  }
});

t.test('all relays are cut and there is little time: a partial answer by the deadline', async (t) => {
  for (const seed of SEEDS) {
    const { report } = await simulate(t, { ...BUSY, seed, network: EVERYTHING_CUT, deadlineMs: 1_500 });
    t.same(report.ended, { 'partial: deadline-passed': 1 });
    t.ok(report.p99_ms <= 6_500);
  }
});

t.test('the clock is set forwards, by minutes and by hours: the run goes on', async (t) => {
  for (const seed of SEEDS)
    for (const byMs of [1_000, 120_000, 3_600_000, 86_400_000]) {
      const jump = { kind: 'set' as const, atMs: 300, byMs };
      const { report } = await simulate(t, { ...BUSY, seed, jump });
      t.same(report.ended, { done: 1 }, `by ${byMs} ms`);
    }
});

t.test('the machine sleeps in the middle of a run: what was due meanwhile is asked again or given up', async (t) => {
  for (const seed of SEEDS) {
    const jump = { kind: 'sleep' as const, atMs: 300, byMs: 3_600_000 };
    const { report } = await simulate(t, { ...BUSY, seed, jump });
    t.same(report.ended, { done: 1 });
  }
});

t.test('a relay repeats and holds back everything: every chunk is answered once and paid once', async (t) => {
  const network = { ...CALM, duplication: 1, reordering: 1, reorderingMs: 2_000 };
  for (const seed of SEEDS) {
    const honest = { ...BUSY, seed, honestDisagreement: 0 };
    const { report, strays, answer } = await simulate(t, { ...honest, network });
    const calm = await simulate(t, honest);
    t.same(report.ended, { done: 1 });
    t.ok(strays >= CHUNKS / 2, `${strays} results came twice`);
    t.equal(answer, calm.answer, 'the answer is that of a quiet network');
    t.ok(report.paid_msat_per_chunk <= calm.report.paid_msat_per_chunk, 'and costs no more');
  }
});

t.test('in forty worlds of trouble each run ends in time and no invariant breaks', async (t) => {
  for (let seed = 1; seed <= 40; seed++) await simulate(t, chaos(seed));
});
