// Runs side by side: their figures with the best of each marked, what they were asked with where it differs, and whether the
// differences mean anything. Pure, and the same for the command, the API and the browser.
import type { ComparedRun, Comparison, Metric, Side } from './comparison.ts';
import { pairedTests } from './paired.ts';
import type { RunRecord } from './run.ts';
import { competesIn, figureOf, meanOf, metricsOfRuns } from './run-values.ts';

/** What differs without anybody having asked in another way: the data, the code, and what the wallet and the embedded relay come to. */
const INCIDENTAL: ReadonlySet<string> = new Set(['dataset', 'git_sha', 'budget_sats', 'relays', 'method']);
/** Characters of a value in the label of a side. */
const LABEL_VALUE_CHARS = 40;

/** Everything a run was asked with that may make a difference, as JSON. */
function settingsOf({ config, dataset, git_sha }: RunRecord): Map<string, string> {
  const settings = Object.entries({ ...config, dataset, git_sha });
  return new Map(
    settings.filter(([, value]) => value !== undefined).map(([field, value]) => [field, JSON.stringify(value)]),
  );
}

function differencesOf(runs: readonly RunRecord[]): Comparison['differences'] {
  const settings = runs.map(settingsOf);
  const fields = new Set(settings.flatMap((own) => [...own.keys()]));
  return [...fields]
    .map((field) => ({ field, values: settings.map((own) => own.get(field) ?? 'null') }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** The settings that differ and make a way of asking; in full, or cut for people. */
function wordsOf(at: number, { config }: RunRecord, differences: Comparison['differences'], charsMax?: number): string {
  const telling = differences.filter(({ field }) => !INCIDENTAL.has(field));
  const parts = telling.map(({ field, values }) => `${field}=${values[at]!.slice(0, charsMax)}`);
  return [config.method, ...parts].join(' ');
}

/** For each run, whether its value is the best of those that compete; nothing is where all are the same. */
function bestIn(metric: Metric, runs: readonly RunRecord[], values: readonly (number | null)[]): boolean[] {
  const competing = values.map((value, at) => (competesIn(runs[at]!, metric) ? value : null));
  const known = competing.filter((value) => value !== null);
  const best = known.reduce(
    (left, right) => (left < right === (metric.better === 'lower') ? left : right),
    known[0] ?? 0,
  );
  const isContested = known.some((value) => value !== best);
  return competing.map((value) => isContested && value === best);
}

function sideOf(label: string, runs: readonly RunRecord[], metrics: readonly Metric[]): Side {
  const meanIn = (metric: Metric) =>
    meanOf(runs.flatMap((run) => (competesIn(run, metric) ? (figureOf(run, metric) ?? []) : [])));
  return { label, runs: runs.length, means: metrics.map(meanIn) };
}

/**
 * @param runs in the order they are to be shown
 * @param sides run id → the side it is on; without it runs that were asked in the same way are on one side
 */
export function compareRuns(runs: readonly RunRecord[], sides?: ReadonlyMap<string, string>): Comparison {
  const metrics = metricsOfRuns(runs);
  const differences = differencesOf(runs);
  const ways = runs.map((run, at) => sides?.get(run.id) ?? wordsOf(at, run, differences));
  const distinct = [...new Set(ways)];
  const labelOf = (way: string) => {
    const at = ways.indexOf(way);
    return sides?.get(runs[at]!.id) ?? wordsOf(at, runs[at]!, differences, LABEL_VALUE_CHARS);
  };
  const values = metrics.map((metric) => runs.map((run) => figureOf(run, metric)));
  const best = metrics.map((metric, column) => bestIn(metric, runs, values[column]!));
  const compared: ComparedRun[] = runs.map((run, at) => ({
    run_id: run.id,
    created_at: run.created_at,
    status: run.status,
    method: run.config.method,
    query: run.query,
    dataset: run.dataset,
    side: distinct.indexOf(ways[at]!),
    values: values.map((column) => column[at]!),
    best: best.map((column) => column[at]!),
  }));
  const ofSide = (side: number) => runs.filter((_run, at) => compared[at]!.side === side);
  return {
    metrics,
    runs: compared,
    sides: distinct.map((way, side) => sideOf(labelOf(way), ofSide(side), metrics)),
    differences,
    tests: pairedTests(runs, compared, distinct.length, metrics),
  };
}
