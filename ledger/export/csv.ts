// Tables for a spreadsheet: the runs of an experiment, or the sub-queries of one run.
import { type CsvCell, csvRow } from '../../protocol/csv.ts';
import { type RunMetrics, type RunRecord, runMetricsSchema } from '../../protocol/run.ts';
import { printSpan } from '../../protocol/span.ts';
import { factsOf } from './facts.ts';
import type { ExportedRun } from './source.ts';

const METRICS = Object.keys(runMetricsSchema.shape) as (keyof RunMetrics)[];
const RUN_COLUMNS = [
  ...['run', 'created_at', 'status', 'method', 'model', 'experiment', 'dataset', 'query', 'answer', 'error', 'note'],
  ...['cost_sats', 'tokens_used', 'chunk_size', 'fanout', 'quorum', 'budget_sats', 'verification', 'strategy_id'],
  ...METRICS,
];

function runCells(record: RunRecord): CsvCell[] {
  const { config, metrics } = record;
  return [
    ...[record.id, record.created_at, record.status, config.method, config.model, record.experiment, record.dataset],
    ...[record.query, record.output, record.error?.code, record.note],
    ...[record.cost_sats, record.tokens_used, config.chunk_size],
    ...[config.fanout, config.quorum, config.budget_sats, config.verification, config.strategy_id],
    ...METRICS.map((name) => metrics[name]),
  ];
}

/** Columns of one table: a spreadsheet takes 16,384, and people far fewer. */
const SCORES_MAX = 1_000;

/** A row for each run, with a column for every score that one of them has; no trace is read. @param same the same records once more */
export async function* runsCsv(
  records: AsyncIterable<RunRecord>,
  same: AsyncIterable<RunRecord>,
): AsyncGenerator<string> {
  const names = new Set<string>();
  for await (const { scores = {} } of records)
    for (const name of Object.keys(scores)) if (names.size < SCORES_MAX) names.add(name);
  const scores = [...names].sort();
  yield csvRow([...RUN_COLUMNS, ...scores.map((name) => `score:${name}`)]);
  for await (const record of same) yield csvRow([...runCells(record), ...scores.map((name) => record.scores?.[name])]);
}

const QUERY_COLUMNS = [
  ...[
    'query',
    'chunk',
    'span',
    'attempt',
    'reason',
    'venue',
    'provider',
    'provider_name',
    'model',
    'status',
    'verdict',
  ],
  ...['submitted_ms', 'ended_ms', 'latency_ms', 'findings', 'input_tokens', 'output_tokens', 'price_msat'],
  ...['settled_msat', 'canary', 'hedge_of', 'error', 'error_message'],
];

/** A row for each sub-query of the run, in the order they were sent; times in ms since the run began. */
export async function* queriesCsv(run: ExportedRun): AsyncGenerator<string> {
  const facts = await factsOf(run);
  const { state } = facts;
  yield csvRow(QUERY_COLUMNS);
  for (const query of state.queries.values()) {
    const span = state.chunks[query.chunk]?.span;
    const usage = facts.usageOf(query.id);
    yield csvRow([
      ...[query.id, query.chunk, span === undefined ? undefined : printSpan(span), query.attempt, query.reason],
      ...[query.venue, query.provider, query.name, facts.modelOf(query.id) ?? query.model, query.status, query.verdict],
      ...[query.submitted_ms - state.created_ms, since(query.ended_ms, state.created_ms), query.latency_ms],
      ...[query.findings, usage?.input_tokens ?? 0, usage?.output_tokens ?? 0, query.price_msat, query.settled_msat],
      ...[query.canary, query.hedge_of, query.error?.code, query.error?.message],
    ]);
  }
}

function since(moment: number | undefined, begin: number): number | undefined {
  return moment === undefined ? undefined : moment - begin;
}
