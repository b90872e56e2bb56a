import t from 'tap';
import { HubStage } from '../../../support/hub-stage.ts';

const FUNDS = 100_000;
const DAY = 86_400;

async function scene(t: Parameters<typeof HubStage.open>[0]) {
  const stage = await HubStage.open(t, 'disk');
  const payer = await stage.client('payer', { fundMsat: FUNDS });
  const payee = await stage.client('payee');
  const invoice: string = (await payee.result('make_invoice', { amount: 100, expiry: (40 * DAY) / 2 })).invoice;
  return { stage, payer, payee, invoice };
}

t.test('a request that is void, old or of the future is ignored: no answer, no payment', async (t) => {
  const { stage, payer, invoice } = await scene(t);
  const { now } = stage;
  const pay = { invoice };
  const ignored = {
    'its expiration has passed': payer.request('pay_invoice', pay, { expiration: now - 1, createdAt: now - 5 }),
    'it expires right now': payer.request('pay_invoice', pay, { expiration: now, createdAt: now - 5 }),
    'it is a minute old and names no expiration': payer.request('pay_invoice', pay, { createdAt: now - 60 }),
    'it is 30 days old, though it claims to hold': payer.request('pay_invoice', pay, {
      createdAt: now - 30 * DAY,
      expiration: now + DAY,
    }),
    'it is 30 days old': payer.request('pay_invoice', pay, { createdAt: now - 30 * DAY }),
    'it is of the future': payer.request('pay_invoice', pay, { createdAt: now + 1_000 }),
    'it is longer than any request': payer.requestBody(
      JSON.stringify({ method: 'pay_invoice', params: { ...pay, note: 'x'.repeat(30_000) } }),
    ),
  };
  for (const [why, event] of Object.entries(ignored)) t.equal(await stage.sendInVain(event), 0, why);
  t.equal(await stage.hub.balanceMsat(payer.publicKey), FUNDS);
  const timely = payer.request('pay_invoice', pay, { createdAt: now - 59 });
  t.match(await payer.send(timely), { error: null }, 'a request in time is served');
});

t.test('the same payment request delivered to a restarted hub pays once, and hears the same again', async (t) => {
  const { stage, payer, payee, invoice } = await scene(t);
  const request = payer.request('pay_invoice', { invoice }, { expiration: stage.now + 600 });
  const first = await payer.send(request);
  t.equal(await stage.sendInVain(request), 0, 'the running hub has heard it');
  await stage.restart();
  t.same(await payer.send(request), first);
  t.equal(await stage.hub.balanceMsat(payee.publicKey), 100);
  t.equal(payer.heard().length, 0, 'nobody is told of it a second time');
});

t.test('what was refused stays refused for that request, though it could be done by now', async (t) => {
  const { stage, payee, invoice } = await scene(t);
  const poor = await stage.client('poor');
  const request = poor.request('pay_invoice', { invoice }, { expiration: stage.now + 600 });
  t.equal((await poor.send(request)).error?.code, 'INSUFFICIENT_BALANCE');
  await stage.hub.issue(poor.publicKey, 1_000 as never, 'gift');
  await stage.restart();
  t.equal((await poor.send(request)).error?.code, 'INSUFFICIENT_BALANCE');
  t.equal(await stage.hub.balanceMsat(poor.publicKey), 1_000);
  t.match(await poor.ask('pay_invoice', { invoice }), { error: null }, 'a new request pays');
  t.equal(await stage.hub.balanceMsat(payee.publicKey), 100);
});

t.test('every request that changes something is executed once, and its answer kept', async (t) => {
  const { stage, payer, payee } = await scene(t);
  const { pubkey } = await payee.result('get_info');
  const requests = [
    payer.request('pay_keysend', { amount: 3, pubkey }),
    payer.request('make_invoice', { amount: 3 }),
    payer.request('make_hold_invoice', { amount: 3, payment_hash: 'ab'.repeat(32) }),
    payer.request('cancel_hold_invoice', { payment_hash: 'ab'.repeat(32) }),
    payer.request('settle_hold_invoice', { preimage: 'ab'.repeat(32) }),
  ];
  const answers = [];
  for (const request of requests) answers.push(await payer.send(request));
  await stage.restart();
  for (const [index, request] of requests.entries()) t.same(await payer.send(request), answers[index]);
  t.equal(await stage.hub.balanceMsat(payee.publicKey), 3);
  t.equal((await payer.result('list_transactions', { unpaid: true })).transactions.length, 3);
});

t.test('requests that can come no more are forgotten, and are not taken even if the clock is set back', async (t) => {
  const { stage, payer, invoice } = await scene(t);
  const request = payer.request('pay_invoice', { invoice: `${invoice}x` });
  t.equal((await payer.send(request)).error?.code, 'PAYMENT_FAILED');
  const rows = async () => {
    let count = 0;
    for await (const _ of stage.store!.keys({ gte: 'q!', lt: 'q"' })) count++;
    return count;
  };
  t.ok((await rows()) > 0);
  await stage.pass(60);
  await stage.passUntil('all are forgotten', async () => (await rows()) === 0);
  const stepped = (request.created_at + 5) * 1_000;
  stage.clock.now = () => stepped;
  await stage.restart();
  t.equal(await stage.sendInVain(request), 0);
  t.ok(stage.pool.verdicts.includes('unwanted'));
});
