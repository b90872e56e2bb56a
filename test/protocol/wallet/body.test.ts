import fc from 'fast-check';
import t from 'tap';
import { PylonError } from '../../../protocol/errors.ts';
import { msat } from '../../../protocol/money.ts';
import {
  encodeWalletFailure,
  encodeWalletNotification,
  encodeWalletRequest,
  encodeWalletResult,
  parseWalletCall,
  parseWalletNotification,
  parseWalletRequest,
  parseWalletResponse,
} from '../../../protocol/wallet/body.ts';
import { WALLET_METHODS, type WalletMethod, type WalletParams } from '../../../protocol/wallet/methods.ts';
import type { WalletResults } from '../../../protocol/wallet/results.ts';
import type { Transaction } from '../../../protocol/wallet/transaction.ts';

const HASH = 'ab'.repeat(32);
const PREIMAGE = 'cd'.repeat(32);
const INVOICE = 'lnbcrt10p1example';
const transaction: Transaction = {
  type: 'incoming',
  state: 'pending',
  paymentHash: HASH,
  amountMsat: msat(1),
  feesPaidMsat: msat(0),
  createdAt: 1_800_000_000,
};

const PARAMS: { [Method in WalletMethod]: WalletParams[Method][] } = {
  pay_invoice: [{ invoice: INVOICE }, { invoice: INVOICE, amountMsat: msat(5) }],
  pay_keysend: [
    { amountMsat: msat(5), pubkey: `02${HASH}` },
    { amountMsat: msat(5), pubkey: HASH, preimage: PREIMAGE },
  ],
  make_invoice: [
    { amountMsat: msat(5) },
    { amountMsat: msat(5), description: 'd', descriptionHash: HASH, expirySeconds: 60 },
  ],
  lookup_invoice: [{ paymentHash: HASH }, { invoice: INVOICE }],
  list_transactions: [{}, { from: 1, until: 2, limit: 3, offset: 4, unpaid: true, type: 'incoming' }],
  get_balance: [{}],
  get_info: [{}],
  make_hold_invoice: [
    { amountMsat: msat(5), paymentHash: HASH },
    { amountMsat: msat(5), description: 'd', expirySeconds: 60, paymentHash: HASH },
  ],
  settle_hold_invoice: [{ preimage: PREIMAGE }],
  cancel_hold_invoice: [{ paymentHash: HASH }],
};

const RESULTS: { [Method in WalletMethod]: WalletResults[Method] } = {
  pay_invoice: { preimage: PREIMAGE, feesPaidMsat: msat(3) },
  pay_keysend: { preimage: PREIMAGE, feesPaidMsat: msat(0) },
  make_invoice: transaction,
  lookup_invoice: transaction,
  list_transactions: [transaction, { ...transaction, type: 'outgoing' }],
  get_balance: msat(100_000_000),
  get_info: { alias: 'a', pubkey: '', network: 'regtest', methods: ['get_info'], notifications: [] },
  make_hold_invoice: transaction,
  settle_hold_invoice: {},
  cancel_hold_invoice: {},
};

for (const method of WALLET_METHODS) {
  t.test(`${method} is read as it was written`, async (t) => {
    for (const params of PARAMS[method]) {
      const body = encodeWalletRequest(method, params);
      t.same(parseWalletCall(parseWalletRequest(body)), { method, params });
    }
    t.same(parseWalletResponse(method, encodeWalletResult(method, RESULTS[method] as never)), RESULTS[method]);
  });
}

t.test('the wire has the names and units of NIP-47', async (t) => {
  t.same(
    JSON.parse(
      encodeWalletRequest('make_hold_invoice', PARAMS.make_hold_invoice[1] as WalletParams['make_hold_invoice']),
    ),
    { method: 'make_hold_invoice', params: { amount: 5, description: 'd', expiry: 60, payment_hash: HASH } },
  );
  t.same(JSON.parse(encodeWalletResult('pay_invoice', RESULTS.pay_invoice)), {
    result_type: 'pay_invoice',
    error: null,
    result: { preimage: PREIMAGE, fees_paid: 3 },
  });
  t.same(JSON.parse(encodeWalletResult('get_balance', RESULTS.get_balance)).result, { balance: 100_000_000 });
});

t.test('a refusal is thrown with its code, also when a result stands beside it', async (t) => {
  const body = encodeWalletFailure('pay_invoice', { code: 'QUOTA_EXCEEDED', message: 'no more today' });
  t.throws(() => parseWalletResponse('pay_invoice', body), { code: 'wallet-quota-exceeded', message: /no more today/ });
  const both = { result_type: 'get_balance', error: { code: 'RESTRICTED' }, result: { balance: 5 } };
  t.throws(() => parseWalletResponse('get_balance', JSON.stringify(both)), { code: 'wallet-restricted' });
});

