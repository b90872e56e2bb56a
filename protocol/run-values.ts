// The figures of a run that runs are compared by: what was counted, and what somebody scored. Whether more of one is better is known of
// what was counted, and told by the name of a score.
import type { Metric } from './comparison.ts';
import type { RunRecord } from './run.ts';

/** Scores of this name are those of single items of a data set: `item:q-17`. They are paired, not shown. */
const ITEM_PREFIX = 'item:';
/** A score in whose name one of these words stands is better when it is lower. */
const LOWER_WORDS: ReadonlySet<string> = new Set(
  'error errors loss latency ms seconds cost sats tokens wer cer mae mse rmse perplexity hallucination hallucinations'.split(
    ' ',
  ),
);

const MEASURED: readonly (Metric & { readonly of: (run: RunRecord) => number })[] = [
  { name: 'latency_ms', better: 'lower', of: ({ metrics }) => metrics.elapsed_ms },
  { name: 'cost_sats', better: 'lower', of: ({ cost_sats }) => cost_sats },
  { name: 'tokens', better: 'lower', of: ({ tokens_used }) => tokens_used },
  { name: 'coverage', better: 'higher', of: ({ metrics }) => metrics.coverage },
];
/** What only a run that was not cut short shows truly: whoever gave up early was not fast. */
const NEEDS_DONE: ReadonlySet<string> = new Set(['latency_ms', 'cost_sats', 'tokens']);
/** Always in the table, scored or not. */
const EXPECTED_SCORES = ['accuracy', 'f1'] as const;
/** The mean over a run's items. */
const ITEM_MEAN = 'items';

export function itemsOf({ scores = {} }: RunRecord): Map<string, number> {
  const items = Object.entries(scores).filter(([name]) => name.startsWith(ITEM_PREFIX));
  return new Map(items.map(([name, value]) => [name.slice(ITEM_PREFIX.length), value]));
}

export function betterOf(score: string): Metric['better'] {
  return score.split(/[^A-Za-z0-9]+/).some((word) => LOWER_WORDS.has(word.toLowerCase())) ? 'lower' : 'higher';
}

/** The columns of a table of these runs: accuracy, f1, what was counted, then every other score by name. */
export function metricsOfRuns(runs: readonly RunRecord[]): Metric[] {
  const names = new Set(runs.flatMap(({ scores = {} }) => Object.keys(scores)));
  const others = [...names].filter((name) => !name.startsWith(ITEM_PREFIX) && !isExpected(name)).sort();
  const score = (name: string): Metric => ({ name, better: betterOf(name) });
  return [
    ...EXPECTED_SCORES.map(score),
    ...MEASURED.map(({ name, better }) => ({ name, better })),
    ...others.filter((name) => !isMeasured(name) && name !== ITEM_MEAN).map(score),
    ...(runs.some((run) => itemsOf(run).size > 0) ? [score(ITEM_MEAN)] : []),
  ];
}

function isExpected(name: string): boolean {
  return EXPECTED_SCORES.some((expected) => expected === name);
}

function isMeasured(name: string): boolean {
  return MEASURED.some((measured) => measured.name === name);
}

/** Null where the run has none; a count of a run that goes on is none yet. */
export function figureOf(run: RunRecord, { name }: Metric): number | null {
  if (name === ITEM_MEAN) return meanOf([...itemsOf(run).values()]);
  const measured = MEASURED.find((known) => known.name === name);
  if (measured !== undefined) return run.status === 'running' ? null : measured.of(run);
  const { scores = {} } = run;
  return Object.hasOwn(scores, name) ? scores[name]! : null;
}

/** Whether its value may be the best of a metric. */
export function competesIn({ status }: RunRecord, { name }: Metric): boolean {
  return status === 'done' || (status !== 'running' && !NEEDS_DONE.has(name));
}

export function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
