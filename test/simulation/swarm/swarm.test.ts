import t from 'tap';
import { reportOf } from './report.ts';
import { CALM, SCENARIO, type Scenario } from './scenario.ts';
import { Swarm } from './swarm.ts';
import { tailsOf } from './tails.ts';

/** Everything at once: liars of every kind, the dead and the flaky, a network that loses, repeats and holds back. */
const TROUBLED: Scenario = {
  ...SCENARIO,
  seed: 4,
  runs: 3,
  chunks: 40,
  providers: 40,
  byzantine: 0.3,
  behaviour: 'mixed',
  dead: 0.1,
  flaky: 0.1,
  stragglers: 0.1,
  fanout: 10,
  network: { ...CALM, regionMs: [2, 40, 120], loss: 0.02, duplication: 0.2, reordering: 0.3, reorderingMs: 2_000 },
};

async function simulate(change: Partial<Scenario>) {
  const scenario = { ...TROUBLED, ...change };
  return reportOf(await new Swarm(scenario, true).run());
}

t.test('the same seed gives the same events, another seed others', async (t) => {
  const hashes = new Set<string>();
  for (let round = 0; round < 5; round++) hashes.add((await simulate({})).trace_hash);
  t.equal(hashes.size, 1);
  hashes.add((await simulate({ seed: 5 })).trace_hash);
  t.equal(hashes.size, 2);
});

t.test('a whole honest swarm answers every chunk, truly, and is paid for each once', async (t) => {
  const calm = { byzantine: 0, dead: 0, flaky: 0, stragglers: 0, network: CALM };
  const report = await simulate(calm);
  t.same(report.ended, { done: 3 });
  t.equal(report.false_accept_rate, 0);
  t.equal(report.local_rate, 0);
  t.equal(report.invariant_faults, 0, report.faults.join('\n'));
});

t.test('whatever the swarm does, no invariant of the money and of the trace is broken', async (t) => {
  for (let seed = 1; seed <= 8; seed++) {
    const report = await simulate({ seed, deadlineMs: 20_000, timeoutMs: 8_000 });
    t.equal(report.invariant_faults, 0, `seed ${seed}: ${report.faults.join('\n')}`);
    t.equal(report.runs_ended_in_time, 1, `seed ${seed}: ${JSON.stringify(report.ended)}`);
  }
});

const STRANGERS: Scenario = { ...SCENARIO, runs: 3, chunks: 500, providers: 100, byzantine: 0.3, tier: 'credibility' };

/** What the issue asks of 30 % liars, on a small sample; docs/simulation.md says how to see more. */
for (const [behaviour, canaryDetect] of [
  ['colluding', 0],
  ['sleeping', 0],
  ['canary-detecting', 0.9],
] as const)
  t.test(`30 % of the swarm ${behaviour}: next to no lie is believed, and a liar earns next to nothing`, async (t) => {
    const seed = 31;
    const report = reportOf(await new Swarm({ ...STRANGERS, seed, behaviour, canaryDetect }).run());
    t.ok(report.false_accept_upper95 <= 0.005, `seed ${seed}: ${report.false_accept_rate}`);
    t.ok(report.executions_per_chunk <= 2.6, `seed ${seed}: ${report.executions_per_chunk}`);
    t.ok(report.honest_rejected_rate <= 0.02, `seed ${seed}: ${report.honest_rejected_rate}`);
    t.ok(report.local_rate <= 0.02, `seed ${seed}: ${report.local_rate}`);
    t.ok(report.liar_jobs_paid_max <= 3);
    t.equal(report.invariant_faults, 0, report.faults.join('; '));
  });

t.test('the fixed vote believes what three colluders in ten say', async (t) => {
  const report = reportOf(await new Swarm({ ...STRANGERS, seed: 31, scheme: 'vote-2of3' }).run());
  t.ok(report.false_accept_rate > 0.02, 'the measure finds lies where there are any');
});

t.test('a tenth of the jobs straggles tenfold: hedging keeps the slowest run short, for little', async (t) => {
  const world = { ...SCENARIO, seed: 31, runs: 200, providers: 50 }; // of fewer the p99 is the slowest one
  const clean = reportOf(await new Swarm(world).run());
  const hedged = reportOf(await new Swarm({ ...world, stragglers: 0.1 }).run());
  const patient = reportOf(await new Swarm({ ...world, stragglers: 0.1, scheme: 'no-hedge' }).run());
  t.ok(hedged.p99_ms <= 4 * clean.p50_ms, `${hedged.p99_ms} ms beside ${clean.p50_ms} ms`);
  t.ok(hedged.extra_spend_ratio <= 0.2, `${hedged.extra_spend_ratio}`);
  t.ok(patient.p99_ms > 2 * hedged.p99_ms, `${patient.p99_ms} ms without hedging`);
});

t.test('in a vote, too, hedging keeps the tail short, beside the clean run of the same tier', async (t) => {
  const world: Scenario = { ...SCENARIO, seed: 31, runs: 100, providers: 50, stragglers: 0.1 };
  const tails = await tailsOf(world, async (scenario) => reportOf(await new Swarm(scenario).run()));
  const bounds = { ours: 4, vote: 3.5 };
  for (const [name, bound] of Object.entries(bounds)) {
    const [hedged, waiting] = [tails[`${name}-hedged`], tails[`${name}-waiting`]];
    const told = `seed ${world.seed}: ${JSON.stringify({ name, hedged, waiting })}`;
    t.ok(hedged !== undefined && hedged.p99_ratio <= bound && hedged.extra_spend_ratio <= 0.2, told);
    t.ok(waiting !== undefined && waiting.p99_ratio > 2 * bound, `the measure sees those who only wait: ${told}`);
  }
});
