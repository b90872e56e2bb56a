import t from 'tap';
import { newNight } from '../../../dse/overnight/night.ts';
import { Nights } from '../../../ledger/dse/nights.ts';
import { type Night, nightRequestSchema } from '../../../protocol/dse/overnight.ts';
import { openTestLedger } from '../../support/test-ledger.ts';

const idOf = (number: number) => `01JZZZZZZZZZZZZZZZZZZZZZZ${number}`;

function nightOf(number: number, signatureId = 'a.v1'): Night {
  const request = nightRequestSchema.parse({ signatureId, untilMs: 2_000 });
  return newNight(request, { nightId: idOf(number), nowMs: 1_000 + number, gitSha: 'abc' }, []);
}

t.test('a night is one row, and what is kept last is what it is', async (t) => {
  const { store } = await openTestLedger(t);
  const nights = new Nights(store);
  const night = nightOf(1);
  await nights.keep(night);
  t.same(await nights.read(night.nightId), night);
  const over: Night = { ...night, status: 'failed', endedAtMs: 5 };
  await nights.keep(over);
  t.same(await nights.read(night.nightId.toLowerCase()), over);
  t.same((await nights.list({ limit: 10 })).nights, [over]);
});

t.test('nights are listed newest first, of one signature or of all, page by page', async (t) => {
  const { store } = await openTestLedger(t);
  const nights = new Nights(store);
  for (const number of [1, 2, 3, 4]) await nights.keep(nightOf(number, number === 3 ? 'b.v1' : 'a.v1'));
  const ids = (page: { nights: readonly Night[] }) => page.nights.map(({ nightId }) => Number(nightId.at(-1)));
  const first = await nights.list({ limit: 3 });
  t.same(ids(first), [4, 3, 2]);
  t.same(ids(await nights.list({ limit: 3, before: first.next_before ?? '' })), [1]);
  const ofOne = await nights.list({ limit: 2, signature: 'a.v1' });
  t.same(ids(ofOne), [4, 2]);
  t.same(await nights.list({ limit: 2, signature: 'a.v1', before: ofOne.next_before ?? '' }), {
    nights: [nightOf(1)],
    next_before: null,
  });
});

t.test('a night is read by a prefix that only one has', async (t) => {
  const { store } = await openTestLedger(t);
  const nights = new Nights(store);
  await nights.keep(nightOf(1));
  t.match(await nights.read('01JZZZ'), { nightId: idOf(1) });
  await nights.keep(nightOf(2));
  await t.rejects(nights.read('01JZZZ'), { code: 'night-unknown', message: /several nights begin with this/ });
  for (const unknown of ['02', '', 'no night!']) await t.rejects(nights.read(unknown), { code: 'night-unknown' });
});
