import t, { type Test } from 'tap';
import { realRandom } from '../../node/random.ts';
import { NwcClient } from '../../node/wallet/nwc-client.ts';
import type { Transaction } from '../../node/wallet/port.ts';
import { toPylonError } from '../../protocol/errors.ts';
import { msat } from '../../protocol/money.ts';
import { Asker } from './asker.ts';
import { elapsed } from './scaled-clock.ts';
import { Scene } from './scene.ts';
import { WalletBooks } from './wallet-books.ts';
import { walletConnection } from './wallet-clients.ts';
import { readWalletLog } from './wallet-log.ts';
import { ALL_TROUBLES, conductOf } from './wallet-troubles.ts';

/** As Pylon asks for them. */
const INVOICE_SECONDS = 45;
const REQUEST_SECONDS = 30;
/** When an invoice is void and every trouble but an hour's has told the truth, and a little more. */
const SETTLED_AFTER_MS = 48_000;
const SCALE = 12;
const TROUBLES = ALL_TROUBLES.filter((trouble) => trouble !== 'takes an hour' && conductOf(trouble).dies === undefined);

function clientOf(t: Test, scene: Scene, name: string): NwcClient {
  const connection = walletConnection(scene.relay.url, name);
  const client = new NwcClient({ connection, clock: scene.clock, random: realRandom() });
  t.teardown(() => client.close());
  return client;
}

const booksOf = (scene: Scene) => new WalletBooks(readWalletLog(scene.walletLog));
const secondsOf = (scene: Scene) => Math.floor(scene.clock.now() / 1_000);

/** An invoice, and a request to pay it. */
async function payment(scene: Scene, payee: NwcClient, payer: NwcClient, expirySeconds = INVOICE_SECONDS) {
  await Promise.all([payee.ready(), payer.ready()]);
  const made = await payee.makeInvoice({ amountMsat: msat(1_001), expirySeconds });
  const expiresAt = secondsOf(scene) + REQUEST_SECONDS;
  return { made, prepared: payer.preparePayment({ invoice: made.invoice!, expiresAt }) };
}

/** What a lookup says in the end; `none` where the wallet knows nothing. */
async function endOf(client: NwcClient, { paymentHash }: Transaction): Promise<string> {
  try {
    return (await client.lookupInvoice({ paymentHash })).state;
  } catch (thrown) {
    return toPylonError(thrown).code === 'wallet-not-found' ? 'none' : 'silence';
  }
}

t.test('whatever trouble the fake wallet makes, it pays once or never, and tells the truth in the end', async (t) => {
  const scene = await Scene.open(t, { seed: 1, scale: SCALE, providers: 0 });
  const payee = clientOf(t, scene, 'payee');
  await Promise.all(
    TROUBLES.map(async (trouble) => {
      const payer = clientOf(t, scene, trouble);
      await scene.trouble(trouble, [trouble]);
      const { made, prepared } = await payment(scene, payee, payer);
      await payer.pay(prepared).catch(() => 'some do not answer');
      await elapsed(scene.clock, SETTLED_AFTER_MS);
      const isPaid = booksOf(scene).paid.has(made.paymentHash);
      // The last second is a twelfth of a real one: a busy machine may miss it, and then nothing may be paid.
      const mayMiss = trouble === 'pays at the last second';
      const isExpected = isPaid === (conductOf(trouble).paysAfter !== undefined);
      t.ok(isExpected || (mayMiss && !isPaid), `${trouble}: ${isPaid ? 'paid' : 'not paid'}`);
      t.equal(await endOf(payee, made), isPaid ? 'settled' : 'expired');
      t.match(await endOf(payer, made), isPaid ? 'settled' : /none|failed/);
    }),
  );
  t.same(booksOf(scene).faults, []);
});

t.test('it dies and comes back with what it had written down', async (t) => {
  const scene = await Scene.open(t, { seed: 1, scale: SCALE, providers: 0 });
  const payee = clientOf(t, scene, 'payee');
  for (const trouble of ALL_TROUBLES.filter((one) => conductOf(one).dies !== undefined)) {
    const payer = clientOf(t, scene, trouble);
    await scene.trouble(trouble, [trouble]);
    const { made, prepared } = await payment(scene, payee, payer);
    await t.rejects(payer.pay(prepared), { code: 'wallet-timeout' }, trouble);
    await scene.walletServes();
    t.match(await endOf(payee, made), conductOf(trouble).dies === 'paid' ? 'settled' : /pending|expired/);
    t.equal(booksOf(scene).asked.get(made.paymentHash)?.request, prepared.id);
  }
});

t.test('it ignores a request that has expired, pays no invoice that has, and takes one request once', async (t) => {
  const scene = await Scene.open(t, { seed: 1, scale: SCALE, providers: 0 });
  const [payee, payer] = ['payee', 'payer'].map((name) => clientOf(t, scene, name)) as [NwcClient, NwcClient];
  const short = await payment(scene, payee, payer, 5);
  await elapsed(scene.clock, 6_000);
  await t.rejects(payer.pay(short.prepared), { code: 'wallet-payment-failed' });
  const late = await payment(scene, payee, payer);
  await elapsed(scene.clock, REQUEST_SECONDS * 1_000);
  await t.rejects(payer.pay(late.prepared), { code: 'wallet-timeout' });
  const again = clientOf(t, scene, 'payer');
  await again.ready(); // connecting must not eat the request's few real seconds
  const twice = await payment(scene, payee, payer);
  await Promise.all([payer.pay(twice.prepared), again.pay(twice.prepared)]);
  const books = booksOf(scene);
  t.same([...books.paid.keys()], [twice.made.paymentHash]);
  t.same(books.faults, []);
});

t.test('an audit is not blind: money that another home has spent is lost to this one', async (t) => {
  const scene = await Scene.open(t, { seed: 1 });
  const askers = [await Asker.open(scene, 'one', 'the same'), await Asker.open(scene, 'other', 'the same')] as const;
  await Promise.all(askers.map((asker) => asker.run()));
  for (const asker of askers) {
    t.ok(await asker.settle(3));
    const { faults } = await asker.close();
    t.match(faults.join('\n'), /^LOST: the wallet has paid .* no payout says so$/m);
    t.match(faults.join('\n'), /^TWICE: \d+ msat are owed in all, \d+ were paid$/m);
  }
});
