import bolt11 from 'bolt11';
import t from 'tap';
import { PylonError } from '../../../protocol/errors.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { decodeInvoice } from '../../../protocol/invoice.ts';
import { HubStage, type StageClient } from '../../support/hub-stage.ts';

const FUNDS = 100_000;

async function payerAndPayee(stage: HubStage): Promise<[payer: StageClient, payee: StageClient]> {
  const payer = await stage.client('payer', { fundMsat: FUNDS });
  return [payer, await stage.client('payee')];
}

const balances = (stage: HubStage, ...clients: StageClient[]) =>
  Promise.all(clients.map(({ publicKey }) => stage.hub.balanceMsat(publicKey)));

t.test('it says what it is: play money, its methods, and how to seal what is for it', async (t) => {
  const stage = await HubStage.open(t);
  const [info] = stage.pool.published;
  t.equal(info!.kind, 13194);
  t.match(info!.content, /^pay_invoice .*cancel_hold_invoice notifications$/);
  t.same(info!.tags, [
    ['encryption', 'nip44_v2 nip04'],
    ['notifications', 'payment_received payment_sent hold_invoice_accepted'],
  ]);
  const client = await stage.client('one');
  const { alias, network, pubkey, methods } = await client.result('get_info');
  t.match({ alias, network }, { alias: /play money/, network: 'regtest' });
  t.equal(methods.length, 10);
  t.equal(pubkey, stage.hub.nodePublicKey(client.publicKey));
  t.not(
    pubkey,
    (await (await stage.client('two')).result('get_info')).pubkey,
    'every account has a node key of its own',
  );
});

t.test(
  "an invoice is BOLT11 of regtest, exact to the msat, and its preimage is nobody's before it is paid",
  async (t) => {
    const stage = await HubStage.open(t);
    const [payer, payee] = await payerAndPayee(stage);
    const made = await payee.result('make_invoice', { amount: 12_345, description: 'two chunks', expiry: 600 });
    const invoice = decodeInvoice(made.invoice);
    t.match(made, {
      type: 'incoming',
      state: 'pending',
      amount: 12_345,
      created_at: stage.now,
      expires_at: stage.now + 600,
    });
    t.match(invoice, {
      network: 'regtest',
      amountMsat: 12_345,
      description: 'two chunks',
      paymentHash: made.payment_hash,
      expiresAt: made.expires_at,
    });
    t.equal(made.preimage, undefined);
    const looked = await payee.result('lookup_invoice', { payment_hash: made.payment_hash });
    t.equal(looked.preimage, undefined);
    const [kept] = await stage.hub.transactions(payee.publicKey, { unpaid: true });
    t.match(kept, { paymentHash: made.payment_hash, preimage: undefined }, 'nor does the hub tell its own process');
    const { preimage, fees_paid } = await payer.result('pay_invoice', { invoice: made.invoice });
    t.equal(sha256Hex(Buffer.from(preimage, 'hex')), made.payment_hash);
    t.equal(fees_paid, 0);
    t.same(await balances(stage, payer, payee), [FUNDS - 12_345, 12_345]);
    t.match(await payee.result('lookup_invoice', { invoice: made.invoice }), {
      state: 'settled',
      preimage,
      settled_at: stage.now,
    });
  },
);

t.test('a description too long for an invoice is in it by its hash', async (t) => {
  const stage = await HubStage.open(t);
  const client = await stage.client('one');
  const description_hash = sha256Hex('a long story');
  const made = await client.result('make_invoice', { amount: 5, description_hash });
  t.equal(made.description_hash, description_hash);
  const { tagsObject } = bolt11.decode(made.invoice, {
    bech32: 'bcrt',
    pubKeyHash: 0x6f,
    scriptHash: 0xc4,
    validWitnessVersions: [0, 1],
  });
  t.match(tagsObject, { purpose_commit_hash: description_hash });
  t.equal(tagsObject.description, undefined);
  t.match(await client.result('lookup_invoice', { invoice: made.invoice }), { description_hash });
});

