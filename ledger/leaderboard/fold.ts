// What one TraceEvent says about providers. Pure: the event, and the run's state before it, which knows whom a query was
// put to and whether it is still open. Each query counts once when asked, once when it ended, and once when found wrong.
import type { RunState } from '../../protocol/fold.ts';
import { wrongIn } from '../../protocol/fold-answers.ts';
import type { QueryState } from '../../protocol/run-state.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { bucketOf } from './latency-buckets.ts';
import { namedAt, type Rollup, sawAt, sumMsat } from './rollup.ts';

const HOUR_MS = 3_600_000;
/** Of eight digits: the year 13,376. */
export const HOUR_MAX = 99_999_999;

/** Hours since 1970 (UTC) of a time in ms; a time that no clock shows counts as the first or the last hour. */
export function hourOf(timeMs: number): number {
  return Math.min(HOUR_MAX, Math.max(0, Math.floor(timeMs / HOUR_MS)));
}

/** When an hour begins, in ms. */
export function hourBeginsMs(hour: number): number {
  return hour * HOUR_MS;
}

interface Place {
  readonly hour: number;
  readonly provider: string;
  /** As announced; empty when not known. */
  readonly model: string;
  readonly atMs: number;
}

/** One thing that happened to one row. */
export type Change = Place &
  (
    | { readonly what: 'asked'; readonly name: string }
    | { readonly what: 'answered'; readonly latencyMs: number }
    | { readonly what: 'failed' | 'timeouts' | 'cancelled' | 'rejected' }
    | { readonly what: 'settled'; readonly amountMsat: number }
  );

/** Ends that say nothing about the provider: it only asked to be paid what it was owed, or no relay took the job. */
const NO_FAULT = new Set(['job-payment-required', 'relay-unreachable']);

function timeOf(event: TraceEvent): number {
  return Math.min(hourBeginsMs(HOUR_MAX), Math.max(0, event.timestamp_ms));
}

/** The query that ends with this event; undefined when it had ended before, or nobody was asked but this machine. */
function openQuery(before: RunState, queryId: string): QueryState | undefined {
  const query = before.queries.get(queryId);
  if (query === undefined || query.venue === 'Local') return undefined;
  return query.status === 'submitted' || query.status === 'executing' ? query : undefined;
}

function failureOf(event: TraceEvent): 'failed' | 'timeouts' | 'cancelled' {
  if (event.type === 'SubQueryTimeout') return 'timeouts';
  if (event.type !== 'SubQueryReturn') return 'cancelled';
  return NO_FAULT.has(event.error?.code ?? '') ? 'cancelled' : 'failed';
}

function endOf(
  before: RunState,
  event: Extract<TraceEvent, { type: 'SubQueryReturn' | 'SubQueryTimeout' | 'SubQueryCancel' }>,
): Change | undefined {
  const query = openQuery(before, event.query_id);
  if (query === undefined) return undefined;
  const { provider, model = '' } = query;
  const [hour, atMs] = [hourOf(event.timestamp_ms), timeOf(event)];
  if (event.type === 'SubQueryReturn' && event.ok)
    return { hour, provider, model, atMs, what: 'answered', latencyMs: event.latency_ms };
  return { hour, provider, model, atMs, what: failureOf(event) };
}

/** Answers that were found to be wrong just now; each once. */
function rejections(before: RunState, event: Extract<TraceEvent, { type: 'VerifyRedundant' }>): Change[] {
  const [hour, atMs] = [hourOf(event.timestamp_ms), timeOf(event)];
  return [...new Set(wrongIn(event))].flatMap((id) => {
    const query = before.queries.get(id);
    if (query === undefined || query.venue === 'Local' || query.status !== 'answered' || query.rejected) return [];
    const { provider, model = '' } = query;
    return [{ hour, provider, model, atMs, what: 'rejected' as const }];
  });
}

const NONE: readonly Change[] = [];

/** What an event says about providers. @param before the run's state before it */
export function changesOf(before: RunState, event: TraceEvent): readonly Change[] {
  switch (event.type) {
    case 'SubQuerySubmit': {
      const { provider, venue, model = '', name = '' } = event;
      if (venue === 'Local') return NONE;
      return [{ hour: hourOf(event.timestamp_ms), provider, model, atMs: timeOf(event), what: 'asked', name }];
    }
    case 'SubQueryReturn':
    case 'SubQueryTimeout':
    case 'SubQueryCancel': {
      const end = endOf(before, event);
      return end === undefined ? NONE : [end];
    }
    case 'VerifyRedundant':
      return rejections(before, event);
    case 'BudgetSettle': {
      const { query_id, provider, amount_msat: amountMsat } = event;
      if (amountMsat === 0) return NONE; // free work: a row where nothing is counted would be somebody nobody asked
      const query = before.queries.get(query_id);
      const model = query?.provider === provider ? (query.model ?? '') : '';
      return [{ hour: hourOf(event.timestamp_ms), provider, model, atMs: timeOf(event), what: 'settled', amountMsat }];
    }
    default:
      return NONE;
  }
}

/** Adds one change to its row. */
export function applyChange(rollup: Rollup, change: Change): void {
  switch (change.what) {
    case 'asked':
      rollup.asked++;
      namedAt(rollup, change.name, change.atMs);
      break;
    case 'answered': {
      const bucket = bucketOf(change.latencyMs);
      rollup.answered++;
      rollup.latencies.set(bucket, (rollup.latencies.get(bucket) ?? 0) + 1);
      sawAt(rollup, change.atMs);
      break;
    }
    case 'failed':
      rollup.failed++;
      sawAt(rollup, change.atMs);
      break;
    case 'settled':
      rollup.settledMsat = sumMsat(rollup.settledMsat, change.amountMsat);
      break;
    default:
      rollup[change.what]++;
  }
}
