// A large space: as many combinations as the budget pays for, drawn by the seed, raced by successive halving.
import { drawOf } from '../draw.ts';
import { choiceAt, type Space, sizeOf } from '../space.ts';
import { choose, type Optimiser } from './optimiser.ts';
import { entrantsFor, race } from './race.ts';

/** More candidates are no better told apart by so few examples. */
export const ENTRANTS_MAX = 128;

export const HALVING: Optimiser = {
  refuses: () => undefined,
  async search(bench) {
    const { space, seed } = bench.job;
    const entrants = Math.min(
      ENTRANTS_MAX,
      entrantsFor(Math.floor(bench.callsLeft / bench.callsEach), bench.dev.length),
    );
    const drawn = numbersOf(space, entrants, seed).map((number) => choose(bench, choiceAt(space, number), 'drawn'));
    await race(bench, drawn, 'halving');
  },
};

/** So many different combinations, or all that there are. */
export function numbersOf(space: Space, count: number, seed: number): number[] {
  const size = sizeOf(space);
  const draw = drawOf('halving', seed);
  if (size <= 4 * count) return draw.shuffled(Array.from({ length: size }, (_, number) => number)).slice(0, count);
  const numbers = new Set<number>();
  while (numbers.size < count) numbers.add(draw.below(size));
  return [...numbers];
}
