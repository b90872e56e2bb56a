// A run's snapshot is its state, wherever it comes from: the live run, the row written with its end, or its events.
import t from 'tap';
import { Snapshots } from '../../ledger/snapshots.ts';
import { snapshotKey } from '../../ledger/store/keys.ts';
import { foldEvent, type RunState } from '../../protocol/fold.ts';
import { decodeSnapshot } from '../../protocol/snapshot.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { collect, openTestLedger, type TestLedger } from '../support/test-ledger.ts';
import { runIdOf, traceOf } from '../support/traces.ts';

/** A trace long enough for a row of its own. */
const LONG = traceOf({ queries: 500 });
const ID = runIdOf(1);

function foldOn(events: Iterable<TraceEvent>, from?: RunState): RunState {
  let state = from;
  for (const event of events) state = foldEvent(state, event);
  return state!;
}

async function read({ snapshots }: TestLedger, id = ID): Promise<RunState> {
  return decodeSnapshot(JSON.parse(new TextDecoder().decode(await snapshots.read(id))));
}

t.test('a live run is told as far as it was accepted, and again from memory as long as it is recent', async (t) => {
  const ledger = await openTestLedger(t);
  await ledger.journal.commit(LONG.slice(0, 100));
  t.equal((await read(ledger)).next_seq, 100);
  await ledger.journal.commit(LONG.slice(100, 300));
  const behind = await read(ledger);
  t.equal(behind.next_seq, 100, 'hardly older than the run');
  t.same(foldOn(LONG.slice(behind.next_seq, 300), behind), foldOn(LONG.slice(0, 300)));
  await ledger.journal.commit(LONG.slice(300, 1_500));
  t.equal((await read(ledger)).next_seq, 1_500);
  t.notOk(ledger.store.has(snapshotKey(ID)));
});

t.test('the end of a long run writes it, a short one is folded from its events', async (t) => {
  const ledger = await openTestLedger(t);
  await ledger.journal.commit(LONG);
  t.ok(ledger.store.has(snapshotKey(ID)));
  t.same(await read(ledger), foldOn(LONG));
  const short = traceOf({ runId: runIdOf(2), queries: 3 });
  await ledger.journal.commit(short);
  t.notOk(ledger.store.has(snapshotKey(runIdOf(2))));
  t.same(await read(ledger, runIdOf(2)), foldOn(short));
  await t.rejects(ledger.snapshots.read(runIdOf(3)), { code: 'run-unknown' });
});

t.test(
  'one that came back from a folder has it, one of another version is made anew, and deleting removes it',
  async (t) => {
    const [from, to] = [await openTestLedger(t), await openTestLedger(t)];
    await from.journal.commit(LONG);
    await to.import(await from.export(ID, `${from.home}/run`));
    t.ok(to.store.has(snapshotKey(ID)));
    t.same(await read(to), foldOn(LONG));
    await to.store.write([{ type: 'put', key: snapshotKey(ID), value: Buffer.from('0 2502\n{}') }], { sync: false });
    t.same(await read(to), foldOn(LONG));
    await to.delete(ID);
    t.notOk(to.store.has(snapshotKey(ID)));
    t.same(await collect(to.store.keys({ gte: 'sn!', lt: 'sn"' })), []);
  },
);

t.test(
  'what was told behind a stored snapshot is left to be read after it, or folded on when it is much',
  async (t) => {
    const ledger = await openTestLedger(t);
    const [header] = LONG;
    const head = (seq: number) => ({ v: 1 as const, run_id: ID, seq, timestamp_ms: header!.timestamp_ms + seq });
    const until = LONG.slice(0, 2_200);
    const error = { code: 'interrupted', message: 'killed' };
    const ended: TraceEvent[] = [...until, { ...head(2_200), type: 'RunFailed', error }];
    await ledger.journal.commit(ended);
    ledger.journal.takeUp(foldOn(ended));
    const steps = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at): TraceEvent => {
        return { ...head(from + at), type: 'RlmIteration', iteration: at, action: 'look', observation_chars: 1 };
      });
    const resumed: TraceEvent[] = [{ ...head(2_201), type: 'RunResume', times: 1 }, ...steps(2_202, 4_000)];
    await ledger.journal.commit(resumed);
    // As the next process finds it, which knows of no live run.
    const dead = new Snapshots(ledger.store, { state: () => undefined });
    t.same(await read({ ...ledger, snapshots: dead }), foldOn([...ended, ...resumed]));
  },
);
