// A history of a hundred thousand runs and ten million events, as years of use leave it: the very rows that the journal writes, in
// large unsynced batches. Made once, in a minute or two, and kept in bench/.data.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROLLUPS_COUNTED } from '../ledger/store/keys.ts';
import { EMPTY, put, type Row, Store } from '../ledger/store/store.ts';
import { summaryRows } from '../ledger/summary.ts';
import { eventRows } from '../ledger/traces.ts';
import { homePaths } from '../node/home.ts';
import { fold, toRunRecord } from '../protocol/fold.ts';
import type { RunRecord } from '../protocol/run.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import { seededRandom } from '../test/support/seeded-random.ts';
import { runIdOf, TRACE_BEGINS_MS, traceOf } from '../test/support/traces.ts';

export const HISTORY_RUNS = 100_000;
/** Sub-queries of a run, five events each, and two more: 100 events in the mean. */
const QUERIES = [10, 15, 20, 23, 30] as const;
const EXPERIMENTS = 100;
const MINUTE_MS = 60_000;
const RUNS_OF_A_BATCH = 50;
const SEED = 20_261_124;
/** The name changes with what is made. */
const FOLDER = fileURLToPath(new URL('../../bench/.data/history-100k-v1', import.meta.url));

export const WORDS =
  `why does this build fail on the second machine when cache is cold who signs releases which step was slow
  test timeout after upgrade deploy log error parser memory disk network key missing wrong version linker symbol`
    .split(/\s+/)
    .filter(Boolean);

/** The end of a run by its number: one of ten failed, one was cut short. */
function fateOf(number: number): RunRecord['status'] {
  return number % 10 === 3 ? 'failed' : number % 10 === 7 ? 'partial' : 'done';
}

interface Template {
  readonly trace: readonly TraceEvent[];
  readonly record: RunRecord;
}

function templates(): Template[] {
  return QUERIES.flatMap((queries) =>
    (['RunDone', 'RunFailed'] as const).map((ends) => {
      const trace = traceOf({ queries, ends });
      return { trace, record: toRunRecord(fold(trace)) };
    }),
  );
}

/** What is this run's own: the same for the same number. */
function ownOf(number: number) {
  const { fraction } = seededRandom(SEED + number);
  const words = Array.from(
    { length: 5 + Math.floor(fraction() * 8) },
    () => WORDS[Math.floor(fraction() * WORDS.length)],
  );
  return {
    query: `Why ${words.join(' ')}?`,
    createdMs: TRACE_BEGINS_MS + number * MINUTE_MS,
    stepMs: 1 + Math.floor(fraction() * 200),
    priceMsat: 10 + Math.floor(fraction() * 500),
    experiment: number % 3 === 0 ? `experiment ${Math.floor(fraction() * EXPERIMENTS)}` : null,
    method: number % 4 === 0 ? 'pylon.local' : 'pylon.map_reduce',
  };
}

/** One run: its events, and its record, which is their fold. */
export function madeRun(
  number: number,
  made: readonly Template[] = templates(),
): { events: TraceEvent[]; record: RunRecord } {
  const own = ownOf(number);
  const status = fateOf(number);
  const { trace, record } = made[(number % QUERIES.length) * 2 + (status === 'failed' ? 1 : 0)]!;
  const run_id = runIdOf(number);
  const events = trace.map((event): TraceEvent => {
    const header = { run_id, timestamp_ms: own.createdMs + event.seq * own.stepMs };
    if (event.type === 'RunInit')
      return {
        ...event,
        ...header,
        query: own.query,
        experiment: own.experiment,
        config: { ...event.config, method: own.method },
      };
    if (event.type === 'BudgetReserve' || event.type === 'BudgetSettle')
      return { ...event, ...header, amount_msat: own.priceMsat };
    return event.type === 'RunDone' && status === 'partial' ? { ...event, ...header, status } : { ...event, ...header };
  });
  const { metrics, config } = record;
  const cost_msat = own.priceMsat * metrics.sub_queries;
  return {
    events,
    record: {
      ...record,
      id: run_id,
      created_at: new Date(own.createdMs).toISOString(),
      status,
      query: own.query,
      experiment: own.experiment,
      config: { ...config, method: own.method },
      metrics: { ...metrics, cost_msat, elapsed_ms: (trace.length - 1) * own.stepMs },
      cost_sats: cost_msat / 1_000,
    },
  };
}

/** @returns how many events there are */
export async function writeHistory(store: Store, runs: number): Promise<number> {
  const made = templates();
  let rows: Row[] = [put(ROLLUPS_COUNTED, EMPTY)]; // nobody asks for the leaderboard here
  let written = 0;
  for (let number = 1; number <= runs; number++) {
    const { events, record } = madeRun(number, made);
    rows.push(...eventRows(events), ...summaryRows(record, undefined));
    written += events.length;
    if (number % RUNS_OF_A_BATCH !== 0 && number !== runs) continue;
    await store.write(rows, { sync: false });
    rows = [];
  }
  return written;
}

/** A home with the whole history. */
export async function wholeHistory(): Promise<string> {
  if (existsSync(FOLDER)) return FOLDER;
  console.error(`making a history of ${HISTORY_RUNS} runs`);
  const home = `${FOLDER}.part`;
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  const store = await Store.open(homePaths.store(home));
  const events = await writeHistory(store, HISTORY_RUNS);
  await store.close();
  await rename(home, FOLDER);
  console.error(`${events} events in ${join(FOLDER)}`);
  return FOLDER;
}
