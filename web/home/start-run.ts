// Begins a run from the browser.
import { read } from '../api/client.ts';

export interface Question {
  readonly query: string;
  /** Absolute paths on the daemon's machine. */
  readonly files: readonly string[];
  /** Path → the name that the run records for it. */
  readonly names?: Readonly<Record<string, string>>;
  /** What is not named has the default of `pylon rlm`. */
  readonly options?: Readonly<Record<string, string | number | readonly string[]>>;
}

/** @returns the id of the run, which goes on by itself. @throws ApiError */
export async function startRun({ query, files, names, options = {} }: Question): Promise<string> {
  const body = { query, files, options, ...(names === undefined ? {} : { display_names: names }) };
  const { run_id } = await read<{ run_id: string }>('/api/runs', { method: 'POST', body });
  return run_id;
}
