import t from 'tap';
import { PylonError } from '../../../../protocol/errors.ts';
import { HubStage } from '../../../support/hub-stage.ts';

const FUNDS = 100;

t.test('a store that cannot be written answers INTERNAL, pays nothing, and serves again when it can', async (t) => {
  const stage = await HubStage.open(t, 'disk');
  const payer = await stage.client('payer', { fundMsat: FUNDS });
  const payee = await stage.client('payee');
  const invoices: string[] = [];
  for (const amount of [1, 2, 3]) invoices.push((await payee.result('make_invoice', { amount })).invoice);
  const store = stage.store!;
  const write = store.write.bind(store);
  store.write = () =>
    Promise.reject(new PylonError('store-failed', { reason: 'the store could not be written, the disk is full' }));
  const requests = invoices.map((invoice) =>
    payer.request('pay_invoice', { invoice }, { expiration: stage.now + 600 }),
  );
  const answers = await Promise.all(requests.map((request) => payer.send(request)));
  for (const answer of answers) t.match(answer, { error: { code: 'INTERNAL' }, result: null });
  t.equal((await payer.ask('get_balance')).error?.code, 'INTERNAL', 'nor does it tell what it does not know');
  await t.rejects(stage.hub.issue(payer.publicKey, 5 as never, 'more'), { code: 'store-failed' });
  t.equal(payee.heard().length, 0);
  t.match(stage.logged, [/disk is full/, /disk is full/, /disk is full/, /disk is full/]);
  t.ok(
    answers.every(({ error }) => !/disk/.test(error!.message)),
    'what is wrong inside is for the log',
  );

  store.write = write;
  t.equal((await payer.result('get_balance')).balance, FUNDS);
  await stage.restart();
  const [again] = await Promise.all(requests.map((request) => payer.send(request)));
  t.equal(again!.error, null, 'a request that was not executed may be sent again');
  t.equal(await stage.hub.balanceMsat(payee.publicKey), 6);
  t.equal(await stage.hub.balanceMsat(payer.publicKey), FUNDS - 6);
});

t.test('every write is synced to the disk, and a payment is one write', async (t) => {
  const stage = await HubStage.open(t, 'disk');
  const store = stage.store!;
  const write = store.write.bind(store);
  const writes: { rows: number; sync: boolean }[] = [];
  store.write = (rows, options) => {
    writes.push({ rows: rows.length, sync: options.sync });
    return write(rows, options);
  };
  const payer = await stage.client('payer', { fundMsat: FUNDS });
  const payee = await stage.client('payee');
  const { invoice } = await payee.result('make_invoice', { amount: 40 });
  await payer.result('get_info');
  const before = writes.length;
  await payer.result('pay_invoice', { invoice });
  t.equal(writes.length, before + 1);
  t.ok(writes.every(({ sync }) => sync));
});

t.test('a write that fails and is found in the log all the same is counted, and counted once', async (t) => {
  const stage = await HubStage.open(t, 'disk');
  const payer = await stage.client('payer', { fundMsat: FUNDS });
  const payee = await stage.client('payee');
  const { invoice } = await payee.result('make_invoice', { amount: 40 });
  await payer.result('get_info');
  const other = (await payee.result('make_invoice', { amount: 5 })).invoice;
  const store = stage.store!;
  const write = store.write.bind(store);
  let isFirst = true;
  store.write = async (rows, options) => {
    await write(rows, options);
    if (isFirst && rows.length > 0) {
      isFirst = false;
      throw new PylonError('store-failed', { reason: 'the store could not be written, the disk reports an error' });
    }
  };
  t.equal((await payer.ask('pay_invoice', { invoice })).error?.code, 'INTERNAL');
  await payer.result('pay_invoice', { invoice: other });
  t.equal(await stage.hub.balanceMsat(payee.publicKey), 45);
  t.match((await payer.result('lookup_invoice', { invoice })).state, 'settled', 'looked up, it is settled');
  await payer.result('pay_invoice', { invoice });
  t.equal(await stage.hub.balanceMsat(payer.publicKey), FUNDS - 45);
  await stage.restart();
});
