import t from 'tap';
import { msat } from '../../../../protocol/money.ts';
import { HubStage } from '../../../support/hub-stage.ts';

t.test("play money is issued once per key, and an account can be shared, funded and paid from another's", async (t) => {
  const stage = await HubStage.open(t);
  const { hub } = stage;
  t.equal(await hub.issue('home', msat(1_000), 'first'), true);
  t.equal(await hub.issue('home', msat(1_000), 'first'), false);
  await t.rejects(hub.issue('home', msat(2_000), 'first'), { code: 'ledger-conflict' });
  await t.rejects(hub.issue('@issuer', msat(1), 'second'), { code: 'option-invalid' });
  t.equal(await hub.balanceMsat('home'), 1_000);
  const one = await stage.client('one', { account: 'home' });
  const two = await stage.client('two', { account: 'home' });
  const guest = await stage.client('guest', { fundMsat: 300, fundFrom: 'home' });
  await stage.client('guest', { fundMsat: 300, fundFrom: 'home' });
  t.equal(await hub.balanceMsat('home'), 700, 'admitted and funded once');
  await t.rejects(stage.client('poor', { fundMsat: 701, fundFrom: 'home' }), { code: 'wallet-insufficient-balance' });
  t.equal((await hub.connections()).length, 3, 'one who could not be funded is not admitted');
  const { invoice } = await one.result('make_invoice', { amount: 5 });
  t.equal((await two.ask('pay_invoice', { invoice })).error?.code, 'PAYMENT_FAILED', 'one account does not pay itself');
  await guest.result('pay_invoice', { invoice });
  t.equal((await two.result('get_balance')).balance, 705);
  t.equal(one.heard().length, 1, 'all connections of an account hear of its payments');
  t.equal(two.heard().length, 1);
});
