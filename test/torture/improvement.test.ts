// The long form of test/simulation/improvement.test.ts: many writes of a night, a compile, a canary and a rollback, each before, in and after
// it, and failing.
import t from 'tap';
import { countWrites, drawRounds, playImprovement } from '../simulation/improvement/rounds.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { tortureSeed } from '../support/torture-seed.ts';

const TIMEOUT_MS = 1_700_000;
const ROUNDS = Number(process.env.TORTURE_IMPROVEMENTS ?? 200);

t.test(
  `${ROUNDS} kills of what improves a signature: no half state, one promotion, one look at the holdout, no id that dangles`,
  { timeout: TIMEOUT_MS },
  async (t) => {
    const seed = tortureSeed(t);
    const startedAt = performance.now();
    const folder = await temporaryFolder(t);
    const writes = await countWrites(folder);
    const rounds = drawRounds(writes, ROUNDS, seededRandom(seed));
    const { faults, ...figures } = await playImprovement(folder, rounds, seed);
    t.comment(`${JSON.stringify(figures)}, ${Math.round((performance.now() - startedAt) / 1_000)} s`);
    t.same(faults, [], `seed ${seed}`);
    t.equal(figures.rounds, rounds.length);
  },
);
