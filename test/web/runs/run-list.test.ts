import t from 'tap';
import { fold, toRunRecord } from '../../../protocol/fold.ts';
import type { RunPage } from '../../../protocol/run-list.ts';
import { ALL } from '../../../web/runs/filters.ts';
import { RunList } from '../../../web/runs/run-list.ts';
import { runIdOf, traceOf } from '../../support/traces.ts';

const runOf = (number: number, ends: 'RunDone' | 'never' = 'RunDone') =>
  toRunRecord(fold(traceOf({ runId: runIdOf(number), queries: 1, ends })));

/** A daemon with runs 1 to `count`, newest first, two on a page whatever is asked. */
class Daemon {
  count: number;
  readonly asked: string[] = [];
  fails = false;
  constructor(count: number) {
    this.count = count;
  }
  readonly read = async (path: string): Promise<RunPage> => {
    this.asked.push(path);
    if (this.fails) throw new RangeError('away');
    const from = Number(new URL(path, 'http://x').searchParams.get('cursor') ?? this.count);
    const numbers = [from, from - 1].filter((number) => number > 0);
    const next_cursor = from > 2 ? String(from - 2) : null;
    return { runs: numbers.map((number) => runOf(number)), next_cursor, total: this.count };
  };
}

const idsOf = (list: RunList) => list.runs.value.map(({ id }) => id);

t.test('scrolling brings page after page, each run once, until there is none', async (t) => {
  const daemon = new Daemon(5);
  const list = new RunList(daemon.read);
  await list.open(ALL);
  t.same(idsOf(list), [5, 4].map(runIdOf));
  t.equal(list.total.value, 5);
  await Promise.all([list.more(), list.more()]);
  t.same(idsOf(list), [5, 4, 3, 2].map(runIdOf), 'asked twice at once, it comes once');
  await list.more();
  await list.more();
  t.same(idsOf(list), [5, 4, 3, 2, 1].map(runIdOf));
  t.equal(daemon.asked.length, 3);
});

t.test('a run that changes is shown as it is; one that begins comes on top', async (t) => {
  const daemon = new Daemon(3);
  const list = new RunList(daemon.read);
  await list.open(ALL);
  await list.more();
  await list.changed([runOf(2, 'never')]);
  t.equal(list.runs.value[1]?.status, 'running');
  t.equal(daemon.asked.length, 2, 'nothing is asked for what is told');
  daemon.count = 4;
  await list.changed([runOf(4, 'never')]);
  t.same(idsOf(list), [4, 3, 2, 1].map(runIdOf));
  t.equal(list.total.value, 4);
});

t.test('what is deleted is gone at once', async (t) => {
  const list = new RunList(new Daemon(3).read);
  await list.open(ALL);
  list.removed(new Set([runIdOf(3), runIdOf(1)]));
  t.same(idsOf(list), [runIdOf(2)]);
  t.equal(list.total.value, 2);
});

t.test('an answer to an earlier question is dropped', async (t) => {
  const daemon = new Daemon(4);
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const list = new RunList(async (path) => {
    const page = await daemon.read(path);
    if (path.includes('status=failed')) await held;
    return path.includes('status=failed') ? { ...page, runs: [] } : page;
  });
  const early = list.open({ ...ALL, status: 'failed' });
  await list.open(ALL);
  letGo();
  await early;
  t.equal(list.runs.value.length, 2);
  t.equal(list.loading.value, false);
});

t.test('a failure keeps what was there, stops the paging, and can be tried again', async (t) => {
  const daemon = new Daemon(5);
  const list = new RunList(daemon.read);
  await list.open(ALL);
  daemon.fails = true;
  await list.more();
  t.match(list.error.value, { message: 'away' });
  t.equal(list.runs.value.length, 2);
  await list.more();
  t.equal(daemon.asked.length, 2, 'not again and again by itself');
  daemon.fails = false;
  await list.again();
  t.equal(list.error.value, undefined);
  await list.more();
  t.equal(list.runs.value.length, 4);
});
