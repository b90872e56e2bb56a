// When to try a relay again: soon and jittered at first, so that a cut costs little and a crowd does not
// return in step; slower with each failure, so that a dead relay costs nothing.
import type { Random } from '../../conductor/ports.ts';

const FIRST_MS = 500;
const MAX_MS = 30_000;

/** Milliseconds until attempt number `failures` + 1: half to all of 0.5 s, doubling up to 30 s. */
export function backoffMs(failures: number, random: Random): number {
  const ceiling = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(Math.max(0, failures - 1), 16));
  return ceiling * (0.5 + random.fraction() / 2);
}
