// How fast money is: pairs of reserve and settle, each durable before the next step, as a run with 32 sub-queries in
// flight makes them, against bare LevelDB given the very same batches; and how long a ledger of a million entries takes to open.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { Book } from '../ledger/book/book.ts';
import { RunBudgets } from '../ledger/book/run-budgets.ts';
import { RunJournal } from '../ledger/journal.ts';
import { Store, type Row as StoreRow } from '../ledger/store/store.ts';
import { realClock } from '../node/clock.ts';
import { type Msat, msat } from '../protocol/money.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import { runIdOf, traceOf } from '../test/support/traces.ts';
import { MILLION_ENTRIES, millionEntries } from './ledger-fixture.ts';
import { median, type Row, toRow } from './row.ts';

export const ids = ['reserve-settle-pairs-per-s', 'reserve-settle-p99-ms', 'ledger-reopen-s'] as const;

/** Done-line 6 of the money issue. */
const GOALS = { pairsPerSecond: 2_000, p99Ms: 10, reopenSeconds: 10 };
const CLIENTS = 32;
const PAIRS = 6_400;
/** The first warms up and is not counted. */
const ROUNDS = 4;
const REOPENINGS = 3;
const EVENTS_OF_A_QUERY = 5;
const PRICE: Msat = msat(26);
const PROVIDER = 'ab'.repeat(32);

interface Written {
  readonly rows: readonly StoreRow[];
  readonly sync: boolean;
}

interface Round {
  readonly pairsPerSecond: number;
  /** Of each step that was awaited. */
  readonly latenciesMs: readonly number[];
  /** What the journal asked its store to write. */
  readonly written: readonly Written[];
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'pylon-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One run: its clients ask for one query after the other, as the conductor does. */
class Asking {
  readonly latenciesMs: number[] = [];
  readonly #journal: RunJournal;
  readonly #budgets: RunBudgets;
  readonly #runId: string;
  readonly #trace: readonly TraceEvent[];
  #seq = 1;
  #next = 0;

  constructor(journal: RunJournal, budgets: RunBudgets, runId: string) {
    this.#journal = journal;
    this.#budgets = budgets;
    this.#runId = runId;
    this.#trace = traceOf({ runId, queries: PAIRS, ends: 'never' });
  }

  async run(): Promise<number> {
    const opened = this.#budgets.openRun(this.#runId, msat(PAIRS * PRICE), 0);
    await this.#journal.commit(this.#trace.slice(0, 1), opened);
    const started = performance.now();
    await Promise.all(Array.from({ length: CLIENTS }, () => this.#client()));
    return PAIRS / ((performance.now() - started) / 1_000);
  }

  async #client(): Promise<void> {
    for (let query = this.#next++; query < PAIRS; query = this.#next++) {
      const at = 1 + query * EVENTS_OF_A_QUERY;
      const [load, reserve, submit, answer, settle] = this.#trace.slice(at, at + EVENTS_OF_A_QUERY);
      const queryId = `${query}.0`;
      void this.#tell(load!);
      await this.#timed(() => this.#tell(reserve!, this.#budgets.reserve(this.#runId, queryId, PRICE)));
      void this.#tell(submit!);
      void this.#tell(answer!);
      await this.#timed(() => this.#tell(settle!, this.#budgets.settle(this.#runId, queryId, PROVIDER, PRICE)));
    }
  }

  /** Queries take turns, so events are numbered as they come. */
  #tell(event: TraceEvent, operation?: ReturnType<RunBudgets['reserve']>): Promise<void> {
    return this.#journal.commit([{ ...event, seq: this.#seq++ }], operation);
  }

  async #timed(commit: () => Promise<void>): Promise<void> {
    const started = performance.now();
    await commit();
    this.latenciesMs.push(performance.now() - started);
  }
}

