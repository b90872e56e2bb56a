import t from 'tap';
import { RecentIds } from '../../../node/relay/recent-ids.ts';

t.test('the latest ids are remembered, and never more than the bound', async (t) => {
  const recent = new RecentIds(100);
  for (let n = 0; n < 1_000; n += 1) recent.add(`id ${n}`);
  const remembered = Array.from({ length: 1_000 }, (_, n) => recent.has(`id ${n}`));
  t.ok(remembered.slice(-50).every(Boolean));
  t.ok(remembered.filter(Boolean).length <= 100);
  t.equal(remembered[0], false);
});

t.test('a removed id is unknown again, whichever generation held it', async (t) => {
  const recent = new RecentIds(4);
  for (const id of ['a', 'b', 'c']) recent.add(id);
  recent.remove('a');
  recent.remove('c');
  t.same(
    ['a', 'b', 'c'].map((id) => recent.has(id)),
    [false, true, false],
  );
});
