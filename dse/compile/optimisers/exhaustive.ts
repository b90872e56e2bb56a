// Every combination of a small space, each on all of dev.
import { choiceAt, sizeOf } from '../space.ts';
import { choose, type Optimiser } from './optimiser.ts';

export const EXHAUSTIVE: Optimiser = {
  refuses({ space }, { affordable }) {
    const size = sizeOf(space);
    if (size - 1 <= affordable) return undefined;
    return `the space has ${size} combinations, and the budget affords ${affordable}: search it by --optimizer halving`;
  },
  async search(bench) {
    const { space } = bench.job;
    for (let number = 0; number < sizeOf(space); number++) {
      await bench.score(choose(bench, choiceAt(space, number), 'combination'), bench.dev);
      await bench.step();
    }
  },
};