t.test('both sides hear of a payment, each by its own account and in the encryption it last spoke', async (t) => {
  const stage = await HubStage.open(t);
  const [payer, payee] = await payerAndPayee(stage);
  const { error, result } = await payee.ask('make_invoice', { amount: 10 }, { encryption: 'nip04' });
  t.equal(error, null);
  await payer.result('pay_invoice', { invoice: result.invoice });
  t.match(payee.heard(), [{ kind: 23196, type: 'payment_received', transaction: { type: 'incoming', amount: 10 } }]);
  t.match(payer.heard(), [{ kind: 23197, type: 'payment_sent', transaction: { type: 'outgoing', state: 'settled' } }]);
});

t.test('the same invoice is paid once, by one payer or at the same moment, and the answer is the same', async (t) => {
  const stage = await HubStage.open(t);
  const [payer, payee] = await payerAndPayee(stage);
  const { invoice } = await payee.result('make_invoice', { amount: 700 });
  const first = await Promise.all([1, 2, 3].map(() => payer.result('pay_invoice', { invoice })));
  const later = await payer.result('pay_invoice', { invoice: `lightning:${invoice.toUpperCase()}` });
  t.equal(new Set([...first, later].map(({ preimage }) => preimage)).size, 1);
  t.same(await balances(stage, payer, payee), [FUNDS - 700, 700]);
  t.equal(payer.heard().length, 1, 'and it is told once');
  const other = await stage.client('other', { fundMsat: FUNDS });
  t.match(await other.ask('pay_invoice', { invoice }), { error: { code: 'PAYMENT_FAILED', message: /somebody else/ } });
});

t.test('what cannot be paid is refused with the right code, and no money moves', async (t) => {
  const stage = await HubStage.open(t);
  const [payer, payee] = await payerAndPayee(stage);
  const make = async (params: object) => (await payee.result('make_invoice', params)).invoice;
  const own = (await payer.result('make_invoice', { amount: 5 })).invoice;
  const foreign =
    'lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp';
  const cases: [what: string, params: object, code: string][] = [
    ["another hub's invoice", { invoice: foreign }, 'PAYMENT_FAILED'],
    ['no invoice at all', { invoice: 'lnbcrt1nonsense' }, 'OTHER'],
    ['its own invoice', { invoice: own }, 'PAYMENT_FAILED'],
    ['more than it has', { invoice: await make({ amount: FUNDS + 1 }) }, 'INSUFFICIENT_BALANCE'],
    ["another amount than the invoice's", { invoice: await make({ amount: 10 }), amount: 11 }, 'OTHER'],
    ['no amount where the invoice names none', { invoice: await make({ amount: 0 }) }, 'OTHER'],
    ['params that are none', { invoice: 5 }, 'OTHER'],
  ];
  for (const [what, params, code] of cases) {
    const { error, result } = await payer.ask('pay_invoice', params);
    t.equal(error?.code, code, what);
    t.equal(result, null);
  }
  const expired = await make({ amount: 10, expiry: 30 });
  await stage.pass(30);
  t.match(await payer.ask('pay_invoice', { invoice: expired }), {
    error: { code: 'PAYMENT_FAILED', message: /expired/ },
  });
  t.same(await balances(stage, payer, payee), [FUNDS, 0]);
});

t.test('an invoice without amount is paid with the amount the payer names', async (t) => {
  const stage = await HubStage.open(t);
  const [payer, payee] = await payerAndPayee(stage);
  const { invoice, payment_hash } = await payee.result('make_invoice', { amount: 0 });
  t.equal(decodeInvoice(invoice).amountMsat, undefined);
  await payer.result('pay_invoice', { invoice, amount: 77 });
  t.match(await payee.result('lookup_invoice', { payment_hash }), { amount: 77, state: 'settled' });
  t.match(await payer.ask('pay_invoice', { invoice, amount: 78 }), { error: { code: 'OTHER', message: /77 msat/ } });
  t.same(await balances(stage, payer, payee), [FUNDS - 77, 77]);
});

