// The seed of a long random test: another one every time, told at its beginning, and given by TORTURE_SEED to see the
// same again.
import type { Test } from 'tap';

export function tortureSeed(t: Test): number {
  const seed = Number(process.env.TORTURE_SEED ?? Date.now() % 1_000_000);
  t.comment(`seed ${seed} (TORTURE_SEED=${seed} repeats it)`);
  return seed;
}
