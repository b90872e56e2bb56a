// What was typed into the form of a question, as a question or as what is wrong with it. Pure. The daemon checks it all again.
import type { Question } from './start-run.ts';

export interface Typed {
  readonly query: string;
  /** One path a line. */
  readonly files: string;
  readonly budget: string;
  readonly fanout: string;
  readonly experiment: string;
  /** One address a line. */
  readonly relays: string;
}

export const NOTHING_TYPED: Typed = { query: '', files: '', budget: '', fanout: '', experiment: '', relays: '' };

/** Field → what is wrong with it. */
export type Faults = Partial<Record<keyof Typed, string>>;

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function faultsOf({ query, files, budget, fanout }: Typed): Faults {
  const faults: Faults = {};
  if (query.trim() === '') faults.query = 'Ask something.';
  const paths = linesOf(files);
  const relative = paths.find((path) => !path.startsWith('/'));
  if (paths.length === 0) faults.files = 'Name a file or a folder to read.';
  else if (relative !== undefined) faults.files = `${relative} must be a whole path, from / on.`;
  if (budget.trim() !== '' && !(Number(budget) >= 0)) faults.budget = 'A number of sats, 0 or more.';
  if (fanout.trim() !== '' && !/^\s*[1-9]\d*\s*$/.test(fanout)) faults.fanout = 'A whole number, 1 or more.';
  return faults;
}

/** Either the question, or what keeps it from being one. */
export function questionOf(typed: Typed): { readonly question: Question } | { readonly faults: Faults } {
  const faults = faultsOf(typed);
  if (Object.keys(faults).length > 0) return { faults };
  const { query, files, budget, fanout, experiment, relays } = typed;
  const options = {
    ...(budget.trim() === '' ? {} : { budget_sats: Number(budget) }),
    ...(fanout.trim() === '' ? {} : { fanout: Number(fanout) }),
    ...(experiment.trim() === '' ? {} : { experiment: experiment.trim() }),
    ...(linesOf(relays).length === 0 ? {} : { relays: linesOf(relays) }),
  };
  return { question: { query: query.trim(), files: linesOf(files), options } };
}
