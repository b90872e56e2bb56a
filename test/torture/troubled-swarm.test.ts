import t from 'tap';
import { tortureSeed } from '../support/torture-seed.ts';
import { type Trouble, TroubledSwarm } from '../support/troubled-swarm.ts';

/** Eighty runs of one to three seconds each. */
const TIMEOUT_MS = 300_000;
const RUNS = 40;
const HEALTHY = { providers: 20, slow: 0, dead: 0, garbage: 0, workMs: 400, chunks: 32 };

/** What each run took, in ms, the shortest first; the first run, in which nobody is known, included. */
async function timesOf(trouble: Trouble): Promise<{ times: number[]; asked: number }> {
  const swarm = await TroubledSwarm.start(trouble);
  const times: number[] = [];
  let asked = 0;
  for (let run = 0; run < RUNS; run++) {
    const { status, metrics } = await swarm.run();
    if (status !== 'done' || metrics.coverage !== 1) throw new Error(`run ${run} ended ${status}`);
    times.push(metrics.elapsed_ms);
    asked += metrics.sub_queries;
  }
  await swarm.close();
  return { times: times.sort((one, other) => one - other), asked };
}

t.test(
  'three in ten slow, one in ten dead, one in twenty talking nonsense: hardly longer than without them',
  { timeout: TIMEOUT_MS },
  async (t) => {
    const seed = tortureSeed(t);
    const clean = await timesOf({ ...HEALTHY, seed });
    const troubled = await timesOf({ ...HEALTHY, slow: 0.3, dead: 0.1, garbage: 0.05, seed });
    const p50 = (times: number[]) => times[RUNS / 2] ?? 0;
    const p95 = (times: number[]) => times[Math.ceil(RUNS * 0.95) - 1] ?? 0;
    const extra = troubled.asked / (RUNS * HEALTHY.chunks) - 1;
    t.comment(
      JSON.stringify({
        clean_p50: p50(clean.times),
        clean_p95: p95(clean.times),
        p50: p50(troubled.times),
        p95: p95(troubled.times),
        extra,
      }),
    );
    t.ok(p95(troubled.times) <= 2 * p95(clean.times), 'the p95 at most doubles');
    t.ok(extra <= 0.3, `${extra} of the jobs are asked twice`);
  },
);
