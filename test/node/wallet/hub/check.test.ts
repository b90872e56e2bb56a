import t from 'tap';
import { put, Store } from '../../../../ledger/store/store.ts';
import { encodeValue } from '../../../../ledger/store/values.ts';
import { post } from '../../../../node/wallet/hub/accounts.ts';
import { checkBooks } from '../../../../node/wallet/hub/check.ts';
import { Commits } from '../../../../node/wallet/hub/commits.ts';
import { Draft } from '../../../../node/wallet/hub/draft.ts';
import { MemoryRows } from '../../../../node/wallet/hub/memory-rows.ts';
import { HubStage } from '../../../support/hub-stage.ts';

t.test('a hub whose books do not hold does not open, and names the account', async (t) => {
  const stage = await HubStage.open(t, 'disk');
  const [payer, payee] = [await stage.client('payer', { fundMsat: 500 }), await stage.client('payee')];
  const { invoice } = await payee.result('make_invoice', { amount: 200 });
  await payer.result('pay_invoice', { invoice });
  await stage.hub.close();
  const { folder } = stage.store!;
  const withRow = async (key: string, value: unknown) => {
    const store = await Store.open(folder);
    const before = await store.bytes(key);
    await store.write([put(key, encodeValue(value))], { sync: true });
    await store.close();
    const opened = stage.start().then(
      () => undefined,
      (thrown) => thrown,
    );
    const fault = await opened;
    const again = await Store.open(folder);
    await again.write([before === undefined ? { type: 'del', key } : put(key, before)], { sync: true });
    await again.close();
    return fault;
  };
  const broken: [what: string, key: string, value: unknown, account: string][] = [
    ['a balance is higher than its entries', `a!${payee.publicKey}`, 201, payee.publicKey],
    ['a balance without entries', 'a!ghost', 7, 'ghost'],
    ['an operation that creates money', 'j!9999999999999999', ['pay', 'x', 'thief', 5, payee.publicKey, -4], 'thief'],
    [
      'an operation nobody booked',
      'j!9999999999999999',
      ['pay', 'x', payer.publicKey, -5, 'thief', 5],
      payer.publicKey,
    ],
    ['a hold without money', `h!${'ab'.repeat(32)}`, 5, '@held'],
  ];
  for (const [what, key, value, account] of broken)
    t.match(await withRow(key, value), { code: 'ledger-corrupt', value: account }, what);
  await stage.start();
  t.equal(await stage.hub.balanceMsat(payee.publicKey), 200, 'with the row mended it opens');
});

t.test('an operation that would break the books is not done', async (t) => {
  const rows = new MemoryRows();
  const commits = new Commits(rows, () => 1);
  const booking = { order: 1, kind: 'pay', about: 'x', from: 'a', to: 'b' } as const;
  for (const amountMsat of [0, -1, 0.5, Number.NaN, 2 ** 53])
    t.throws(() => post(new Draft(commits), { ...booking, amountMsat }), { code: 'ledger-corrupt' });
  t.throws(() => post(new Draft(commits), { ...booking, amountMsat: 1 }), { code: 'wallet-insufficient-balance' });
  const issued = { ...booking, from: '@issuer', amountMsat: Number.MAX_SAFE_INTEGER };
  await commits.run((draft) => post(draft, issued));
  await t.rejects(
    commits.run((draft) => post(draft, { ...issued, order: 2 })),
    { code: 'ledger-corrupt' },
    'a balance past 2^53-1',
  );
  t.match(await checkBooks(rows), { latestOrder: 1, held: [] });
});
