import t from 'tap';
import { openGate } from '../../support/gate-stage.ts';

/** So many promotions, each asked by a rule of its own. */
async function openWith(test: Parameters<typeof openGate>[0], count: number) {
  const gate = await openGate(test);
  for (let at = 0; at < count; at++) await gate.promote({ measureOnly: true, maxCostRatio: 1 + at });
  return gate;
}

t.test('promotions are listed newest first, page by page', async (t) => {
  const { promotions } = await openWith(t, 5);
  const first = await promotions.page({ limit: 2 });
  t.strictSame(
    first.promotions.map(({ look }) => look),
    [5, 4],
  );
  const second = await promotions.page({ limit: 2, before: first.next_before ?? '' });
  t.strictSame(
    second.promotions.map(({ look }) => look),
    [3, 2],
  );
  const last = await promotions.page({ limit: 2, before: second.next_before ?? '' });
  t.strictSame([last.promotions.map(({ look }) => look), last.next_before], [[1], null]);
  t.strictSame(await promotions.page({ limit: 2, signature: 'Poet.v1' }), { promotions: [], next_before: null });
});

t.test('one is found by the beginning of its id, in any letter case', async (t) => {
  const { promotions } = await openWith(t, 2);
  const [newest] = (await promotions.page({ limit: 1 })).promotions;
  t.strictSame(await promotions.read(newest?.promotionId.toLowerCase() ?? ''), newest);
  await t.rejects(promotions.read('01'), { code: 'promotion-unknown', message: /several/ });
  await t.rejects(promotions.read('01J!'), { code: 'promotion-unknown' });
});

t.test('what is damaged in the store is told by its key', async (t) => {
  const { store, promotions } = await openWith(t, 1);
  await store.write([{ type: 'put', key: 'dg!01J8ZZ', value: Uint8Array.of(1, 0x80) }], { sync: true });
  await t.rejects(promotions.read('01J8ZZ'), { code: 'store-corrupt', value: 'dg!01J8ZZ' });
});

t.test('what a gate asks of a model is kept nowhere that a search looks', async (t) => {
  const gate = await openWith(t, 1);
  t.strictSame(
    (await gate.rows()).map((key) => key.slice(0, 3)),
    ['dg!', 'dl!'],
  );
});
