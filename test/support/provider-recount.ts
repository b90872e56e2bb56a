// The leaderboard counted by brute force from whole traces, with nothing of the ledger's own counting: what the rollups
// are held against. Latencies are kept one by one and sorted.
import type { ProviderReport } from '../../protocol/provider-report.ts';
import type { TraceEvent } from '../../protocol/trace.ts';

const HOUR_MS = 3_600_000;

export interface Recounted {
  jobs: number;
  answered: number;
  failed: number;
  timeouts: number;
  cancelled: number;
  rejected: number;
  settled_msat: number;
  readonly models: Set<string>;
  /** In ms. */
  readonly latencies: number[];
}

interface Asked {
  readonly provider: string;
  readonly model: string;
  isOpen: boolean;
  /** It answered, and nobody found it wrong so far. */
  isGood: boolean;
}

export interface Range {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly model?: string;
}

/** Whole hours, as the leaderboard has them. */
function isWithin(timeMs: number, { fromMs, untilMs }: Range): boolean {
  return (
    Math.floor(timeMs / HOUR_MS) >= Math.floor(fromMs / HOUR_MS) && timeMs / HOUR_MS < Math.floor(untilMs / HOUR_MS) + 1
  );
}

class Recount {
  readonly providers = new Map<string, Recounted>();
  readonly #range: Range;

  constructor(range: Range) {
    this.#range = range;
  }

  #count(provider: string, model: string, event: TraceEvent, count: (recounted: Recounted) => void): void {
    if (!isWithin(event.timestamp_ms, this.#range)) return;
    if (this.#range.model !== undefined && this.#range.model !== model) return;
    const counts = { jobs: 0, answered: 0, failed: 0, timeouts: 0, cancelled: 0, rejected: 0, settled_msat: 0 };
    const recounted = this.providers.get(provider) ?? { ...counts, models: new Set(), latencies: [] };
    if (model !== '') recounted.models.add(model);
    count(recounted);
    this.providers.set(provider, recounted);
  }

  trace(events: readonly TraceEvent[]): void {
    const queries = new Map<string, Asked>();
    for (const event of events) {
      if (event.type === 'SubQuerySubmit') {
        const { provider, model = '', venue } = event;
        queries.set(event.query_id, { provider, model, isOpen: venue !== 'Local', isGood: false });
        if (venue !== 'Local') this.#count(provider, model, event, (own) => own.jobs++);
      }
      if (event.type === 'BudgetSettle' && event.amount_msat > 0) {
        const query = queries.get(event.query_id);
        const model = query?.provider === event.provider ? query.model : '';
        this.#count(event.provider, model, event, (own) => {
          own.settled_msat += event.amount_msat;
        });
      }
      if (event.type === 'VerifyRedundant' && event.verdict !== 'undecided') {
        for (const query of new Set((event.dissenting ?? []).map((id) => queries.get(id)))) {
          if (query?.isGood !== true) continue;
          query.isGood = false;
          this.#count(query.provider, query.model, event, (own) => own.rejected++);
        }
      }
      this.#end(queries, event);
    }
  }

  #end(queries: ReadonlyMap<string, Asked>, event: TraceEvent): void {
    if (event.type !== 'SubQueryReturn' && event.type !== 'SubQueryTimeout' && event.type !== 'SubQueryCancel') return;
    const query = queries.get(event.query_id);
    if (query === undefined || !query.isOpen) return;
    query.isOpen = false;
    query.isGood = event.type === 'SubQueryReturn' && event.ok;
    this.#count(query.provider, query.model, event, (own) => {
      if (event.type === 'SubQueryTimeout') own.timeouts++;
      else if (event.type === 'SubQueryCancel') own.cancelled++;
      else if (event.ok) {
        own.answered++;
        own.latencies.push(event.latency_ms);
      } else if (event.error?.code === 'job-payment-required' || event.error?.code === 'relay-unreachable')
        own.cancelled++;
      else own.failed++;
    });
  }
}

/** By provider. */
export function recountProviders(traces: Iterable<readonly TraceEvent[]>, range: Range): Map<string, Recounted> {
  const recount = new Recount(range);
  for (const trace of traces) recount.trace(trace);
  return recount.providers;
}

function percentileOf(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

function isNear(told: number | null, exact: number | null): boolean {
  if (told === null || exact === null) return told === exact;
  return Math.abs(told - exact) <= 0.02 * exact + 0.0101; // what is faster than 0.01 ms is told as that
}

/** Where a report differs from the recount, in words. */
export function differences(reports: readonly ProviderReport[], expected: ReadonlyMap<string, Recounted>): string[] {
  const faults: string[] = [];
  if (reports.length !== expected.size) faults.push(`${reports.length} providers instead of ${expected.size}`);
  for (const report of reports) {
    const exact = expected.get(report.provider);
    if (exact === undefined) {
      faults.push(`${report.provider} was never asked`);
      continue;
    }
    for (const field of ['jobs', 'answered', 'failed', 'timeouts', 'cancelled', 'rejected', 'settled_msat'] as const)
      if (report[field] !== exact[field])
        faults.push(`${report.provider}: ${field} ${report[field]}, not ${exact[field]}`);
    if (report.models.join() !== [...exact.models].sort().join())
      faults.push(`${report.provider}: models ${report.models}`);
    const sorted = exact.latencies.toSorted((left, right) => left - right);
    for (const [field, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const)
      if (!isNear(report.latency_ms[field], percentileOf(sorted, share)))
        faults.push(`${report.provider}: ${field} ${report.latency_ms[field]}, not ${percentileOf(sorted, share)}`);
  }
  return faults;
}
