// How fast the leaderboard of a day is: a million events of 200 or 1,000 providers, written by the real journal, then asked for
// in every order, held against a recount of all events; beside it what bare LevelDB needs for reading the same rows.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Book } from '../ledger/book/book.ts';
import { RunJournal } from '../ledger/journal.ts';
import { hourOf } from '../ledger/leaderboard/fold.ts';
import { Hours } from '../ledger/leaderboard/hours.ts';
import { Leaderboard } from '../ledger/leaderboard/leaderboard.ts';
import { rollupsBetween } from '../ledger/store/keys.ts';
import { Store } from '../ledger/store/store.ts';
import { realClock } from '../node/clock.ts';
import { PROVIDER_ORDERS, providersQuerySchema } from '../protocol/provider-report.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import { differences, recountProviders } from '../test/support/provider-recount.ts';
import { seededRandom } from '../test/support/seeded-random.ts';
import { runIdOf, TRACE_BEGINS_MS, traceOf } from '../test/support/traces.ts';
import { type Row, toRow } from './row.ts';

/** By the number of providers: a swarm as the simulations of verification have it, and a large one. */
const SIZES = [200, 1_000] as const;
export const ids = SIZES.map((providers) => `leaderboard-${providers}-providers-p99-ms`);

/** Done-line 7 of the trust issue. */
const GOAL_MS = 50;
const DAY_MS = 86_400_000;
/** 200 runs of 1,000 sub-queries, five events each: 1,000,400 events. */
const RUNS = 200;
const QUERIES = 1_000;
const BATCH = 100;
const ASKED = 200;
const SEED = 20_261_124;

interface Played {
  readonly provider: string;
  readonly latencyMs: number;
  readonly fate: 'answered' | 'failed' | 'timeout';
}

/** Each provider has a pace of its own, a tail, and a share of failures. */
function play(fraction: () => number, providers: number): Played {
  const number = Math.floor(fraction() * providers);
  const latencyMs = (20 + number) * Math.exp(fraction() * 2) * (fraction() < 0.02 ? 20 : 1);
  const luck = fraction() * 100 - (number % 10);
  return {
    provider: number.toString(16).padStart(64, '0'),
    latencyMs,
    fate: luck < 0 ? 'failed' : luck < 2 ? 'timeout' : 'answered',
  };
}

/** The events of one run of a day, the same for the same number. */
function runOf(number: number, providers: number): TraceEvent[] {
  const { fraction } = seededRandom(SEED + number);
  const stepMs = DAY_MS / RUNS / (5 * QUERIES);
  const beginsMs = TRACE_BEGINS_MS + (number * DAY_MS) / RUNS;
  const played = Array.from({ length: QUERIES }, () => play(fraction, providers));
  return traceOf({ runId: runIdOf(number), queries: QUERIES }).map((event) => {
    const dated = { ...event, timestamp_ms: Math.floor(beginsMs + event.seq * stepMs) };
    const query = played[Math.floor((event.seq - 1) / 5)];
    return query === undefined ? dated : cast(dated, query);
  });
}

/** The same event as this provider makes it. */
function cast(event: TraceEvent, { provider, latencyMs, fate }: Played): TraceEvent {
  if (event.type === 'SubQuerySubmit')
    return { ...event, provider, model: `m${Number.parseInt(provider.slice(-2), 16) % 3}`, name: 'n' };
  if (event.type === 'SubQueryReturn') {
    const { v, run_id, seq, timestamp_ms, query_id } = event;
    const header = { v, run_id, seq, timestamp_ms, query_id };
    if (fate === 'timeout') return { ...header, type: 'SubQueryTimeout', after_ms: 60_000, reason: 'timeout' };
    return { ...event, ok: fate === 'answered', latency_ms: latencyMs };
  }
  if (event.type !== 'BudgetSettle' || fate === 'answered')
    return event.type === 'BudgetSettle' ? { ...event, provider } : event;
  const { provider: _nobody, ...rest } = event;
  return { ...rest, type: 'BudgetRelease', reason: 'job-failed' };
}

async function write(store: Store, providers: number): Promise<void> {
  const journal = new RunJournal(store, realClock(), await Book.open(store, () => 0));
  for (let run = 0; run < RUNS; run++) {
    const trace = runOf(run, providers);
    const commits: Promise<void>[] = [];
    for (let at = 0; at < trace.length; at += BATCH) commits.push(journal.commit(trace.slice(at, at + BATCH)));
    await Promise.all(commits);
  }
  await journal.close();
}

/** Seconds for the rows alone. */
async function bareMs(store: Store, fromMs: number, untilMs: number): Promise<number> {
  const started = performance.now();
  for await (const _row of store.rows(rollupsBetween(hourOf(fromMs), hourOf(untilMs))));
  return performance.now() - started;
}

function percentile99(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * 0.99)] ?? 0;
}

async function check(board: Leaderboard, providers: number, untilMs: number): Promise<void> {
  const traces = function* () {
    for (let run = 0; run < RUNS; run++) yield runOf(run, providers);
  };
  const expected = recountProviders(traces(), { fromMs: untilMs - DAY_MS, untilMs });
  const report = await board.report(providersQuerySchema.parse({ limit: 1_000 }));
  const [fault] = differences(report.providers, expected);
  if (fault !== undefined) throw new RangeError(`the leaderboard is not what a recount gives: ${fault}`);
}

async function measureSize(providers: number, id: string): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'pylon-bench-'));
  const store = await Store.open(folder);
  try {
    await write(store, providers);
    const untilMs = TRACE_BEGINS_MS + DAY_MS;
    const board = new Leaderboard({ source: new Hours(store), nowMs: () => untilMs });
    await check(board, providers, untilMs);
    const [ours, bare]: [number[], number[]] = [[], []];
    for (let time = 0; time < ASKED; time++) {
      const model = time % 4 === 3 ? { model: `m${time % 3}` } : {};
      const query = providersQuerySchema.parse({ sort: PROVIDER_ORDERS[time % PROVIDER_ORDERS.length], ...model });
      const started = performance.now();
      await board.report(query);
      ours.push(performance.now() - started);
      bare.push(await bareMs(store, untilMs - DAY_MS, untilMs));
    }
    const [value, limit] = [percentile99(ours), percentile99(bare)];
    return toRow({ id, value, unit: 'ms', goal: GOAL_MS, direction: 'at-most', limit });
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export async function measure(only: readonly string[] = ids): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [index, providers] of SIZES.entries())
    if (only.includes(ids[index]!)) rows.push(await measureSize(providers, ids[index]!));
  return rows;
}
