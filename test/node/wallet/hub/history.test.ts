import t from 'tap';
import { HubStage, type StageClient } from '../../../support/hub-stage.ts';

const FUNDS = 100_000;

async function payerAndPayee(stage: HubStage): Promise<[payer: StageClient, payee: StageClient]> {
  const payer = await stage.client('payer', { fundMsat: FUNDS });
  return [payer, await stage.client('payee')];
}

t.test('lists are newest first, of one account only, and bounded by time, number and kind', async (t) => {
  const stage = await HubStage.open(t, 'disk');
  const [payer, payee] = await payerAndPayee(stage);
  const start = stage.now;
  for (const amount of [1, 2, 3, 4]) {
    const { invoice } = await payee.result('make_invoice', { amount });
    if (amount !== 3) await payer.result('pay_invoice', { invoice });
    await stage.pass(10);
  }
  const back = (await payer.result('make_invoice', { amount: 5 })).invoice;
  await payee.result('pay_invoice', { invoice: back });
  const amounts = async (params: object) =>
    (await payee.result('list_transactions', params)).transactions.map(({ amount }: { amount: number }) => amount);
  t.same(await amounts({}), [5, 4, 2, 1]);
  t.same(await amounts({ unpaid: true }), [5, 4, 3, 2, 1]);
  t.same(await amounts({ type: 'outgoing' }), [5]);
  t.same(await amounts({ type: 'incoming', limit: 2, offset: 1 }), [2, 1]);
  t.same(await amounts({ from: start + 10, until: start + 30 }), [4, 2]);
  t.same(await amounts({ from: start + 30, until: start }), []);
  t.same(await amounts({ limit: 0 }), []);
  t.equal((await payer.result('list_transactions', {})).transactions.length, 4, 'the payer has its own view');
  t.equal((await payee.ask('list_transactions', { offset: 1e9 })).error?.code, 'OTHER');
  const stranger = await stage.client('third');
  t.equal((await stranger.ask('lookup_invoice', { invoice: back })).error?.code, 'NOT_FOUND', "others' business");
  t.same(
    (await stage.hub.transactions(payee.publicKey, { limit: 1 })).map(({ type, amountMsat }) => [type, amountMsat]),
    [['outgoing', 5]],
  );
});

t.test('a list is cut where it would not fit into one message, and goes on at an offset', async (t) => {
  const stage = await HubStage.open(t);
  const client = await stage.client('one');
  for (let index = 0; index < 60; index++)
    await client.result('make_invoice', { amount: 1, description: 'x'.repeat(600) });
  const first = (await client.result('list_transactions', { unpaid: true, limit: 60 })).transactions;
  t.ok(first.length > 10 && first.length < 60, `${first.length} of 60`);
  const rest = (await client.result('list_transactions', { unpaid: true, limit: 60, offset: first.length }))
    .transactions;
  t.not(first.at(-1).payment_hash, rest[0].payment_hash);
});
