// Chance that is the same for the same words: what a search draws must be drawn again by whoever repeats it.
import { sha256Hex } from '../../protocol/event.ts';

export interface Draw {
  /** At least 0, below 1. */
  fraction(): number;
  /** A whole number below `count`, which is at least 1. */
  below(count: number): number;
  /** The same items in an order by chance; the list given stays as it is. */
  shuffled<Item>(items: readonly Item[]): Item[];
}

/** @param words of which all that is drawn depends (mulberry32, seeded by their sha256) */
export function drawOf(...words: readonly (string | number)[]): Draw {
  let state = Number.parseInt(sha256Hex(words.join('\n')).slice(0, 8), 16);
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(fraction() * count);
  return {
    fraction,
    below,
    shuffled(items) {
      const shuffled = [...items];
      for (let left = shuffled.length - 1; left > 0; left--) {
        const other = below(left + 1);
        [shuffled[left], shuffled[other]] = [shuffled[other]!, shuffled[left]!];
      }
      return shuffled;
    },
  };
}
