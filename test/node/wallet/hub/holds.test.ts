import t from 'tap';
import { sha256Hex } from '../../../../protocol/event.ts';
import { type Answer, HubStage, type StageClient } from '../../../support/hub-stage.ts';
import { settled } from '../../../support/virtual-clock.ts';

const FUNDS = 1_000;
const PREIMAGE = '5a'.repeat(32);
const HASH = sha256Hex(Buffer.from(PREIMAGE, 'hex'));

async function scene(t: Parameters<typeof HubStage.open>[0], limits = {}) {
  const stage = await HubStage.open(t, 'disk', { limits });
  const payer = await stage.client('payer', { fundMsat: FUNDS, quotaMsat: 900 });
  const payee = await stage.client('payee');
  const hold = { amount: 400, payment_hash: HASH, expiry: 20_000 };
  const { invoice } = await payee.result('make_hold_invoice', hold);
  return { stage, payer, payee, invoice };
}

/** Pays a hold invoice, and waits until the payee hears that the money waits. */
async function payHold(payer: StageClient, payee: StageClient, invoice: string, stage: HubStage) {
  const request = payer.request('pay_invoice', { invoice }, { expiration: stage.now + 50_000 });
  const heard: Answer[] = [];
  const answered = payer.send(request).then((answer) => heard.push(answer));
  const before = payee.heard().length;
  while (payee.heard().length === before) await settled();
  return { request, heard, answered };
}

const money = async (stage: HubStage, ...clients: StageClient[]) =>
  Promise.all(clients.map(({ publicKey }) => stage.hub.balanceMsat(publicKey)));

t.test(
  'a hold invoice waits: the money has left the payer, the payee does not have it, nobody is answered',
  async (t) => {
    const { stage, payer, payee, invoice } = await scene(t);
    const { heard, answered } = await payHold(payer, payee, invoice, stage);
    t.match(payee.heard(), [{ type: 'hold_invoice_accepted', transaction: { state: 'accepted', amount: 400 } }]);
    t.same(await money(stage, payer, payee), [600, 0]);
    t.equal((await payer.result('lookup_invoice', { payment_hash: HASH })).state, 'pending');
    t.equal((await payee.result('lookup_invoice', { payment_hash: HASH })).state, 'accepted');
    t.equal(heard.length, 0);
    t.same(await payee.result('settle_hold_invoice', { preimage: PREIMAGE }), {});
    await answered;
    t.match(heard, [{ result: { preimage: PREIMAGE } }]);
    t.same(await money(stage, payer, payee), [600, 400]);
    t.match(payee.heard().at(-1), { type: 'payment_received' });
    t.match(payer.heard(), [{ type: 'payment_sent', transaction: { preimage: PREIMAGE } }]);
    t.same(await payee.result('settle_hold_invoice', { preimage: PREIMAGE }), {}, 'settling twice is settling once');
    t.equal((await payee.ask('cancel_hold_invoice', { payment_hash: HASH })).error?.code, 'OTHER');
  },
);

t.test('cancelled, the money and the quota are back and the payer hears that it failed', async (t) => {
  const { stage, payer, payee, invoice } = await scene(t);
  const { heard, answered } = await payHold(payer, payee, invoice, stage);
  await payee.result('cancel_hold_invoice', { payment_hash: HASH });
  await answered;
  t.match(heard, [{ error: { code: 'PAYMENT_FAILED' }, result: null }]);
  t.same(await money(stage, payer, payee), [FUNDS, 0]);
  t.equal((await stage.hub.connections()).find(({ name }) => name === 'payer')?.spentMsat, 0);
  t.equal((await payee.ask('settle_hold_invoice', { preimage: PREIMAGE })).error?.code, 'OTHER');
  t.equal((await payer.ask('pay_invoice', { invoice })).error?.code, 'PAYMENT_FAILED');
  t.same(await payee.result('cancel_hold_invoice', { payment_hash: HASH }), {}, 'cancelling twice is cancelling once');
  t.equal((await payer.result('lookup_invoice', { payment_hash: HASH })).state, 'failed');
  t.equal((await payer.result('list_transactions', {})).transactions.length, 0, 'no money moved');
  t.equal((await payer.result('list_transactions', { unpaid: true })).transactions.length, 1);
});

