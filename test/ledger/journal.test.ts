import t from 'tap';
import { Book } from '../../ledger/book/book.ts';
import { RunJournal } from '../../ledger/journal.ts';
import { StoredRuns } from '../../ledger/runs.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { fold, toRunRecord } from '../../protocol/fold.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { gatedStore } from '../support/gated-store.ts';
import { collect, openTestLedger } from '../support/test-ledger.ts';
import { outputOf, runIdOf, traceOf } from '../support/traces.ts';
import { settled, VirtualClock } from '../support/virtual-clock.ts';

const RUN = runIdOf(1);

t.test('what was committed is read back, in order and from any seq, with the record that the fold gives', async (t) => {
  const { journal, runs } = await openTestLedger(t);
  const trace = traceOf({ queries: 200 });
  await Promise.all(trace.map((event) => journal.commit([event])));
  t.same(await collect(runs.events(RUN)), trace);
  for (const seq of [0, 1, 255, 256, 257, 999, 1_001, 1_002, 5_000])
    t.same(await collect(runs.events(RUN, seq)), trace.slice(seq), `from seq ${seq}`);
  t.same(await runs.get(RUN), toRunRecord(fold(trace)));
});

t.test('events of many runs committed at once keep the order of each', async (t) => {
  const { journal, runs } = await openTestLedger(t);
  const traces = Array.from({ length: 20 }, (_, index) => traceOf({ runId: runIdOf(index), queries: 30 }));
  const commits: Promise<void>[] = [];
  for (let seq = 0; seq < traces[0]!.length; seq++)
    for (const trace of traces) commits.push(journal.commit([trace[seq]!]));
  await Promise.all(commits);
  for (const [index, trace] of traces.entries()) t.same(await collect(runs.events(runIdOf(index))), trace);
  t.equal(journal.state(RUN), undefined, 'a run that ended is not kept in memory');
});

t.test(
  'commits gather for 10 ms or 100 events, and nobody waits for that at the beginning or end of a run',
  async (t) => {
    const { store, writes } = await gatedStore(t);
    const clock = new VirtualClock();
    const journal = new RunJournal(store, clock, await Book.open(store, () => 0));
    const trace = traceOf({ queries: 100 });
    const begun = journal.commit(trace.slice(0, 1));
    t.equal(writes.length, 1, 'RunInit is written at once');
    t.equal(writes[0]?.sync, true);
    writes[0]?.pass();
    await begun;
    const gathered = trace.slice(1, 51).map((event) => journal.commit([event]));
    t.equal(writes.length, 1, 'fifty events wait');
    t.equal(await clock.step(), true);
    t.equal(writes.length, 2, 'for 10 ms');
    const full = trace.slice(51, 151).map((event) => journal.commit([event]));
    writes[1]?.pass();
    await Promise.all(gathered);
    await settled();
    t.equal(writes.length, 3, 'a hundred do not wait, only for the write before them');
    const ended = journal.commit(trace.slice(151));
    writes[2]?.pass();
    await Promise.all(full);
    await settled();
    t.equal(writes.length, 4);
    writes[3]?.pass();
    await ended;
    t.equal(clock.pending, 0, 'no timer is left');
  },
);

t.test(
  'those who waited for a write go on before the next one, and what they ask then is written together',
  async (t) => {
    const { store, writes } = await gatedStore(t);
    const journal = new RunJournal(store, new VirtualClock(), await Book.open(store, () => 0));
    const ask = async (number: number) => {
      const trace = traceOf({ runId: runIdOf(number) });
      await journal.commit(trace.slice(0, 1));
      await null; // a caller of a caller goes on a little later
      await journal.commit(trace.slice(1));
    };
    const asked = Promise.all([1, 2, 3, 4, 5].map(ask));
    t.equal(writes.length, 1, 'the first begins at once');
    for (let write = 0; write < 3; write++) {
      while (writes.length <= write) await settled();
      writes[write]?.pass();
    }
    await asked;
    t.equal(writes.length, 3, 'the others with what the first asks next, then what they ask');
  },
);

t.test('only what must survive a power cut is synced', async (t) => {
  const { store, writes } = await gatedStore(t);
  const clock = new VirtualClock();
  const journal = new RunJournal(store, clock, await Book.open(store, () => 0));
  const trace = traceOf({ queries: 1 });
  const synced: [string, boolean | undefined][] = [];
  for (const event of trace) {
    const stored = journal.commit([event]);
    await clock.step();
    synced.push([event.type, writes.at(-1)?.sync]);
    writes.at(-1)?.pass();
    await stored;
  }
  t.same(synced, [
    ['RunInit', true],
    ['EnvLoadFragment', false],
    ['BudgetReserve', true],
    ['SubQuerySubmit', false],
    ['SubQueryReturn', false],
    ['BudgetSettle', true],
    ['RunDone', true],
  ]);
});

t.test('listeners hear each event once, in order, and not before it is stored', async (t) => {
  const { journal, runs } = await openTestLedger(t);
  const trace = traceOf({ queries: 150 });
  const heard: TraceEvent[] = [];
  journal.subscribe((events) => heard.push(...events));
  const silent: TraceEvent[] = [];
  journal.subscribe((events) => silent.push(...events))();
  const first = journal.commit(trace.slice(0, 1));
  t.same(heard, [], 'committed is not yet stored');
  await first;
  t.same(heard, trace.slice(0, 1), 'when the promise resolves they have heard');
  t.same((await collect(runs.events(RUN))).length, 1);
  await Promise.all(trace.slice(1).map((event) => journal.commit([event])));
  t.same(heard, trace);
  t.same(silent, [], 'who left hears nothing');
});

