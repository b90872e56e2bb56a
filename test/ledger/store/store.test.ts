import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { Book } from '../../../ledger/book/book.ts';
import { RunJournal } from '../../../ledger/journal.ts';
import { StoredRuns } from '../../../ledger/runs.ts';
import { put, Store } from '../../../ledger/store/store.ts';
import { fold } from '../../../protocol/fold.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { promptTimer } from '../../support/prompt-timer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { collect } from '../../support/test-ledger.ts';
import { giveRoom, tinyDisk } from '../../support/tiny-disk.ts';
import { runIdOf, traceOf } from '../../support/traces.ts';

const WRITER = fileURLToPath(new URL('../../support/trace-writer.js', import.meta.url));

function startWriter(folder: string) {
  const child = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
}

async function storedIn(folder: string, runId: string): Promise<TraceEvent[]> {
  const store = await Store.open(folder);
  try {
    const runs = new StoredRuns(store, new RunJournal(store, promptTimer, await Book.open(store, () => 0)));
    return await collect(runs.events(runId));
  } finally {
    await store.close();
  }
}

t.test('what was acknowledged is there after kill -9, without gaps and without half a batch', async (t) => {
  for (const acknowledgements of [1, 20, 60]) {
    const folder = join(await temporaryFolder(t), 'store');
    const { child, lines } = startWriter(folder);
    let acknowledged = -1;
    for (let count = 0; count < acknowledgements; count++) acknowledged = Number((await lines.next()).value);
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (let line = await lines.next(); line.done !== true; line = await lines.next())
      acknowledged = Number(line.value);
    const events = await storedIn(folder, runIdOf(1));
    t.ok(events.length > acknowledged, `${acknowledged + 1} acknowledged, ${events.length} stored`);
    t.equal(fold(events).next_seq, events.length, 'gap-free');
    t.equal((events.length - 1) % 7, 0, 'whole commits only');
  }
});

t.test('a second process is told that the store is taken', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const { child, lines } = startWriter(folder);
  await lines.next();
  await t.rejects(Store.open(folder), { code: 'store-locked', value: folder });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const store = await Store.open(folder);
  await store.close();
  await store.close();
});

t.test('only its owner can look into the store', async (t) => {
  const folder = join(await temporaryFolder(t), 'a', 'store');
  const store = await Store.open(folder);
  t.equal((await stat(folder)).mode & 0o777, 0o700);
  await store.close();
});

async function filledStore(t: Test): Promise<string> {
  const folder = join(await temporaryFolder(t), 'store');
  const store = await Store.open(folder);
  const journal = new RunJournal(store, promptTimer, await Book.open(store, () => 0));
  await journal.commit(traceOf({ runId: runIdOf(1), queries: 50 }));
  await journal.commit(traceOf({ runId: runIdOf(2), queries: 50 }));
  await store.close();
  return folder;
}

const named = async (folder: string, pattern: RegExp) =>
  (await readdir(folder)).filter((name) => pattern.test(name)).map((name) => join(folder, name));

t.test('a log torn by a power cut costs the last batch and nothing else', async (t) => {
  const folder = await filledStore(t);
  const [log] = await named(folder, /^\d+\.log$/);
  await truncate(log!, (await stat(log!)).size - 10);
  t.equal((await storedIn(folder, runIdOf(1))).length, 252);
  await t.rejects(storedIn(folder, runIdOf(2)), { code: 'run-unknown' });
});

t.test('a damaged store is called damaged, with the way out, and never a raw stack', async (t) => {
  const damages: [what: string, harm: (folder: string) => Promise<unknown>][] = [
    [
      'its manifest is garbage',
      async (folder) => writeFile((await named(folder, /^MANIFEST/))[0]!, 'garbage '.repeat(99)),
    ],
    ['its manifest is gone', async (folder) => rm((await named(folder, /^MANIFEST/))[0]!)],
    ['CURRENT is garbage', (folder) => writeFile(join(folder, 'CURRENT'), 'garbage')],
    [
      'a table is gone',
      async (folder) => {
        await (await Store.open(folder)).close(); // the log becomes a table
        for (const table of await named(folder, /\.ldb$/)) await rm(table);
      },
    ],
  ];
  for (const [what, harm] of damages) {
    const folder = await filledStore(t);
    await harm(folder);
    const read = Promise.resolve(storedIn(folder, runIdOf(1)));
    await t.rejects(read, { code: 'store-corrupt', message: /move PYLON_HOME\/store away and import/ }, what);
  }
  const folder = await filledStore(t);
  const store = await Store.open(folder);
  await store.write([put(`r!${runIdOf(1)}`, Uint8Array.of(9, 9, 9))], { sync: true });
  const runs = new StoredRuns(store, new RunJournal(store, promptTimer, await Book.open(store, () => 0)));
  await t.rejects(runs.list({ limit: 9 }), { code: 'store-corrupt', message: /version 9/ });
  await store.close();
});

t.test('a home that cannot be written is named, with the reason', async (t) => {
  const home = await temporaryFolder(t);
  await writeFile(join(home, 'file'), '');
  await t.rejects(Store.open(join(home, 'file', 'store')), {
    code: 'home-unwritable',
    message: /a file is where a folder/,
  });
  await t.rejects(Store.open(join(home, 'file')), { code: 'home-unwritable', value: join(home, 'file') });
  await t.rejects(Store.open('/proc/pylon/store'), { code: 'home-unwritable' }, 'nor does it wait forever');
});

t.test('a full disk stops the run with one clear line, and loses nothing that was acknowledged', async (t) => {
  const disk = await tinyDisk(t, 'size=1m');
  if (disk === undefined) return t.pass('a small disk', { skip: 'this machine does not let the test mount one' });
  const folder = join(disk, 'store');
  const store = await Store.open(folder);
  const journal = new RunJournal(store, promptTimer, await Book.open(store, () => 0));
  const trace = traceOf({ queries: 6_000, ends: 'never' });
  let acknowledged = 0;
  const fill = async () => {
    for (let begin = 0; begin < trace.length; begin += 50) {
      await journal.commit(trace.slice(begin, begin + 50));
      acknowledged = Math.min(trace.length, begin + 50);
    }
  };
  const full = { code: 'store-failed', value: folder, message: /the disk is full.*free disk space/ };
  await t.rejects(fill(), full);
  await t.rejects(journal.commit(trace.slice(acknowledged, acknowledged + 1)), full, 'and it stays stopped');
  giveRoom(disk);
  await t.resolves(journal.commit(traceOf({ runId: runIdOf(2) })), 'with room again the next run is kept');
  await store.close();
  t.equal((await storedIn(folder, runIdOf(2))).length, 17);
  const events = await storedIn(folder, runIdOf(1));
  t.ok(events.length >= acknowledged, `${acknowledged} acknowledged, ${events.length} stored`);
  t.equal(fold(events).next_seq, events.length);
});

t.test('a read-only file system is named as such', async (t) => {
  const disk = await tinyDisk(t, 'size=1m,ro');
  if (disk === undefined) return t.pass('a read-only disk', { skip: 'this machine does not let the test mount one' });
  await t.rejects(Store.open(join(disk, 'store')), { code: 'home-unwritable', message: /read-only/ });
});
