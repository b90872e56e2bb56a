import t from 'tap';
import type { Overview } from '../../../protocol/overview.ts';
import type { RunRecord, RunStatus } from '../../../protocol/run.ts';
import { withChanged } from '../../../web/home/latest.ts';

function run(id: string, status: RunStatus): RunRecord {
  return { id, status } as RunRecord;
}

function overview(running: RunRecord[], recent: RunRecord[]): Overview {
  return { running, recent, jobs_today: 7 } as unknown as Overview;
}

function ids(runs: readonly RunRecord[]): string[] {
  return runs.map(({ id, status }) => `${id} ${status}`);
}

t.test('a run that begins is put first, among those that run and the latest', async (t) => {
  const before = overview([run('02', 'running')], [run('02', 'running'), run('01', 'done')]);
  const after = withChanged(before, [run('03', 'running')]);
  t.same(ids(after.running), ['03 running', '02 running']);
  t.same(ids(after.recent), ['03 running', '02 running', '01 done']);
  t.equal(after.jobs_today, 7, 'the rest stays');
});

t.test('a run that ends runs no more, and one that is resumed runs again', async (t) => {
  const before = overview([run('02', 'running')], [run('02', 'running'), run('01', 'failed')]);
  const after = withChanged(before, [run('02', 'done'), run('01', 'running')]);
  t.same(ids(after.running), ['01 running']);
  t.same(ids(after.recent), ['02 done', '01 running']);
});

t.test('the latest are ten, whatever comes', async (t) => {
  const many = Array.from({ length: 25 }, (_, index) => run(String(index).padStart(2, '0'), 'done'));
  const after = withChanged(overview([], many.slice(0, 10)), many.slice(10));
  t.same(
    after.recent.map(({ id }) => id),
    ['24', '23', '22', '21', '20', '19', '18', '17', '16', '15'],
  );
});
