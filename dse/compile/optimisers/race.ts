// Successive halving (Jamieson, Talwalkar 2016): many candidates on a few examples, the better third of them on three times as many, and
// so on, until the last are tried on all of dev. What is bad costs little.
import type { VisibleExample } from '../../examples/visible.ts';
import { drawOf } from '../draw.ts';
import type { Candidate, Workbench } from '../workbench.ts';
import { ranked } from './optimiser.ts';

/** One of so many goes on. */
const KEPT_OF = 3;
/** On fewer examples the better one is told by chance. */
const FIRST_EXAMPLES_MIN = 8;

/** Numbers of examples of each round, the last is all of them. */
function roundsOf(devCount: number): number[] {
  const rounds = [devCount];
  for (let count = Math.ceil(devCount / KEPT_OF); count >= FIRST_EXAMPLES_MIN; count = Math.ceil(count / KEPT_OF))
    rounds.unshift(count);
  return rounds;
}

/** Examples that are predicted in a race of so many. */
function trialsOf(entrants: number, devCount: number): number {
  let [trials, left, before] = [0, entrants, 0];
  for (const count of roundsOf(devCount)) {
    trials += left * (count - before);
    before = count;
    left = Math.ceil(left / KEPT_OF);
  }
  return trials;
}

/** Most candidates that a race takes within so many trials; 0 where not even one comes to its end. */
export function entrantsFor(trials: number, devCount: number): number {
  let entrants = Math.floor(trials / Math.max(1, roundsOf(devCount)[0]!));
  while (entrants > 0 && trialsOf(entrants, devCount) > trials) entrants--;
  return entrants;
}

/** Tries them by rounds. @returns those tried on all of dev, the best first. @throws as `Workbench.score` does */
export async function race(bench: Workbench, entrants: readonly Candidate[], name: string): Promise<Candidate[]> {
  const dev = drawOf('race', name, bench.job.seed).shuffled(bench.dev);
  let left = [...new Set(entrants)];
  let shown: readonly VisibleExample[] = [];
  for (const count of roundsOf(dev.length)) {
    shown = dev.slice(0, count);
    for (const candidate of left) await bench.score(candidate, shown);
    await bench.step();
    left = ranked(left, shown);
    if (count < dev.length) left = left.slice(0, Math.ceil(left.length / KEPT_OF));
  }
  return left;
}
