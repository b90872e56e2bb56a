// How many trace events a second the journal stores: checked, folded, packed, indexed and committed in groups,
// against bare LevelDB given the very rows that the journal writes, in batches of the same size, synced alike.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { Book } from '../ledger/book/book.ts';
import { RunJournal } from '../ledger/journal.ts';
import { Store, type Row as StoreRow } from '../ledger/store/store.ts';
import { realClock } from '../node/clock.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import { runIdOf, traceOf } from '../test/support/traces.ts';
import { median, type Row, toRow } from './row.ts';

export const ids = ['trace-events-per-s'] as const;

/** Done-line 6e. */
const GOAL = 80_000;
/** A run of 100 MB: 6,400 sub-queries, 32,002 events. */
const QUERIES = 6_400;
const BATCH = 100;
/** Batches the writer is ahead of the store at most: between the beginning and the end of a run a conductor never waits. */
const AHEAD = 64;
const ROUNDS = 5;

/** What the journal asked its store to write, so that bare LevelDB can be given the same. */
interface Written {
  readonly rows: readonly StoreRow[];
  readonly sync: boolean;
}

function batchesOf(round: number): TraceEvent[][] {
  const trace = traceOf({ runId: runIdOf(round), queries: QUERIES });
  return Array.from({ length: Math.ceil(trace.length / BATCH) }, (_, index) =>
    trace.slice(index * BATCH, (index + 1) * BATCH),
  );
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'pylon-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Events a second through the journal, and what it wrote. */
async function journalSpeed(batches: readonly TraceEvent[][]): Promise<{ perSecond: number; written: Written[] }> {
  return inFolder(async (folder) => {
    const store = await Store.open(folder);
    const written: Written[] = [];
    const write = store.write.bind(store);
    store.write = (rows, options) => {
      written.push({ rows, sync: options.sync });
      return write(rows, options);
    };
    const journal = new RunJournal(store, realClock(), await Book.open(store, () => 0));
    const perSecond = await speed(batches, (batch) => journal.commit(batch));
    await store.close();
    return { perSecond, written };
  });
}

/** The same rows into bare LevelDB; counts events, not rows. */
async function bareSpeed(written: readonly Written[], events: number): Promise<number> {
  return inFolder(async (folder) => {
    const database = new Level<string, Uint8Array>(folder, { keyEncoding: 'utf8', valueEncoding: 'view' });
    await database.open();
    const started = performance.now();
    for (const { rows, sync } of written) await database.batch([...rows], { sync });
    const seconds = (performance.now() - started) / 1_000;
    await database.close();
    return events / seconds;
  });
}

async function speed(batches: readonly TraceEvent[][], commit: (batch: TraceEvent[]) => Promise<void>) {
  const started = performance.now();
  const under: Promise<void>[] = [];
  let events = 0;
  for (const batch of batches) {
    events += batch.length;
    under.push(commit(batch));
    await new Promise((resolve) => setImmediate(resolve)); // events come one turn after the other
    if (under.length >= AHEAD) await under.shift();
  }
  await Promise.all(under);
  return events / ((performance.now() - started) / 1_000);
}

/** The first round warms up and is not counted. */
export async function measure(only: readonly string[] = ids): Promise<Row[]> {
  if (!only.includes('trace-events-per-s')) return [];
  const [ours, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const batches = batchesOf(round);
    const { perSecond, written } = await journalSpeed(batches);
    const limit = await bareSpeed(written, batches.length * BATCH);
    if (round > 0) ours.push(perSecond);
    if (round > 0) bare.push(limit);
  }
  const [value, limit] = [median(ours), median(bare)];
  return [toRow({ id: 'trace-events-per-s', value, unit: 'events/s', goal: GOAL, direction: 'at-least', limit })];
}