function askingRound(number: number): Promise<Round> {
  return inFolder(async (folder) => {
    const store = await Store.open(folder);
    const written: Written[] = [];
    const write = store.write.bind(store);
    store.write = (rows, options) => {
      written.push({ rows, sync: options.sync });
      return write(rows, options);
    };
    const book = await Book.open(store, () => Date.now());
    const asking = new Asking(new RunJournal(store, realClock(), book), new RunBudgets(book), runIdOf(number));
    const pairsPerSecond = await asking.run();
    await store.close();
    return { pairsPerSecond, latenciesMs: asking.latenciesMs, written };
  });
}

/** The same rows into bare LevelDB, one batch after the other. */
function bareRound(written: readonly Written[]): Promise<Pick<Round, 'pairsPerSecond' | 'latenciesMs'>> {
  return inFolder(async (folder) => {
    const database = new Level<string, Uint8Array>(folder, { keyEncoding: 'utf8', valueEncoding: 'view' });
    await database.open();
    const started = performance.now();
    const latenciesMs: number[] = [];
    for (const { rows, sync } of written) {
      const begun = performance.now();
      await database.batch([...rows], { sync });
      if (sync) latenciesMs.push(performance.now() - begun);
    }
    const pairsPerSecond = PAIRS / ((performance.now() - started) / 1_000);
    await database.close();
    return { pairsPerSecond, latenciesMs };
  });
}

function percentile99(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * 0.99)] ?? 0;
}

async function measurePairs(): Promise<Row[]> {
  const [ours, bare]: [Round[], Pick<Round, 'pairsPerSecond' | 'latenciesMs'>[]] = [[], []];
  for (let number = 0; number < ROUNDS; number++) {
    const round = await askingRound(number);
    const limit = await bareRound(round.written);
    if (number === 0) continue;
    ours.push(round);
    bare.push(limit);
  }
  const speed = (rounds: typeof bare) => median(rounds.map(({ pairsPerSecond }) => pairsPerSecond));
  const p99 = (rounds: typeof bare) => median(rounds.map(({ latenciesMs }) => percentile99(latenciesMs)));
  const pairs = { id: ids[0], value: speed(ours), unit: 'pairs/s', goal: GOALS.pairsPerSecond, limit: speed(bare) };
  const latency = { id: ids[1], value: p99(ours), unit: 'ms', goal: GOALS.p99Ms, limit: p99(bare) };
  return [toRow({ ...pairs, direction: 'at-least' }), toRow({ ...latency, direction: 'at-most' })];
}

/** Seconds that LevelDB needs for reading the rows of the book, with nothing made of them. */
async function bareReadSeconds(folder: string): Promise<number> {
  const store = await Store.open(folder);
  const started = performance.now();
  let bytes = 0;
  for await (const [, value] of store.rows({ gte: 'm!', lt: 'm"' })) bytes += value.byteLength;
  const seconds = (performance.now() - started) / 1_000;
  await store.close();
  return bytes > 0 ? seconds : 0;
}

async function measureReopening(): Promise<Row> {
  const folder = await millionEntries();
  const seconds: number[] = [];
  for (let round = 0; round < REOPENINGS; round++) {
    const started = performance.now();
    const store = await Store.open(folder);
    const { latestSeq } = await Book.open(store, () => Date.now());
    seconds.push((performance.now() - started) / 1_000);
    await store.close();
    if (latestSeq < MILLION_ENTRIES) throw new RangeError(`the ledger in ${folder} has only ${latestSeq} entries`);
  }
  const limit = await bareReadSeconds(folder);
  const value = median(seconds);
  return toRow({ id: ids[2], value, unit: 's', goal: GOALS.reopenSeconds, direction: 'at-most', limit });
}

export async function measure(only: readonly string[] = ids): Promise<Row[]> {
  const rows: Row[] = [];
  if (only.some((id) => id.startsWith('reserve-settle')))
    rows.push(...(await measurePairs()).filter(({ id }) => only.includes(id)));
  if (only.includes('ledger-reopen-s')) rows.push(await measureReopening());
  return rows;
}
