// What an optimiser is: a way through a space within a budget. It adds candidates to the workbench and tries them; which of them is chosen
// is not its decision (choice.ts).
import type { CompileJob } from '../../../protocol/dse/compile.ts';
import type { VisibleExample } from '../../examples/visible.ts';
import { type Choice, paramsOf } from '../space.ts';
import type { Candidate, Workbench } from '../workbench.ts';

export interface Optimiser {
  /** In words; undefined where it can search this job. Told before anything is asked. */
  refuses(
    job: CompileJob,
    material: { readonly train: number; readonly hasModel: boolean; readonly affordable: number },
  ): string | undefined;
  /** The base was tried on all of dev. Ends by itself, or by what the workbench throws. */
  search(bench: Workbench): Promise<void>;
}

export const byId = (examples: readonly VisibleExample[]): ReadonlyMap<string, VisibleExample> =>
  new Map(examples.map((example) => [example.exampleId, example]));

const VALUE_CHARS_SHOWN = 40;

/** The base with a choice, and its parameters told in words. */
export function choose(bench: Workbench, choice: Choice, how: string): Candidate {
  const chosen = Object.entries(choice).filter(([, value]) => value !== null);
  const told = chosen.map(([name, value]) => `${name} ${wordsOf(value)}`).join(', ');
  const params = paramsOf(bench.job.base, choice, byId(bench.train));
  return bench.add(params, `${how}: ${told === '' ? 'as it is' : told}`.slice(0, 256), bench.base);
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return `of ${value.length}`;
  const text = typeof value === 'object' ? 'changed' : String(value);
  return text.slice(0, VALUE_CHARS_SHOWN);
}

/** Those tried on all of these examples, the best first; equal ones in the order in which they were added. */
export function ranked(candidates: readonly Candidate[], examples: readonly VisibleExample[]): Candidate[] {
  const tried = candidates.filter(({ scored }) => examples.every(({ exampleId }) => scored.has(exampleId)));
  return tried
    .map((candidate) => ({ candidate, sum: sumOf(candidate, examples) }))
    .sort((left, right) => right.sum - left.sum)
    .map(({ candidate }) => candidate);
}

/** Rewards of these examples together; each must have been tried. */
export function sumOf({ scored }: Candidate, examples: readonly VisibleExample[]): number {
  return examples.reduce((sum, { exampleId }) => sum + scored.get(exampleId)!.reward, 0);
}
