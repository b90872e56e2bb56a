// Choices from a seeded source, for building test data.
import { seededRandom } from '../seeded-random.ts';

export interface Dice {
  /** A whole number between both, inclusive. */
  whole(least: number, most: number): number;
  pick<Item>(items: readonly Item[]): Item;
  chance(probability: number): boolean;
  shuffle<Item>(items: readonly Item[]): Item[];
}

export function diceOf(seed: number): Dice {
  const random = seededRandom(seed);
  const whole = (least: number, most: number) => least + Math.floor(random.fraction() * (most - least + 1));
  return {
    whole,
    pick: (items) => items[whole(0, items.length - 1)]!,
    chance: (probability) => random.fraction() < probability,
    shuffle(items) {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = whole(0, last);
        [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
      }
      return shuffled;
    },
  };
}