t.test('only its payee settles or cancels it, with the right preimage, and only when it is paid', async (t) => {
  const { stage, payer, payee, invoice } = await scene(t);
  t.match(await payee.ask('settle_hold_invoice', { preimage: PREIMAGE }), {
    error: { code: 'OTHER', message: /nobody/ },
  });
  await payHold(payer, payee, invoice, stage);
  t.equal((await payer.ask('settle_hold_invoice', { preimage: PREIMAGE })).error?.code, 'NOT_FOUND');
  t.equal((await payer.ask('cancel_hold_invoice', { payment_hash: HASH })).error?.code, 'NOT_FOUND');
  t.equal((await payee.ask('settle_hold_invoice', { preimage: '00'.repeat(32) })).error?.code, 'NOT_FOUND');
  t.equal((await payee.ask('make_hold_invoice', { amount: 1, payment_hash: HASH })).error?.code, 'OTHER');
  t.same(await money(stage, payer, payee), [600, 0]);
});

t.test(
  'paid over a restart: it is settled by the next process, and the waiting request is answered there',
  async (t) => {
    const { stage, payer, payee, invoice } = await scene(t);
    const { request } = await payHold(payer, payee, invoice, stage);
    await stage.restart();
    const answered = payer.send(request);
    const second = payer.ask('pay_invoice', { invoice });
    await settled();
    t.same(await money(stage, payer, payee), [600, 0], 'held once');
    await payee.result('settle_hold_invoice', { preimage: PREIMAGE });
    t.equal((await answered).result.preimage, PREIMAGE);
    t.equal((await second).result.preimage, PREIMAGE);
    t.same(await money(stage, payer, payee), [600, 400]);
  },
);

t.test('not settled in time, the money goes back by itself, also when no hub ran at that time', async (t) => {
  for (const restarts of [false, true]) {
    const { stage, payer, payee, invoice } = await scene(t, { holdSeconds: 100 });
    await payHold(payer, payee, invoice, stage);
    await stage.pass(99);
    t.same(await money(stage, payer, payee), [600, 0]);
    if (restarts) {
      await stage.hub.close();
      await stage.clock.runUntil(new Promise<void>((resolve) => stage.clock.after(50_000, resolve)));
      await stage.start();
    }
    await stage.passUntil('it is given back', async () => (await stage.hub.balanceMsat(payer.publicKey)) === FUNDS);
    t.same(await money(stage, payer, payee), [FUNDS, 0]);
    t.match(await payee.ask('settle_hold_invoice', { preimage: PREIMAGE }), { error: { message: /cancelled/ } });
  }
});

t.test('when its time is up it cannot be settled any more, though nobody has given it back yet', async (t) => {
  const { stage, payer, payee, invoice } = await scene(t, { holdSeconds: 100 });
  await payHold(payer, payee, invoice, stage);
  const deadline = stage.clock.now() + 100_000;
  stage.clock.now = () => deadline;
  t.match(await payee.ask('settle_hold_invoice', { preimage: PREIMAGE }), { error: { message: /time .* is up/ } });
  t.same(await money(stage, payer, payee), [600, 0]);
});

t.test('a payer may ask again while it waits, and everybody who waits is answered, up to a bound', async (t) => {
  const { stage, payer, payee, invoice } = await scene(t);
  const { answered } = await payHold(payer, payee, invoice, stage);
  const more = Array.from({ length: 15 }, () => payer.ask('pay_invoice', { invoice }));
  await settled();
  t.equal((await payer.ask('pay_invoice', { invoice })).error?.code, 'RATE_LIMITED');
  await payee.result('settle_hold_invoice', { preimage: PREIMAGE });
  const answers = await Promise.all(more);
  await answered;
  t.ok(answers.every(({ result }) => result.preimage === PREIMAGE));
  t.same(await money(stage, payer, payee), [600, 400]);
});
