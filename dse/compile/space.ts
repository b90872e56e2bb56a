// The space of a search: for some parameters the values to choose from. Read here as numbered combinations, of which each makes a set of
// parameters; and checked before anything is tried.
import { z } from 'zod';
import type { CompileJob } from '../../protocol/dse/compile.ts';
import { PylonError } from '../../protocol/errors.ts';
import { type FewShot, type PredictParams, predictParamsSchema } from '../../protocol/predict-params.ts';
import { fewShotOf, type VisibleExample } from '../examples/visible.ts';

export type Space = CompileJob['space'];
/** One value for each parameter of the space; null leaves it as the base has it. */
export type Choice = Readonly<Record<string, unknown>>;

const shotsSchema = z.array(z.string());

/** Parameters in the one order that does not depend on how the space was written down. */
const namesOf = (space: Space) => Object.keys(space).sort();

/** How many combinations there are; 1 where there is nothing to choose. */
export function sizeOf(space: Space): number {
  return Object.values(space).reduce((size, values) => size * values.length, 1);
}

/** The combination of this number, from 0 on: the last parameter changes fastest. */
export function choiceAt(space: Space, number: number): Choice {
  const choice: Record<string, unknown> = {};
  let rest = number;
  for (const name of namesOf(space).reverse()) {
    const values = space[name]!;
    choice[name] = values[rest % values.length];
    rest = Math.floor(rest / values.length);
  }
  return choice;
}

/**
 * The base with what was chosen: `fewShot` by the ids of training examples, `blocks` and `budgets` over those of the base.
 * @throws PylonError `compile-space-invalid` naming the parameter
 */
export function paramsOf(
  base: PredictParams,
  choice: Choice,
  train: ReadonlyMap<string, VisibleExample>,
): PredictParams {
  const params: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(choice)) {
    if (value === null) continue;
    if (name === 'fewShot') params[name] = shotsOf(value, train);
    else if (name === 'blocks' || name === 'budgets') params[name] = { ...base[name], ...(value as object) };
    else params[name] = value;
  }
  const parsed = predictParamsSchema.safeParse(params);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : String(issue?.path.join('.'));
  throw invalid(name, issue?.message ?? 'is not valid');
}

function shotsOf(value: unknown, train: ReadonlyMap<string, VisibleExample>): FewShot[] {
  const ids = shotsSchema.safeParse(value);
  if (!ids.success) throw invalid('fewShot', 'a value is a list of ids of training examples');
  return ids.data.map((id) => {
    const example = train.get(id);
    if (example === undefined) throw invalid('fewShot', `${id} is no approved training example of this signature`);
    return fewShotOf(example);
  });
}

function invalid(name: string, reason: string): PylonError {
  return new PylonError('compile-space-invalid', { value: name, reason });
}

/** Every value of every parameter, each alone. @throws PylonError `compile-space-invalid` */
export function checkSpace(base: PredictParams, space: Space, train: ReadonlyMap<string, VisibleExample>): void {
  for (const [name, values] of Object.entries(space))
    for (const value of values) paramsOf(base, { [name]: value }, train);
}
