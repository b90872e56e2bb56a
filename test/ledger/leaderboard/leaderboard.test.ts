import { deepEqual } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import t from 'tap';
import { Book } from '../../../ledger/book/book.ts';
import { closeInterrupted } from '../../../ledger/interrupted.ts';
import { RunJournal } from '../../../ledger/journal.ts';
import { hourOf } from '../../../ledger/leaderboard/fold.ts';
import { Hours } from '../../../ledger/leaderboard/hours.ts';
import { Leaderboard, type LeaderboardOptions } from '../../../ledger/leaderboard/leaderboard.ts';
import { ALL_ROLLUPS, eventKey, ROLLUPS_COUNTED, rollupKey, rollupsBetween } from '../../../ledger/store/keys.ts';
import { del, Store } from '../../../ledger/store/store.ts';
import { readEventRows } from '../../../ledger/traces.ts';
import { VolatileJournal } from '../../../ledger/volatile/journal.ts';
import { type ProvidersQuery, providersQuerySchema } from '../../../protocol/provider-report.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { lawfulTrace } from '../../support/lawful-trace.ts';
import { promptTimer } from '../../support/prompt-timer.ts';
import { differences, recountProviders } from '../../support/provider-recount.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { openTestLedger } from '../../support/test-ledger.ts';
import { runIdOf, TRACE_BEGINS_MS, traceOf } from '../../support/traces.ts';

const HOUR_MS = 3_600_000;
const HOURS = { '1h': 1, '5h': 5, '24h': 24, '1w': 168 };
const WRITER = fileURLToPath(new URL('../../support/trace-writer.js', import.meta.url));

function asked(query: Partial<ProvidersQuery> = {}): ProvidersQuery {
  return providersQuerySchema.parse(query);
}

function leaderboardOf(store: Store, nowMs = TRACE_BEGINS_MS, more: Partial<LeaderboardOptions> = {}): Leaderboard {
  return new Leaderboard({ source: new Hours(store), nowMs: () => nowMs, ...more });
}

/** Every trace in the store, as far as it was written. */
async function tracesOf(store: Store): Promise<TraceEvent[][]> {
  const traces = new Map<string, TraceEvent[]>();
  for await (const [, events] of readEventRows(store))
    for (const event of events) traces.set(event.run_id, [...(traces.get(event.run_id) ?? []), event]);
  return [...traces.values()];
}

/** What a report of a week says otherwise than all the events in the store. */
async function faultsOf(store: Store, nowMs = TRACE_BEGINS_MS + HOUR_MS): Promise<string[]> {
  const { providers } = await leaderboardOf(store, nowMs).report(asked({ since: '1w' }));
  const range = { fromMs: nowMs - 168 * HOUR_MS, untilMs: nowMs };
  return differences(providers, recountProviders(await tracesOf(store), range));
}

/** The traces as runs of their own, their events spread over hours. */
function spread(traces: readonly TraceEvent[][], stepMs: number): TraceEvent[][] {
  return traces.map((trace, number) =>
    trace.map((event) => ({
      ...event,
      run_id: runIdOf(number),
      timestamp_ms: TRACE_BEGINS_MS + number * 7 * stepMs + event.seq * stepMs,
    })),
  );
}

