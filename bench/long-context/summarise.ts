// Many results as few rows: the means of each method over the tasks of a suite and size, and over everything.
import { mean } from '../../protocol/mean.ts';
import type { Metrics, Result } from './result.ts';

export interface SummaryRow {
  readonly suite: string;
  /** Bytes of the inputs, on average; null over several sizes. */
  readonly bytes: number | null;
  readonly method: string;
  readonly tasks: number;
  readonly failed: number;
  readonly score: number;
  readonly evidence: number | null;
  readonly calls: number;
  readonly tokens: number;
  readonly sats: number;
  readonly wall_ms: number;
  readonly peak_mb: number;
  readonly leaf_calls: number | null;
  readonly leaf_ratio: number | null;
  readonly root_prompt_bytes_max: number | null;
  /** Share of the results whose accounting is exact; null where nobody else counts. */
  readonly truthful: number | null;
}

function meanKnown(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : mean(known);
}

export function tokensOf({ input_tokens, output_tokens }: Metrics): number {
  return input_tokens + output_tokens;
}

function rowOf(suite: string, bytes: number | null, method: string, results: readonly Result[]): SummaryRow {
  const all = results.map(({ metrics }) => metrics);
  const served = all.map((metrics) => metrics.served);
  const rootMax = served.flatMap((one) => one?.root_prompt_bytes_max ?? []);
  return {
    suite,
    bytes,
    method,
    tasks: results.length,
    failed: results.filter(({ answer }) => answer === null).length,
    score: mean(all.map(({ score }) => score)),
    evidence: meanKnown(all.map(({ evidence }) => evidence)),
    calls: mean(all.map(({ calls }) => calls)),
    tokens: mean(all.map(tokensOf)),
    sats: mean(all.map(({ sats }) => sats)),
    wall_ms: mean(all.map(({ wall_ms }) => wall_ms)),
    peak_mb: Math.max(...all.map(({ peak_mb }) => peak_mb)),
    leaf_calls: meanKnown(served.map((one) => one?.leaf_calls)),
    leaf_ratio: meanKnown(served.map((one) => one?.leaf_ratio)),
    root_prompt_bytes_max: rootMax.length === 0 ? null : Math.max(...rootMax),
    truthful: meanKnown(all.map(({ is_truthful }) => (is_truthful === null ? null : Number(is_truthful)))),
  };
}

/** Tasks of real data have no size that was asked for: they are one group. */
function sizeOf({ task }: Result): string {
  return /-(\d+)-\d+$/.exec(task)?.[1] ?? '';
}

/** One row for each suite, size and method, in the order in which they were first met. */
export function summarise(results: readonly Result[]): SummaryRow[] {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const key = JSON.stringify([result.suite, sizeOf(result), result.method]);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].map((group) => {
    const [{ suite, method }] = group as [Result];
    return rowOf(suite, Math.round(mean(group.map(({ bytes }) => bytes))), method, group);
  });
}

/** One row for each method, over all tasks that every method was asked. */
export function overall(results: readonly Result[]): SummaryRow[] {
  const methods = [...new Set(results.map(({ method }) => method))];
  const taskOf = ({ suite, task }: Result) => `${suite}/${task}`;
  const byTask = new Map<string, Set<string>>();
  for (const result of results)
    byTask.set(taskOf(result), (byTask.get(taskOf(result)) ?? new Set()).add(result.method));
  const shared = results.filter((result) => byTask.get(taskOf(result))?.size === methods.length);
  return methods.map((method) =>
    rowOf(
      'all',
      null,
      method,
      shared.filter((result) => result.method === method),
    ),
  );
}