t.test("a keysend pays the account whose node key it names, with the payer's preimage or a new one", async (t) => {
  const stage = await HubStage.open(t);
  const [payer, payee] = await payerAndPayee(stage);
  const { pubkey } = await payee.result('get_info');
  const preimage = '11'.repeat(32);
  const keysend = { amount: 40, pubkey, preimage };
  t.equal((await payer.result('pay_keysend', keysend)).preimage, preimage);
  t.equal((await payer.result('pay_keysend', keysend)).preimage, preimage, 'once per preimage');
  t.match((await payer.result('pay_keysend', { amount: 2, pubkey: pubkey.slice(2) })).preimage, /^[0-9a-f]{64}$/);
  t.same(await balances(stage, payer, payee), [FUNDS - 42, 42]);
  t.match(payee.heard(), [{ transaction: { amount: 40, preimage } }, { transaction: { amount: 2 } }]);
  const { pubkey: own } = await payer.result('get_info');
  for (const wrong of [
    { ...keysend, amount: 41 },
    { amount: 1, pubkey: own },
    { amount: 1, pubkey: `02${'ab'.repeat(32)}` },
  ])
    t.equal((await payer.ask('pay_keysend', wrong)).error?.code, 'PAYMENT_FAILED');
  t.equal((await payer.ask('pay_keysend', { amount: 0, pubkey })).error?.code, 'OTHER');
});

t.test('a connection spends its quota and no more, whatever its account has', async (t) => {
  const stage = await HubStage.open(t);
  const [, payee] = await payerAndPayee(stage);
  const limited = await stage.client('limited', { quotaMsat: 100, fundMsat: FUNDS });
  const make = async (amount: number) => (await payee.result('make_invoice', { amount })).invoice;
  await limited.result('pay_invoice', { invoice: await make(60) });
  t.equal((await limited.ask('pay_invoice', { invoice: await make(41) })).error?.code, 'QUOTA_EXCEEDED');
  await limited.result('pay_invoice', { invoice: await make(40) });
  const connection = (await stage.hub.connections()).find(({ name }) => name === 'limited');
  t.match(connection, { quotaMsat: 100, spentMsat: 100, account: limited.publicKey });
});

t.test(
  'a connection may do what it was admitted for, an unknown or revoked one nothing, and all hear why',
  async (t) => {
    const stage = await HubStage.open(t);
    const reader = await stage.client('reader', { methods: ['get_balance', 'get_info'], fundMsat: 5 });
    t.equal((await reader.result('get_balance')).balance, 5);
    t.same((await reader.result('get_info')).methods, ['get_balance', 'get_info']);
    t.equal((await reader.ask('make_invoice', { amount: 1 })).error?.code, 'RESTRICTED');
    t.equal((await reader.ask('sign_message', { message: 'x' })).error?.code, 'NOT_IMPLEMENTED');
    t.match(await stage.stranger('nobody').ask('get_balance'), {
      result_type: 'get_balance',
      error: { code: 'UNAUTHORIZED' },
    });
    t.equal(await stage.hub.revoke(reader.publicKey), true);
    t.equal(await stage.hub.revoke(reader.publicKey), false);
    t.equal((await reader.ask('get_balance')).error?.code, 'UNAUTHORIZED');
    t.equal(await stage.hub.balanceMsat(reader.publicKey), 5, 'its account keeps its money');
    await t.rejects(stage.client('reader'), { code: 'wallet-unauthorized', message: /revoked/ });
  },
);

t.test('an encryption it does not speak is refused as such, and garbage as garbage', async (t) => {
  const stage = await HubStage.open(t);
  const client = await stage.client('one');
  t.equal((await client.ask('get_info', {}, { encryption: 'nip44_v9' })).error?.code, 'UNSUPPORTED_ENCRYPTION');
  t.equal((await client.send(client.requestBody('no json'))).error?.code, 'OTHER');
  const other = stage.stranger('other').keys.sealFor(stage.hubKeys.publicKey, '{}');
  const notForHub = client.keys.sign({
    kind: 23194,
    created_at: stage.now,
    tags: [
      ['p', stage.hubKeys.publicKey],
      ['encryption', 'nip44_v2'],
    ],
    content: other,
  });
  t.match(await client.send(notForHub), { error: { code: 'OTHER', message: /does not open/ } });
});

t.test('an answer that cannot be sent is logged, without a secret in the line', async (t) => {
  const stage = await HubStage.open(t);
  const [payer, payee] = await payerAndPayee(stage);
  const { invoice } = await payee.result('make_invoice', { amount: 9 });
  stage.pool.failWith(new PylonError('relay-unreachable'));
  await stage.sendInVain(payer.request('pay_invoice', { invoice }));
  t.same(await balances(stage, payer, payee), [FUNDS - 9, 9], 'paid is paid');
  t.match(stage.logged, [/not out/, /not out/, /not out/]);
  for (const line of stage.logged) t.notMatch(line, /[0-9a-f]{64}/);
});
