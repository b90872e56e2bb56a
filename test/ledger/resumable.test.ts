import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Book } from '../../ledger/book/book.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { closeInterrupted } from '../../ledger/interrupted.ts';
import { RunJournal } from '../../ledger/journal.ts';
import { RunRemover } from '../../ledger/remove-run.ts';
import { deadRuns, readInterrupted } from '../../ledger/resumable.ts';
import { StoredRuns } from '../../ledger/runs.ts';
import { requestKey } from '../../ledger/store/keys.ts';
import { Store } from '../../ledger/store/store.ts';
import { msat } from '../../protocol/money.ts';
import type { TraceEvent, TraceFact } from '../../protocol/trace.ts';
import { promptTimer } from '../support/prompt-timer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { collect } from '../support/test-ledger.ts';
import { runIdOf, TRACE_BEGINS_MS, traceOf } from '../support/traces.ts';

const RUN = runIdOf(1);
const REQUEST = { query: 'why?', files: ['/a'] };

/** A process that owns the store for a while. */
async function open(folder: string) {
  const store = await Store.open(folder);
  const book = await Book.open(store, () => 0);
  const journal = new RunJournal(store, promptTimer, book);
  const budgets = new RunBudgets(book);
  const runs = new StoredRuns(store, journal);
  const closed = await closeInterrupted(store, book, journal, TRACE_BEGINS_MS);
  return { store, book, journal, budgets, runs, closed };
}

type Owner = Awaited<ReturnType<typeof open>>;

const newFolder = async (t: Test) => join(await temporaryFolder(t), 'store');
const read = ({ store, journal }: Owner, runId = RUN) => readInterrupted(store, journal, runId, () => undefined);

function begin({ journal, budgets }: Owner, runId = RUN): Promise<void> {
  journal.keepRequest(runId, REQUEST);
  const [init] = traceOf({ runId, ends: 'never' });
  return journal.commit([init!], budgets.openRun(runId, msat(1_000), 0));
}

async function goOn(owner: Owner, more: readonly TraceFact[] = []): Promise<void> {
  const { state, budget } = await read(owner);
  const next = state.next_seq;
  const event = (fact: TraceFact, at: number) =>
    ({ v: 1, run_id: RUN, seq: next + at, timestamp_ms: TRACE_BEGINS_MS + next + at, ...fact }) as TraceEvent;
  owner.journal.takeUp(state);
  const reopening = { ...budget, times: budget.times + 1, feePpm: 0 };
  const resume: TraceFact = { type: 'RunResume', times: reopening.times };
  await owner.journal.commit([event(resume, 0)], owner.budgets.reopenRun(RUN, reopening));
  for (const [at, fact] of more.entries())
    await owner.journal.commit([event(fact, at + 1)], /^Run/.test(fact.type) ? owner.budgets.closeRun(RUN) : undefined);
}

const DONE: TraceFact = { type: 'RunDone', status: 'done', output: 'because', span_refs: [] };

