import t from 'tap';
import { seededRandom } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { countWrites, drawRounds, playImprovement } from './improvement/rounds.ts';

/** More of them are played by `npm run torture`. */
const SEED = 4;
const ROUNDS = 4;

t.test(
  `what improves a signature is killed at ${ROUNDS} of its writes (seed ${SEED}): no half state, and in the end all of it happened once`,
  async (t) => {
    const folder = await temporaryFolder(t);
    const writes = await countWrites(folder);
    for (const kind of ['de', 'dc', 'dg', 'dy', 'dp', 'dn', 'e'])
      t.ok(writes.includes(`write ${kind}`), `${kind} of ${writes.length} writes`);
    const rounds = drawRounds(writes, ROUNDS, seededRandom(SEED));
    const { faults, ...figures } = await playImprovement(folder, rounds, SEED);
    t.same(faults, [], JSON.stringify(figures));
    t.equal(figures.rounds, ROUNDS);
    t.ok(figures.kills + figures.failedWrites >= ROUNDS, JSON.stringify(figures));
    t.ok(figures.ids >= 12 * ROUNDS, `${figures.ids} ids in summaries, and none of them dangles`);
  },
);