t.test(
  'a gap, a repetition, an event after the end and a stranger are refused, and nothing of that commit is kept',
  async (t) => {
    const { journal, runs } = await openTestLedger(t);
    const trace = traceOf({ queries: 2 });
    const refused = (events: TraceEvent[], reason: RegExp) =>
      t.rejects(journal.commit(events), { code: 'trace-invalid', message: reason });
    await refused([], /nothing/);
    await refused(trace.slice(1), /seq 0 is next/);
    await refused([{ ...trace[0]!, run_id: 'run-7' }], /ULID/);
    await journal.commit(trace.slice(0, 3));
    await refused([trace[4]!], /seq 3 is next/);
    await refused([trace[2]!], /seq 3 is next/);
    await refused([trace[3]!, trace[5]!], /seq 4 is next/);
    await refused([trace[3]!, { ...trace[4]!, run_id: runIdOf(2) }], /two runs/);
    t.equal(journal.state(RUN)?.next_seq, 3);
    await journal.commit(trace.slice(3));
    await refused([{ ...trace[3]!, seq: trace.length }], /seq 0 is next|begins/);
    await t.rejects(journal.commit(trace), { code: 'run-conflict' }, 'a run is not written twice');
    t.same(await collect(runs.events(RUN)), trace);
  },
);

t.test(
  'a failed write fails everyone who waits and everyone who comes, and nobody hears of what is not stored',
  async (t) => {
    const { store, writes } = await gatedStore(t);
    const clock = new VirtualClock();
    const journal = new RunJournal(store, clock, await Book.open(store, () => 0));
    const heard: TraceEvent[] = [];
    journal.subscribe((events) => heard.push(...events));
    const trace = traceOf();
    const begun = journal.commit(trace.slice(0, 1));
    writes[0]?.pass();
    await begun;
    const first = journal.commit(trace.slice(1, 2));
    await clock.step();
    const second = journal.commit(trace.slice(2, 3));
    writes[1]?.fail(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    await t.rejects(first, { message: 'no space' });
    await t.rejects(second, { message: 'no space' }, 'what waited for its turn');
    await t.rejects(journal.commit(trace.slice(3, 4)), { message: 'no space' }, 'what comes after');
    t.equal(writes.length, 2, 'nothing more is written of it');
    t.equal(heard.length, 1);
    t.same(await collect(new StoredRuns(store, journal).events(RUN)), trace.slice(0, 1));
    const another = journal.commit(traceOf({ runId: runIdOf(2) }));
    writes[2]?.pass();
    await t.resolves(another, 'a new run tries again');
  },
);

t.test('payloads are written with the next commit, found by their hash and believed only if it fits', async (t) => {
  const { journal, runs, store } = await openTestLedger(t);
  const [hash, lie] = [sha256Hex(outputOf(0)), sha256Hex('the truth')];
  journal.keepBlob(hash, Buffer.from(outputOf(0)));
  journal.keepBlob(hash, Buffer.from(outputOf(0)));
  journal.keepBlob(lie, Buffer.from('a lie'));
  t.equal(await runs.blob(hash), undefined);
  await journal.commit(traceOf());
  t.same(await runs.blob(hash), Buffer.from(outputOf(0)));
  t.equal(await runs.blob(sha256Hex('nothing')), undefined);
  await t.rejects(runs.blob(lie), { code: 'store-corrupt' });
  journal.keepBlob(sha256Hex('last'), Buffer.from('last'));
  await journal.close();
  t.same(await runs.blob(sha256Hex('last')), Buffer.from('last'), 'closing keeps what waits');
  t.equal(store.has('b!nothing'), false);
});

t.test('payloads that a slow disk cannot take are dropped and counted, not piled up in memory', async (t) => {
  const { journal, runs } = await openTestLedger(t);
  const megabyte = Buffer.alloc(1_048_576);
  for (let index = 0; index < 70; index++) journal.keepBlob(sha256Hex(`${index}`), megabyte);
  t.equal(journal.blobsDropped, 6);
  journal.keepBlob(sha256Hex('receipt'), Buffer.from('receipt'), true);
  t.equal(journal.blobsDropped, 6, 'but for those that nothing else tells of');
  await journal.commit(traceOf());
  t.equal((await runs.list({ limit: 1 })).length, 1);
  t.same(await runs.blob(sha256Hex('receipt')), Buffer.from('receipt'));
});

t.test('a closed journal takes nothing more and keeps what was committed', async (t) => {
  const { journal, runs } = await openTestLedger(t);
  const trace = traceOf();
  const stored = journal.commit(trace.slice(0, 4));
  await journal.close();
  await journal.close();
  await stored;
  await t.rejects(journal.commit(trace.slice(4)), { code: 'store-failed', message: /closed/ });
  t.same(await collect(runs.events(RUN)), trace.slice(0, 4));
});

t.test('a listener that throws is heard of, and harms neither the store nor the others', async (t) => {
  const { journal, runs } = await openTestLedger(t);
  const heard: number[] = [];
  const uncaught = new Promise<unknown>((resolve) => {
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', (error) => {
      for (const other of others) process.on('uncaughtException', other);
      resolve(error);
    });
  });
  journal.subscribe(() => {
    throw new TypeError('a mistake');
  });
  journal.subscribe((events) => heard.push(events.length));
  await journal.commit(traceOf());
  t.match(await uncaught, { message: 'a mistake' });
  t.same(heard, [17]);
  t.match(await runs.get(RUN), { status: 'done' });
});
