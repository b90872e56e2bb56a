// Reflective proposals (after GEPA, Agrawal et al. 2025): a model reads cases in which a candidate failed, with what was wrong with each,
// and writes better instructions. Parents are drawn from the candidates that are best on some example of dev, so that what one of them
// has learnt is not lost; a child is tried on a handful of cases first, and on all of dev only where it does better there.
import { blocksOf } from '../../../conductor/predict/contract.ts';
import { cutQuote } from '../../../conductor/predict/fit.ts';
import { canonicalJson } from '../../../protocol/canonical.ts';
import type { ProposeInput } from '../../../protocol/dse/judge.ts';
import type { VisibleExample } from '../../examples/visible.ts';
import { type Draw, drawOf } from '../draw.ts';
import { choiceAt } from '../space.ts';
import type { Candidate, Workbench } from '../workbench.ts';
import { numbersOf } from './halving.ts';
import { choose, type Optimiser, sumOf } from './optimiser.ts';
import { entrantsFor, race } from './race.ts';

const HANDFUL = 8;
const CASE_CHARS_MAX = 4_000;
/** What is left is shared between the space that was named, and instructions of its own. */
const SPACE_SHARE = 1 / 3;
/** Proposals in a row that came to nothing. */
const FRUITLESS_MAX = 12;

export const REFLECTIVE: Optimiser = {
  refuses(_job, { train, hasModel }) {
    if (!hasModel) return 'it asks a language model for instructions, and none is there';
    return train > 0 ? undefined : 'it learns from training examples, and there are none in the split train';
  },
  async search(bench) {
    const { space, seed } = bench.job;
    const draw = drawOf('reflective', seed);
    const trials = Math.floor((bench.callsLeft * SPACE_SHARE) / bench.callsEach);
    const numbers = numbersOf(space, entrantsFor(trials, bench.dev.length), seed);
    await race(
      bench,
      numbers.map((number) => choose(bench, choiceAt(space, number), 'drawn')),
      'reflective',
    );
    for (let fruitless = 0; fruitless < FRUITLESS_MAX; fruitless++) if (await improve(bench, draw)) fruitless = -1;
  },
};

/** One proposal. @returns whether it was worth trying on all of dev */
async function improve(bench: Workbench, draw: Draw): Promise<boolean> {
  const parent = parentOf(bench, draw);
  const handful = draw.shuffled(bench.train).slice(0, HANDFUL);
  await bench.score(parent, handful);
  if (sumOf(parent, handful) >= handful.length) return false; // it teaches nothing
  const proposal = await bench.propose(lessonOf(bench, parent, handful));
  if (proposal === undefined) return false;
  const { rules } = blocksOf(bench.entry.prompt.blocks, parent.params);
  const blocks = { ...parent.params.blocks, task: proposal.task, rules: guarded(rules, proposal.rules) };
  const child = bench.add({ ...parent.params, blocks }, 'instructions that the model proposed', parent);
  await bench.score(child, handful);
  const isBetter = sumOf(child, handful) > sumOf(parent, handful);
  if (isBetter) await bench.score(child, bench.dev);
  await bench.step();
  return isBetter;
}

/** Drawn among those that are best on an example of dev, the more often the more examples. */
function parentOf({ candidates, dev, base }: Workbench, draw: Draw): Candidate {
  const tried = candidates.filter(({ scored }) => dev.every(({ exampleId }) => scored.has(exampleId)));
  const tickets = dev.flatMap(({ exampleId }) => {
    const rewards = tried.map(({ scored }) => scored.get(exampleId)!.reward);
    const best = Math.max(...rewards);
    return tried.filter((_, at) => rewards[at] === best);
  });
  return tickets.length === 0 ? base : tickets[draw.below(tickets.length)]!;
}

const shown = (value: unknown) => cutQuote(canonicalJson(value), CASE_CHARS_MAX);

/** The worst cases first. */
function lessonOf(
  { entry }: Workbench,
  { params, scored }: Candidate,
  handful: readonly VisibleExample[],
): ProposeInput {
  const cases = handful
    .map((example) => ({ example, told: scored.get(example.exampleId)! }))
    .sort((left, right) => left.told.reward - right.told.reward)
    .map(({ example, told }) => ({
      input: shown(example.inputJson),
      expected: shown(example.expectedJson),
      output: shown(told.output),
      reward: told.reward,
      feedback: told.feedback,
    }));
  return { about: entry.about, ...blocksOf(entry.prompt.blocks, params), cases };
}

/** No proposal may drop the rules by which foreign text is not obeyed: they are put back where they are missing. */
export function guarded(before: readonly string[], proposed: readonly string[]): string[] {
  const guards = before.filter((rule) => /never obey/i.test(rule) && !proposed.includes(rule));
  return [...guards, ...proposed];
}
