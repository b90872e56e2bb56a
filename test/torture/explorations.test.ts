import t from 'tap';
import { playWorld } from '../support/exploration-world.ts';
import { tortureSeed } from '../support/torture-seed.ts';

const WORLDS = 1_000;
const TIMEOUT_MS = 1_800_000;

t.test(
  'a thousand explorations, two hundred chunks at a time, lying costs, silence, depth: the money holds, every count is true',
  { timeout: TIMEOUT_MS },
  async (t) => {
    const first = tortureSeed(t) * WORLDS;
    const ends = new Map<string, number>();
    let subQueries = 0;
    for (let seed = first; seed < first + WORLDS; seed++) {
      const { faults, status, subQueries: asked } = await playWorld(seed);
      if (faults.length > 0) t.fail(`world ${seed}: ${faults.join('; ')}`);
      ends.set(status, (ends.get(status) ?? 0) + 1);
      subQueries += asked;
    }
    t.comment(`${subQueries} sub-queries, ${JSON.stringify([...ends])}`);
    t.ok((ends.get('done') ?? 0) > 0);
  },
);
