import t from 'tap';
import { type Trouble, TroubledSwarm } from '../support/troubled-swarm.ts';

const SEED = 7;
const TROUBLE: Trouble = {
  providers: 10,
  slow: 0.3,
  dead: 0.1,
  garbage: 0.1,
  workMs: 200,
  chunks: 16,
  seed: SEED,
};

t.test('a real swarm with slow, dead and lying providers answers every chunk, and in time', async (t) => {
  t.comment(`seed ${SEED}`);
  const swarm = await TroubledSwarm.start(TROUBLE);
  t.teardown(() => swarm.close());
  for (let run = 0; run < 3; run++) {
    const record = await swarm.run();
    t.match(record, { status: 'done', metrics: { coverage: 1, held_msat: 0 } });
    // A slow one alone takes two seconds, a dead one is given up after two and a half.
    t.ok(record.metrics.elapsed_ms < 10_000, `${record.metrics.elapsed_ms} ms`);
  }
});