t.test(
  'a run whose process died has its trace, its request and its budget, and is listed until it has ended',
  async (t) => {
    const folder = await newFolder(t);
    const first = await open(folder);
    await begin(first);
    await t.rejects(read(first), { code: 'run-not-resumable', message: /still goes on/ });
    t.same(await collect(deadRuns(first.store)), []);
    await first.store.close();

    const second = await open(folder);
    t.match(second.closed, [{ id: RUN, status: 'failed', error: { message: /pylon rlm resume/ } }]);
    t.match(await read(second), { request: REQUEST, budget: { limitMsat: 1_000, settledMsat: 0, times: 0 } });
    t.same(await collect(deadRuns(second.store)), [{ runId: RUN, deaths: 1 }]);
    await goOn(second);
    t.match(await second.runs.get(RUN), { status: 'running', error: null });
    t.same((await second.runs.list({ limit: 9, status: 'failed' })).length, 0);
    t.equal((await second.runs.list({ limit: 9, status: 'running' })).length, 1);
    t.throws(() => second.journal.takeUp(second.journal.state(RUN)!), { code: 'run-not-resumable' });
    await second.store.close();

    const third = await open(folder);
    t.same(await collect(deadRuns(third.store)), [{ runId: RUN, deaths: 2 }], 'each death is counted');
    await goOn(third, [DONE]);
    t.match(await third.runs.get(RUN), { status: 'done' });
    t.same(await collect(deadRuns(third.store)), []);
    t.notOk(third.store.has(requestKey(RUN)), 'nothing can resume it, so nobody need know how it was asked for');
    t.same((await third.runs.list({ limit: 9, status: 'running' })).length, 0);
    await t.rejects(read(third), { code: 'run-not-resumable', message: /is done/ });
    t.match(await collect(third.runs.events(RUN)), [
      { type: 'RunInit', seq: 0 },
      { type: 'RunFailed', seq: 1 },
      { type: 'RunResume', seq: 2, times: 1 },
      { type: 'RunFailed', seq: 3 },
      { type: 'RunResume', seq: 4, times: 2 },
      { type: 'RunDone', seq: 5 },
    ]);
    await third.store.close();
  },
);

t.test(
  'a run that ended by itself is not dead, and one that was interrupted on purpose can go on all the same',
  async (t) => {
    const folder = await newFolder(t);
    const owner = await open(folder);
    await begin(owner);
    const error = { code: 'interrupted', message: 'Ctrl-C' };
    const partial: TraceFact = { type: 'RunDone', status: 'partial', output: 'so far', span_refs: [], error };
    const header = { v: 1, run_id: RUN, seq: 1, timestamp_ms: TRACE_BEGINS_MS };
    await owner.journal.commit([{ ...header, ...partial } as TraceEvent], owner.budgets.closeRun(RUN));
    t.same(await collect(deadRuns(owner.store)), []);
    t.match(await read(owner), { state: { status: 'partial' }, request: REQUEST });
    await goOn(owner, [DONE]);
    t.match(await owner.runs.get(RUN), { status: 'done', output: 'because' });
    t.equal((await owner.runs.list({ limit: 9, status: 'partial' })).length, 0);
    await owner.store.close();
  },
);

t.test('without its request a run cannot go on, and a deleted one leaves none', async (t) => {
  const folder = await newFolder(t);
  const owner = await open(folder);
  await t.rejects(read(owner), { code: 'run-unknown' });
  const [init] = traceOf({ ends: 'never' });
  await owner.journal.commit([init!], owner.budgets.openRun(RUN, msat(1), 0));
  await begin(owner, runIdOf(2));
  await owner.store.close();
  const next = await open(folder);
  await t.rejects(read(next), { code: 'run-not-resumable', message: /not known where its input is/ });
  t.same(await collect(deadRuns(next.store)), [{ runId: runIdOf(2), deaths: 1 }], 'nobody can resume the other');
  await new RunRemover(next.store, next.journal).delete(runIdOf(2));
  t.same(await collect(deadRuns(next.store)), []);
  t.notOk(next.store.has(requestKey(runIdOf(2))));
  await next.store.close();
});

t.test('nothing but RunResume follows an interruption, and it follows nothing else', async (t) => {
  const owner = await open(await newFolder(t));
  const failed = traceOf({ ends: 'RunFailed', queries: 1 });
  await owner.journal.commit(failed);
  const header = { v: 1, run_id: RUN, timestamp_ms: TRACE_BEGINS_MS };
  const resume = { ...header, seq: failed.length, type: 'RunResume', times: 1 } as TraceEvent;
  await t.rejects(owner.journal.commit([resume]), { code: 'trace-invalid' }, 'a run that ended by itself');
  const [init] = traceOf({ runId: runIdOf(2), ends: 'never' });
  await owner.journal.commit([init!]);
  const early = { ...resume, run_id: runIdOf(2), seq: 1 } as TraceEvent;
  await t.rejects(owner.journal.commit([early]), { code: 'trace-invalid', message: /not interrupted/ });
  await owner.store.close();
});