t.test('what other wallets write is read', async (t) => {
  const body = (result: unknown) => JSON.stringify({ result_type: 'get_info', result });
  const info = { network: 'bitcoin', methods: ['get_info', 'teleport'], alias: null, color: '#fff', lud16: 5 };
  t.same(parseWalletResponse('get_info', body(info)), {
    alias: '',
    pubkey: '',
    network: 'mainnet',
    methods: ['get_info', 'teleport'],
    notifications: [],
  });
  const settled = JSON.stringify({ result_type: 'settle_hold_invoice', result: null });
  t.same(parseWalletResponse('settle_hold_invoice', settled), {});
  const paid = JSON.stringify({ result_type: 'pay_invoice', result: { preimage: PREIMAGE.toUpperCase() } });
  t.same(parseWalletResponse('pay_invoice', paid), { preimage: PREIMAGE, feesPaidMsat: 0 });
});

t.test('an answer that cannot be one is refused, and not quoted', async (t) => {
  const secret = 'ef'.repeat(31);
  const answers = [
    '',
    'null',
    '[]',
    `not json ${secret}`,
    JSON.stringify({ result: { preimage: PREIMAGE } }),
    JSON.stringify({ result_type: 'get_balance', result: { preimage: PREIMAGE } }),
    JSON.stringify({ result_type: 'pay_invoice' }),
    JSON.stringify({ result_type: 'pay_invoice', result: {} }),
    JSON.stringify({ result_type: 'pay_invoice', result: { preimage: secret } }),
    JSON.stringify({ result_type: 'pay_invoice', result: { preimage: `${PREIMAGE}\n` } }),
    JSON.stringify({ result_type: 'pay_invoice', result: { preimage: PREIMAGE, fees_paid: -1 } }),
    JSON.stringify({ result_type: 'pay_invoice', error: 'no' }),
    JSON.stringify({ result_type: 'x'.repeat(100), result: {} }),
  ];
  for (const answer of answers) {
    const error = t.throws(() => parseWalletResponse('pay_invoice', answer), { code: 'wallet-response-invalid' });
    t.notMatch(String((error as Error).message), secret);
    t.equal((error as Error).cause, undefined, 'a cause would quote it');
  }
  const many = { result_type: 'list_transactions', result: { transactions: Array(501).fill({}) } };
  t.throws(() => parseWalletResponse('list_transactions', JSON.stringify(many)), { code: 'wallet-response-invalid' });
});

t.test('a request that cannot be one is refused with what is wrong', async (t) => {
  const call = (body: unknown) => parseWalletCall(parseWalletRequest(JSON.stringify(body)));
  const hash = HASH;
  t.throws(() => parseWalletRequest('{'), { code: 'request-invalid' });
  t.throws(() => call({}), { code: 'request-invalid' });
  t.throws(() => call({ method: 'x'.repeat(65) }), { code: 'request-invalid' });
  for (const method of ['multi_pay_invoice', 'constructor', '__proto__'])
    t.throws(() => call({ method }), { code: 'wallet-not-implemented', message: new RegExp(method) });
  for (const [method, params, says] of [
    ['pay_invoice', {}, /invoice/],
    ['pay_invoice', { invoice: INVOICE, amount: 1.5 }, /amount/],
    ['pay_invoice', 'lnbc', /body/],
    ['pay_keysend', { amount: 5, pubkey: '05'.repeat(33) }, /pubkey/],
    ['make_invoice', { amount: -1 }, /amount/],
    ['make_invoice', { amount: 1, expiry: 1e9 }, /expiry/],
    ['lookup_invoice', {}, /body/],
    ['list_transactions', { limit: -1 }, /limit/],
    ['make_hold_invoice', { amount: 1 }, /payment_hash/],
    ['settle_hold_invoice', { preimage: hash.slice(1) }, /preimage/],
  ] as const)
    t.throws(() => call({ method, params }), { code: 'request-invalid', message: says }, method);
});

t.test('a lookup by both hash and invoice goes by the hash', async (t) => {
  const body = { method: 'lookup_invoice', params: { payment_hash: HASH, invoice: INVOICE } };
  t.same(parseWalletCall(body), { method: 'lookup_invoice', params: { paymentHash: HASH } });
  const empty = { method: 'lookup_invoice', params: { payment_hash: '', invoice: INVOICE } };
  t.same(parseWalletCall(empty), { method: 'lookup_invoice', params: { invoice: INVOICE } });
});

t.test('notifications are read as they were written, and only those that are known', async (t) => {
  for (const type of ['payment_received', 'payment_sent', 'hold_invoice_accepted'] as const)
    t.same(parseWalletNotification(encodeWalletNotification({ type, transaction })), { type, transaction });
  const unknown = JSON.stringify({ notification_type: 'lunch', notification: {} });
  t.throws(() => parseWalletNotification(unknown), { code: 'wallet-response-invalid' });
});

t.test('no text makes a parser fail in any way but its own', async () => {
  const json = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ result: value, method: value })),
  );
  fc.assert(
    fc.property(json, fc.constantFrom(...WALLET_METHODS), (text, method) => {
      const attempts = [
        () => parseWalletCall(parseWalletRequest(text)),
        () => parseWalletResponse(method, text),
        () => parseWalletNotification(text),
      ];
      return attempts.every((attempt) => {
        try {
          attempt();
          return true;
        } catch (thrown) {
          return thrown instanceof PylonError && thrown.code !== 'internal';
        }
      });
    }),
  );
});
