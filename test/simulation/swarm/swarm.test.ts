import t from 'tap';
import { reportOf } from './report.ts';
import { CALM, SCENARIO, type Scenario } from './scenario.ts';
import { Swarm } from './swarm.ts';

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
  for (let seed = 1; seed <= 20; seed++) {
    const report = await simulate({ seed, deadlineMs: 20_000, timeoutMs: 8_000 });
    t.equal(report.invariant_faults, 0, `seed ${seed}: ${report.faults.join('\n')}`);
    t.equal(report.runs_ended_in_time, 1, `seed ${seed}: ${JSON.stringify(report.ended)}`);
  }
});
