import t from 'tap';
import { Hours } from '../../../ledger/leaderboard/hours.ts';
import { emptyRollup, encodeRollup, FLAT } from '../../../ledger/leaderboard/rollup.ts';
import { type KeyRange, rollupKey } from '../../../ledger/store/keys.ts';

/** A store of rollups that counts what is read, and that can be held between its look and its answer. */
class Rows {
  readonly values = new Map<string, Uint8Array>();
  reads: KeyRange[] = [];
  held: Promise<void> | undefined;

  set(hour: number, provider: string, asked: number): string {
    const key = rollupKey(hour, provider, '');
    this.values.set(key, encodeRollup({ ...emptyRollup(), asked }));
    return key;
  }

  async *pages(range: KeyRange) {
    this.reads.push(range);
    const seen = [...this.values].filter(([key]) => key >= range.gte && key < range.lt).sort();
    await this.held;
    for (let at = 0; at < seen.length; at += 3) yield seen.slice(at, at + 3);
  }
}

/** Asked by hour and provider, `hour/provider` → times. */
async function askedIn(hours: Hours, from: number, to: number): Promise<Record<string, number>> {
  const asked: Record<string, number> = {};
  for await (const page of hours.rollups(from, to))
    for (const row of page) asked[row.provider] = (asked[row.provider] ?? 0) + row.flat[FLAT.asked];
  return asked;
}

t.test('hours read once are not read again until somebody writes to them, and then only those', async (t) => {
  const rows = new Rows();
  const hours = new Hours(rows);
  for (let hour = 1; hour <= 9; hour++) if (hour !== 4) rows.set(hour, 'a', hour);
  t.same(await askedIn(hours, 1, 9), { a: 41 });
  t.same(await askedIn(hours, 2, 8), { a: 31 });
  t.equal(rows.reads.length, 1, 'an hour without rows is known, too');
  hours.changed([rows.set(5, 'b', 7), rows.set(4, 'b', 1)]);
  t.same(await askedIn(hours, 1, 9), { a: 41, b: 8 });
  t.same(rows.reads.slice(1), [{ gte: 'a!prov!00000004!', lt: 'a!prov!00000005"' }]);
  hours.forget();
  t.same(await askedIn(hours, 1, 9), { a: 41, b: 8 });
  t.equal(rows.reads.length, 3);
});

t.test('what was written while it was read is read again', async (t) => {
  const rows = new Rows();
  const hours = new Hours(rows);
  rows.set(1, 'a', 1);
  rows.set(2, 'a', 1);
  let letGo = () => {};
  rows.held = new Promise((resolve) => {
    letGo = resolve;
  });
  const early = askedIn(hours, 1, 2);
  hours.changed([rows.set(2, 'a', 10)]);
  letGo();
  t.same(await early, { a: 2 });
  t.same(await askedIn(hours, 1, 2), { a: 11 });
  t.equal(rows.reads.length, 2);
  const other = askedIn(hours, 0, 3);
  hours.forget();
  await other;
  await askedIn(hours, 0, 3);
  t.equal(rows.reads.at(-1)?.gte, 'a!prov!00000000!', 'nothing is kept of before a recount');
});

t.test('a day of very many providers is read whole and not kept; of many days the latest asked for are', async (t) => {
  const rows = new Rows();
  const hours = new Hours(rows);
  for (let provider = 0; provider < 40_000; provider++) rows.set(1, `${provider}`, 1);
  t.equal(Object.keys(await askedIn(hours, 1, 1)).length, 40_000);
  await askedIn(hours, 1, 1);
  t.equal(rows.reads.length, 2);
  await askedIn(hours, 100, 20_000);
  await askedIn(hours, 30_000, 50_000);
  rows.reads = [];
  await askedIn(hours, 45_000, 50_000);
  await askedIn(hours, 100, 200);
  t.equal(rows.reads.length, 1, 'what was asked for longest ago was let go');
});