/** Commits the traces side by side, in pieces; small numbers decide whose turn it is and how much it says. */
async function commitAll(
  journal: Pick<RunJournal, 'commit'>,
  traces: readonly TraceEvent[][],
  dice: readonly number[],
) {
  const left = traces.map((trace) => [...trace]);
  const commits: Promise<void>[] = [];
  for (let turn = 0; left.some((trace) => trace.length > 0); turn++) {
    const roll = dice[turn % dice.length]! + turn;
    const open = left.filter((trace) => trace.length > 0);
    commits.push(journal.commit(open[roll % open.length]!.splice(0, 1 + (roll % 11))));
    if (roll % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(commits);
}

t.test(
  'any traces, in any pieces, any time asked for: the leaderboard is what a recount of all events gives',
  async (t) => {
    const property = fc.asyncProperty(
      fc.array(lawfulTrace, { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(1_000), { minLength: 1, maxLength: 30 }),
      fc.constantFrom(1_000, 60_000, 900_000),
      fc.record({
        since: fc.constantFrom('1h' as const, '5h' as const, '24h' as const, '1w' as const),
        now: fc.nat(30),
        model: fc.constantFrom(undefined, 'm0', 'm1'),
      }),
      async (traces, dice, stepMs, { since, now, model }) => {
        const { store, journal } = await openTestLedger(t);
        const memory = new VolatileJournal();
        const written = spread(traces, stepMs);
        const wanted = model === undefined ? {} : { model };
        const nowMs = TRACE_BEGINS_MS + now * HOUR_MS;
        const range = { fromMs: nowMs - HOURS[since] * HOUR_MS, untilMs: nowMs, ...wanted };
        const done: TraceEvent[][] = [];
        // Asked in the middle, too: what is kept in memory by then must not outlive it.
        for (const part of [written.slice(0, 2), written.slice(2)]) {
          await commitAll(journal, part, dice);
          await commitAll(memory, part, dice);
          done.push(...part);
          const expected = recountProviders(done, range);
          for (const source of [journal.hours, new Hours(store), memory]) {
            const board = new Leaderboard({ source, nowMs: () => nowMs });
            const { providers } = await board.report(asked({ since, ...wanted })).catch((error) => {
              if (error.code === 'model-unknown' && expected.size === 0) return { providers: [] };
              throw error;
            });
            deepEqual(differences(providers, expected), []);
            if (model !== undefined) continue;
            const all = [...expected.values()];
            deepEqual(await board.spentSince(range.fromMs), {
              settledMsat: all.reduce((sum, { settled_msat }) => sum + settled_msat, 0),
              jobs: all.reduce((sum, { jobs }) => sum + jobs, 0),
            });
          }
        }
      },
    );
    await t.resolves(fc.assert(property, { numRuns: 60 }));
  },
);

t.test('after kill -9 the rollups are those of the events that are there', async (t) => {
  for (const acknowledgements of [1, 20, 60]) {
    const folder = join(await temporaryFolder(t), 'store');
    const child = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    for (let count = 0; count < acknowledgements; count++) await lines.next();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = await Store.open(folder);
    t.same(await faultsOf(store), []);
    const book = await Book.open(store, () => 0);
    const journal = new RunJournal(store, promptTimer, book);
    await closeInterrupted(store, book, journal, TRACE_BEGINS_MS);
    t.same(await faultsOf(store), [], 'and what closing the run said is counted');
    await store.write([del(ROLLUPS_COUNTED)], { sync: false });
    await journal.recount();
    t.same(await faultsOf(store), [], 'and so a recount says');
    await store.close();
  }
});

t.test('a run that is imported counts once, however often it is imported or written', async (t) => {
  const [from, to] = [await openTestLedger(t), await openTestLedger(t)];
  await to.journal.recount();
  await from.journal.commit(traceOf({ queries: 30 }));
  await to.journal.commit(traceOf({ runId: runIdOf(2), queries: 4 }));
  const folder = await from.export(runIdOf(1), join(from.home, 'run'));
  for (let time = 0; time < 3; time++) {
    await to.import(folder);
    t.same(await faultsOf(to.store), []);
  }
  const { providers } = await leaderboardOf(to.store).report(asked());
  t.match(providers, [{ jobs: 34, answered: 34, settled_msat: 34 * 26, sats_per_1k_jobs: 26 }]);
  await to.journal.commit(traceOf({ runId: runIdOf(3), queries: 5 }));
  t.same(await faultsOf(to.store), [], 'and what comes later is added to it');
  await to.delete(runIdOf(1));
  t.same(await faultsOf(to.store), [], 'a run that is deleted is not counted any more');
});

t.test(
  'whatever is deleted while whatever is written, the leaderboard is what a recount of the rest gives',
  async (t) => {
    const property = fc.asyncProperty(
      fc.array(lawfulTrace, { minLength: 2, maxLength: 5 }),
      fc.array(fc.nat(1_000), { minLength: 1, maxLength: 30 }),
      fc.constantFrom(1_000, 60_000, 900_000),
      fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }),
      async (traces, dice, stepMs, doomed) => {
        const ledger = await openTestLedger(t);
        await ledger.journal.recount();
        const written = spread(traces, stepMs);
        const [before, beside] = [written.slice(0, -1), written.slice(-1)];
        await commitAll(ledger.journal, before, dice);
        const ids = new Set(doomed.map((number) => before[number % before.length]![0]!.run_id));
        const isOver = (id: string) => ledger.journal.state(id) === undefined;
        const gone = [...ids].filter(isOver);
        await Promise.all([commitAll(ledger.journal, beside, dice), ...gone.map((id) => ledger.delete(id))]);
        deepEqual(await faultsOf(ledger.store, TRACE_BEGINS_MS + 30 * HOUR_MS), []);
        deepEqual(ledger.store.has(ROLLUPS_COUNTED), true);
        for (const [{ run_id } = { run_id: '' }] of written)
          if (isOver(run_id) && !ids.has(run_id)) await ledger.delete(run_id);
        if (written.some(([first]) => !isOver(first?.run_id ?? ''))) return;
        for await (const key of ledger.store.keys(ALL_ROLLUPS)) deepEqual(key, 'no row is left');
      },
    );
    await t.resolves(fc.assert(property, { numRuns: 60 }));
  },
);

t.test(
  'a store from before there was a leaderboard is counted when it is opened, without what an import left',
  async (t) => {
    const { store, journal } = await openTestLedger(t);
    for (let number = 1; number <= 5; number++)
      await journal.commit(
        traceOf({ runId: runIdOf(number), queries: 40, ...(number === 5 ? { ends: 'never' } : {}) }),
      );
    const hour = hourOf(TRACE_BEGINS_MS);
    await store.write([del(rollupKey(hour, 'ab'.repeat(32), '')), del(ROLLUPS_COUNTED)], { sync: false });
    t.same((await leaderboardOf(store).report(asked())).providers, []);
    await journal.recount();
    t.same(await faultsOf(store), []);
    await journal.commit(traceOf({ runId: runIdOf(6), queries: 3 }));
    t.same(await faultsOf(store), []);
    await store.write([del(`r!${runIdOf(2)}`), del(ROLLUPS_COUNTED)], { sync: false });
    await journal.recount();
    t.match((await leaderboardOf(store).report(asked())).providers, [{ jobs: 163 }]);
    await store.write([del(rollupKey(hour, 'ab'.repeat(32), ''))], { sync: false });
    await journal.recount();
    t.same((await leaderboardOf(store).report(asked())).providers, [], 'it is not counted again when it is not due');
  },
);

t.test('where a power cut left a hole in a trace, the store is counted anew', async (t) => {
  const { store, journal } = await openTestLedger(t);
  const trace = traceOf({ queries: 40, ends: 'never' });
  for (let at = 0; at < trace.length; at += 20) await journal.commit(trace.slice(at, at + 20));
  await journal.recount();
  await store.write([del(eventKey(runIdOf(1), 100))], { sync: false });
  const book = await Book.open(store, () => 0);
  const next = new RunJournal(store, promptTimer, book);
  await closeInterrupted(store, book, next, TRACE_BEGINS_MS);
  await next.recount();
  t.same(await faultsOf(store), []);
});

t.test('a write that failed leaves nothing of what it would have counted', async (t) => {
  const { store, journal } = await openTestLedger(t);
  await journal.commit(traceOf({ queries: 10 }));
  const write = store.write.bind(store);
  store.write = async () => {
    throw new TypeError('the disk is gone');
  };
  await t.rejects(journal.commit(traceOf({ runId: runIdOf(2), queries: 10 })));
  store.write = write;
  await journal.commit(traceOf({ runId: runIdOf(3), queries: 10 }));
  t.same(await faultsOf(store), []);
});

t.test('few rows are read: an hour of a provider is one, however many events it has', async (t) => {
  const { store, journal } = await openTestLedger(t);
  await journal.commit(traceOf({ queries: 2_000 }));
  let [rows, bytes] = [0, 0];
  for await (const [, value] of store.rows(rollupsBetween(0, hourOf(TRACE_BEGINS_MS)))) {
    rows++;
    bytes += value.byteLength;
  }
  t.equal(rows, 1);
  t.ok(bytes < 200, `${bytes} bytes`);
});
