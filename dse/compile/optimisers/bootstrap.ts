// Bootstrapped few-shots: the parameters in force answer training examples; those they answer rightly are shown with their own words,
// those they do not with the words that are right. Sets of both are raced, and the best is mended example by example.

import { FEW_SHOT_MAX, type FewShot } from '../../../protocol/predict-params.ts';
import { fewShotOf, type VisibleExample } from '../../examples/visible.ts';
import { type Draw, drawOf } from '../draw.ts';
import type { Candidate, Workbench } from '../workbench.ts';
import { ENTRANTS_MAX } from './halving.ts';
import { type Optimiser, ranked, sumOf } from './optimiser.ts';
import { entrantsFor, race } from './race.ts';

/** Share of what is left for asking the teacher, and for the race; the rest mends. */
const TEACHER_SHARE = 0.2;
const RACE_SHARE = 0.6;
const RIGHT_MIN = 1 - 1e-9;
/** Mendings in a row that make nothing better. */
const FRUITLESS_MAX = 6;

/** Examples to show: what the teacher gets right, and what it does not. */
interface Pool {
  readonly right: readonly FewShot[];
  readonly wrong: readonly FewShot[];
}

export const BOOTSTRAP: Optimiser = {
  refuses: (_job, { train }) =>
    train > 0 ? undefined : 'it shows training examples, and there are none in the split train',
  async search(bench) {
    const draw = drawOf('bootstrap', bench.job.seed);
    const trials = (share: number) => Math.floor((bench.callsLeft * share) / bench.callsEach);
    const lessons = draw.shuffled(bench.train).slice(0, trials(TEACHER_SHARE));
    await bench.score(bench.base, lessons);
    const pool = poolOf(bench.base, lessons);
    const count = Math.min(ENTRANTS_MAX, entrantsFor(trials(RACE_SHARE), bench.dev.length));
    await race(
      bench,
      setsOf(pool, count, draw).map((shots) => show(bench, shots, 'bootstrapped')),
      'bootstrap',
    );
    await mend(bench, lessons, draw);
  },
};

function poolOf({ scored }: Candidate, lessons: readonly VisibleExample[]): Pool {
  const isRight = ({ exampleId }: VisibleExample) => scored.get(exampleId)!.reward >= RIGHT_MIN;
  const ownWords = (example: VisibleExample) => ({
    ...fewShotOf(example),
    output: scored.get(example.exampleId)!.output,
  });
  return {
    right: lessons.filter(isRight).map((example) => ownWords(example) as FewShot),
    wrong: lessons.filter((example) => !isRight(example)).map(fewShotOf),
  };
}

/** Sets of growing size, half of them of what was wrong, as far as there is enough of each. */
function setsOf({ right, wrong }: Pool, count: number, draw: Draw): FewShot[][] {
  const sizeMax = Math.min(FEW_SHOT_MAX, right.length + wrong.length);
  if (sizeMax === 0) return [];
  return Array.from({ length: count }, (_, number) => {
    const size = 1 + (number % sizeMax);
    const hard = draw.shuffled(wrong).slice(0, Math.max(Math.ceil(size / 2), size - right.length));
    return draw.shuffled([...hard, ...draw.shuffled(right).slice(0, size - hard.length)]).slice(0, size);
  });
}

function show(bench: Workbench, fewShot: readonly FewShot[], how: string, parent = bench.base): Candidate {
  return bench.add({ ...bench.job.base, fewShot: [...fewShot] }, `${how}: ${fewShot.length} examples shown`, parent);
}

/** While the budget lasts: shows the best one an example that it gets wrong, in the place of another where there is no room. */
async function mend(bench: Workbench, lessons: readonly VisibleExample[], draw: Draw): Promise<void> {
  for (let fruitless = 0; fruitless < FRUITLESS_MAX; fruitless++) {
    const [best] = ranked(bench.candidates, bench.dev);
    if (best === undefined) return;
    await bench.score(best, lessons);
    const shots = best.params.fewShot ?? [];
    const shown = new Set(shots.map(({ exampleId }) => exampleId));
    const failed = lessons.filter(
      ({ exampleId }) => !shown.has(exampleId) && best.scored.get(exampleId)!.reward < RIGHT_MIN,
    );
    if (failed.length === 0) return;
    const added = fewShotOf(failed[draw.below(failed.length)]!);
    const kept = shots.length < FEW_SHOT_MAX ? shots : draw.shuffled(shots).slice(1);
    const mended = show(bench, [...kept, added], 'mended', best);
    await bench.score(mended, bench.dev);
    await bench.step();
    if (sumOf(mended, bench.dev) > sumOf(best, bench.dev)) fruitless = -1;
  }
}
