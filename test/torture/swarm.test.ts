// The long forms of test/simulation/swarm: the same seed a thousand times, and a thousand worlds of trouble.
import t from 'tap';
import { chaos } from '../simulation/swarm/chaos.ts';
import { reportOf } from '../simulation/swarm/report.ts';
import { SCENARIO } from '../simulation/swarm/scenario.ts';
import { Swarm } from '../simulation/swarm/swarm.ts';
import { tortureSeed } from '../support/torture-seed.ts';

const ROUNDS = 1_000;
const TIMEOUT_MS = 1_500_000;

t.test('the same seed gives the same events 1,000 times out of 1,000', { timeout: TIMEOUT_MS }, async (t) => {
  const seed = tortureSeed(t);
  const mixed = { byzantine: 0.3, behaviour: 'mixed' as const, dead: 0.05, flaky: 0.05, stragglers: 0.1 };
  const scenario = { ...SCENARIO, ...mixed, seed, chunks: 20, providers: 30, fanout: 8, tier: 'credibility' };
  const hashes = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) hashes.add((await new Swarm(scenario).run()).traceHash);
  t.comment(`${hashes.size} hash of ${ROUNDS} rounds: ${[...hashes][0]}`);
  t.equal(hashes.size, 1);
});

t.test(
  'in 1,000 worlds of trouble every run ends in time, and no invariant breaks',
  { timeout: TIMEOUT_MS },
  async (t) => {
    const first = tortureSeed(t) * ROUNDS;
    const ended: Record<string, number> = {};
    for (let seed = first; seed < first + ROUNDS; seed++) {
      const swarm = new Swarm(chaos(seed));
      const report = reportOf(await swarm.run());
      const { latestSeq } = swarm.book;
      await swarm.drain();
      const isQuiet = swarm.journal.traceHash() === report.trace_hash && swarm.book.latestSeq === latestSeq;
      if (report.invariant_faults > 0 || report.runs_ended_in_time < 1 || !isQuiet)
        t.fail(
          `world ${seed}: ${JSON.stringify(report.ended)} ${isQuiet ? '' : 'changed after its end'} ${report.faults.join('; ')}`,
        );
      for (const [end, count] of Object.entries(report.ended)) ended[end] = (ended[end] ?? 0) + count;
    }
    t.comment(`worlds from ${first}: ${JSON.stringify(ended)}`);
    t.equal(ended['hung: internal'], undefined);
  },
);
