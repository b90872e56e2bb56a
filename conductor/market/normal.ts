// Draws of the standard normal distribution (Box and Muller, 1958).
import type { Random } from '../ports.ts';

export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.fraction()));
  return radius * Math.cos(2 * Math.PI * random.fraction());
}
