import t from 'tap';
import { playWorld } from '../support/exploration-world.ts';

/** A part of what test/torture/explorations.test.ts plays a thousand of. */
const WORLDS = 25;
const SEED = 7_000;

t.test(
  'whatever a controller does and providers claim, the money holds and every count is the other side’s',
  async (t) => {
    let subQueries = 0;
    const ends = new Map<string, number>();
    for (let seed = SEED; seed < SEED + WORLDS; seed++) {
      const world = await playWorld(seed);
      t.same(world.faults, [], `seed ${seed}`);
      subQueries += world.subQueries;
      ends.set(world.status, (ends.get(world.status) ?? 0) + 1);
    }
    t.comment(`${subQueries} sub-queries, ${JSON.stringify([...ends])}`);
    t.ok(subQueries > 1_000, `${subQueries} sub-queries`);
    t.ok((ends.get('done') ?? 0) > 0 && (ends.get('partial') ?? 0) > 0);
  },
);
