// How an exploration ends: with the answer of a Final whose citations were read back from the input, or, where it was stopped, with what
// was known by then, told as such.
import type { PylonError } from '../../../protocol/errors.ts';
import { CITATIONS_MAX } from '../../../protocol/limits.ts';
import type { ActionOf } from './actions.ts';
import { fillAnswer, renumberMarks } from './answer.ts';
import { type Citation, citeAll } from './citations.ts';
import { type Observation, ObservationWriter } from './observation.ts';
import type { VarSpace } from './vars/var-space.ts';
import type { World } from './world.ts';

export interface Finished {
  readonly answer: string;
  readonly citations: readonly Citation[];
}

/** Variables that a partial answer tells of. */
const TOLD_MAX = 8;
const TOLD_CHARS_MAX = 300;
const QUOTES_TOLD = 5;

/**
 * @param isLast true when it was told before what is wrong: then the citations that are not in the input are dropped
 * @returns the end, or what is wrong with it
 */
export async function finish(
  action: ActionOf<'Final'>,
  variables: VarSpace,
  world: World,
  isLast: boolean,
  signal: AbortSignal,
): Promise<{ readonly finished: Finished } | { readonly refused: Observation }> {
  const { text, faults } = fillAnswer(action.answer, variables);
  const cited = await citeAll(action.evidence ?? [], variables, world, signal);
  const wrong = [...faults, ...cited.faults];
  if (wrong.length > 0 && !isLast) return { refused: refusal(wrong) };
  return { finished: { answer: renumberMarks(text, cited.numbers), citations: cited.citations } };
}

function refusal(wrong: readonly string[]): Observation {
  const writer = new ObservationWriter();
  writer.header({ origin: 'kernel', refused: 'Final', faults: wrong.length });
  writer.line('Mend the answer and write Final again; what is wrong then too will be left out.');
  for (const fault of wrong.slice(0, 12)) writer.foreign(fault, 200);
  return writer.observation(`Final refused: ${wrong.length} faults`);
}

/** What is known when an exploration is stopped: values it computed, and places it found, newest first. */
export async function partialAnswer(
  reason: PylonError,
  variables: VarSpace,
  world: World,
  signal: AbortSignal,
): Promise<Finished> {
  const lines = [`No answer was reached (${reason.code}: ${reason.reason}).`];
  const names = variables.names().reverse();
  const values = names.flatMap((name) => {
    const { kind, value } = variables.describe(name);
    return kind === 'json' ? [`- ${name}: ${JSON.stringify(value).slice(0, TOLD_CHARS_MAX)}`] : [];
  });
  const placed = names.filter((name) => variables.places(name).length > 0).slice(0, 2);
  const { citations } = await citeAll(placed, variables, world, signal);
  if (values.length + citations.length > 0) lines.push('What was found by then:', ...values.slice(0, TOLD_MAX));
  const shown = citations.slice(0, CITATIONS_MAX);
  for (const [index, { quote }] of shown.slice(0, QUOTES_TOLD).entries())
    lines.push(`- ${quote.replace(/\s+/g, ' ').trim().slice(0, TOLD_CHARS_MAX)} [${index + 1}]`);
  return { answer: lines.join('\n'), citations: shown };
}
