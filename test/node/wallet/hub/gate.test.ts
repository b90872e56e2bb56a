import t from 'tap';
import { HubStage } from '../../../support/hub-stage.ts';
import { settled } from '../../../support/virtual-clock.ts';

t.test('strangers are told that they are strangers now and then, and then nothing, unverified', async (t) => {
  const stage = await HubStage.open(t, 'memory', { limits: { refusalsPerSecond: 2 } });
  const crowd = [1, 2, 3, 4].map((index) => stage.stranger(`stranger ${index}`).request('get_balance'));
  const answers: number[] = [];
  for (const event of crowd) answers.push(await stage.sendInVain(event));
  t.same(answers, [1, 1, 0, 0]);
  t.same(stage.pool.verdicts.slice(2), ['unwanted', 'unwanted']);
});

t.test('a client past its rate is refused, and a payment refused is never made later', async (t) => {
  const stage = await HubStage.open(t, 'disk', { limits: { requestsPerSecond: 3, refusalsPerSecond: 2 } });
  const payer = await stage.client('payer', { fundMsat: 100 });
  const payee = await stage.client('payee');
  const { invoice } = await payee.result('make_invoice', { amount: 9 });
  for (let count = 0; count < 3; count++) await payer.result('get_balance');
  const refused = payer.request('pay_invoice', { invoice });
  t.equal((await payer.send(refused)).error?.code, 'RATE_LIMITED');
  t.equal((await payer.ask('get_balance')).error?.code, 'RATE_LIMITED');
  t.equal(await stage.sendInVain(payer.request('get_info')), 0, 'beyond that nothing is said');
  await stage.pass(2);
  await stage.restart();
  t.equal((await payer.send(refused)).error?.code, 'RATE_LIMITED', 'the same request again');
  t.equal(await stage.hub.balanceMsat(payee.publicKey), 0);
  t.match(await payer.ask('pay_invoice', { invoice }), { error: null }, 'a new one is served');
});

t.test('no more requests are under way than the disk can follow', async (t) => {
  const stage = await HubStage.open(t, 'disk', { limits: { inFlightMax: 4 } });
  const payer = await stage.client('payer', { fundMsat: 100 });
  const payee = await stage.client('payee');
  await payer.result('get_info');
  const invoices: string[] = [];
  for (let amount = 1; amount <= 8; amount++) invoices.push((await payee.result('make_invoice', { amount })).invoice);
  const store = stage.store!;
  const write = store.write.bind(store);
  const waiting: (() => void)[] = [];
  store.write = async (rows, options) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    await write(rows, options);
  };
  const answers = invoices.map((invoice) => payer.ask('pay_invoice', { invoice }));
  await settled();
  store.write = write;
  for (const go of waiting) go();
  const codes = (await Promise.all(answers)).map(({ error }) => error?.code ?? 'paid');
  t.same(codes.toSorted(), [...Array(4).fill('RATE_LIMITED'), ...Array(4).fill('paid')]);
});
