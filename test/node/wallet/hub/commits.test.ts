import { join } from 'node:path';
import t from 'tap';
import { Store } from '../../../../ledger/store/store.ts';
import { Commits } from '../../../../node/wallet/hub/commits.ts';
import type { Key } from '../../../../node/wallet/hub/keys.ts';
import { MemoryRows } from '../../../../node/wallet/hub/memory-rows.ts';
import type { Changes } from '../../../../node/wallet/hub/rows.ts';
import { StoredRows } from '../../../../node/wallet/hub/stored-rows.ts';
import { PylonError } from '../../../../protocol/errors.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const key = (name: string) => name as Key<number>;

/** Rows that write when told, or fail. */
class SlowRows extends MemoryRows {
  readonly writes: { changes: Changes; finish: (fault?: PylonError) => void }[] = [];
  recoveries = 0;
  /** What a failed write left behind after all. */
  leftover: Changes = new Map();

  override write(changes: Changes): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (fault?: PylonError) => {
        if (fault !== undefined) reject(fault);
        else super.write(changes).then(resolve, reject);
      };
      this.writes.push({ changes, finish });
    });
  }

  override async recover(): Promise<void> {
    this.recoveries += 1;
    await super.write(this.leftover);
  }
}

const full = () => new PylonError('store-failed', { reason: 'the store could not be written, the disk is full' });

t.test('what comes while a write is under way goes together with the next one', async (t) => {
  const rows = new SlowRows();
  const commits = new Commits(rows, () => 0);
  const done: string[] = [];
  const set = (name: string) => commits.run((draft) => draft.set(key(name), 1)).then(() => done.push(name));
  const all = [set('a'), set('b'), set('c')];
  t.same([...rows.writes[0]!.changes.keys()], ['a']);
  rows.writes[0]!.finish();
  await all[0];
  t.same(done, ['a']);
  t.same([...rows.writes[1]!.changes.keys()], ['b', 'c']);
  rows.writes[1]!.finish();
  await Promise.all(all);
  t.same(done, ['a', 'b', 'c']);
});

t.test('an operation sees what is still being written, and nobody hears of it before it is', async (t) => {
  const rows = new SlowRows();
  const commits = new Commits(rows, () => 0);
  const writing = commits.run((draft) => draft.set(key('a'), 1));
  let heard: number | undefined;
  const reading = commits
    .run((draft) => draft.get(key('a')))
    .then((value) => {
      heard = value;
    });
  await null;
  t.equal(heard, undefined);
  rows.writes[0]!.finish();
  await Promise.all([writing, reading]);
  t.equal(heard, 1);
});

t.test('an operation that throws changes nothing, nor does a part that fails', async (t) => {
  const commits = new Commits(new MemoryRows(), () => 0);
  await t.rejects(
    commits.run((draft) => {
      draft.set(key('a'), 1);
      throw full();
    }),
    { code: 'store-failed' },
  );
  await commits.run((draft) => {
    draft.set(key('b'), 1);
    t.throws(() =>
      draft.attempt((inner) => {
        inner.set(key('b'), 2);
        inner.set(key('c'), 2);
        throw full();
      }),
    );
  });
  t.same([commits.get(key('a')), commits.get(key('b')), commits.get(key('c'))], [undefined, 1, undefined]);
});

t.test('a failed write fails all that rest on it, and the next reads what is really there', async (t) => {
  const rows = new SlowRows();
  const commits = new Commits(rows, () => 0);
  const add = () => commits.run((draft) => draft.set(key('a'), (draft.get(key('a')) ?? 0) + 1));
  const [first, second] = [add(), add()];
  rows.leftover = new Map([['a', 1]]);
  rows.writes[0]!.finish(full());
  await t.rejects(first, { code: 'store-failed' });
  await t.rejects(second, { code: 'store-failed' });
  const third = add();
  while (rows.writes.length < 2) await null;
  t.equal(rows.recoveries, 1);
  t.same([...rows.writes[1]!.changes], [['a', 2]], 'the first had come through after all');
  rows.writes[1]!.finish();
  await third;
});

t.test('numbers go up, also where the clock stands still, goes back, or the process is another', async (t) => {
  let nowMs = 5;
  const commits = new Commits(new MemoryRows(), () => nowMs);
  const numbers = [commits.order(), commits.order()];
  nowMs = 1;
  numbers.push(commits.order());
  t.same(numbers, [5_000, 5_001, 5_002]);
  t.equal(new Commits(new MemoryRows(), () => nowMs, 9_000).order(), 9_001);
});

t.test('while the rows are read as a whole, operations wait', async (t) => {
  const commits = new Commits(new MemoryRows(), () => 0);
  const seen: (number | undefined)[] = [];
  const add = () => commits.run((draft) => draft.set(key('a'), (draft.get(key('a')) ?? 0) + 1));
  const look = async () => {
    seen.push(commits.get(key('a')));
    await null;
    seen.push(commits.get(key('a')));
  };
  await Promise.all([add(), commits.quietly(look), add(), commits.quietly(look), add()]);
  t.equal(seen[0], seen[1]);
  t.equal(seen[2], seen[3]);
  t.equal(commits.get(key('a')), 3);
  await t.rejects(
    commits.quietly(() => Promise.reject(full())),
    { code: 'store-failed' },
  );
  await add();
});

t.test('after it is closed nothing is written', async (t) => {
  const rows = new StoredRows(await Store.open(join(await temporaryFolder(t), 'hub')));
  const commits = new Commits(rows, () => 0);
  const last = commits.run((draft) => draft.set(key('a'), 1));
  await commits.close();
  await last;
  await t.rejects(
    commits.run((draft) => draft.set(key('a'), 2)),
    { code: 'store-failed', message: /closed/ },
  );
  t.equal(rows.value('a'), 1);
  await rows.close();
});

t.test('rows in memory and on disk are the same rows in the same order', async (t) => {
  const stored = new StoredRows(await Store.open(join(await temporaryFolder(t), 'hub')));
  const seen = [];
  for (const rows of [stored, new MemoryRows()]) {
    await rows.write(
      new Map([
        ['b!2', 2],
        ['b!1', 1],
        ['a!9', 9],
        ['b!3', 3],
        ['c!0', 0],
      ]),
    );
    await rows.write(
      new Map<string, unknown>([
        ['b!2', undefined],
        ['b!1', 'one'],
        ['b!4', undefined],
      ]),
    );
    const range = { gte: 'b!', lt: 'b"' };
    const [forth, back, entries]: unknown[][] = [[], [], []];
    for await (const name of rows.keys(range)) forth!.push(name);
    for await (const name of rows.keys(range, { reverse: true })) back!.push(name);
    for await (const entry of rows.entries(range)) entries!.push(entry);
    seen.push({ forth, back, entries, value: rows.value('b!3'), gone: rows.value('b!2') });
    await rows.close();
  }
  t.same(seen[0], seen[1]);
  t.same(seen[0], {
    forth: ['b!1', 'b!3'],
    back: ['b!3', 'b!1'],
    entries: [
      ['b!1', 'one'],
      ['b!3', 3],
    ],
    value: 3,
    gone: undefined,
  });
});
