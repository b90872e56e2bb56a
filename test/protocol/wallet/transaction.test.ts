import fc from 'fast-check';
import t from 'tap';
import { msat } from '../../../protocol/money.ts';
import {
  TRANSACTION_STATES,
  type Transaction,
  transactionSchema,
  transactionToWire,
} from '../../../protocol/wallet/transaction.ts';

const HASH = 'ab'.repeat(32);
const wire = { type: 'outgoing', payment_hash: HASH, amount: 1_500, fees_paid: 2, created_at: 1_800_000_000 };
const read = (change: Record<string, unknown>) => transactionSchema.parse({ ...wire, ...change });

const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
const amountMsat = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).map(msat);
const settledOnly = { preimage: hex, settledAt: seconds };
const anyTransaction = fc
  .record(
    {
      type: fc.constantFrom('incoming' as const, 'outgoing' as const),
      state: fc.constantFrom(...TRANSACTION_STATES),
      invoice: fc.stringMatching(/^lnbcrt1[02-9ac-hj-np-z]{5,60}$/),
      description: fc.string({ minLength: 1, maxLength: 100 }),
      descriptionHash: hex,
      paymentHash: hex,
      amountMsat,
      feesPaidMsat: amountMsat,
      createdAt: seconds,
      expiresAt: seconds,
      ...settledOnly,
    },
    { requiredKeys: ['type', 'state', 'paymentHash', 'amountMsat', 'feesPaidMsat', 'createdAt'] },
  )
  .map(({ preimage, settledAt, ...transaction }): Transaction => {
    if (transaction.state !== 'settled') return transaction;
    return {
      ...transaction,
      ...(preimage === undefined ? {} : { preimage }),
      ...(settledAt === undefined ? {} : { settledAt }),
    };
  });

t.test('what is written is read again, to the msat', async (t) => {
  fc.assert(
    fc.property(anyTransaction, (transaction) => {
      const again = transactionSchema.parse(JSON.parse(JSON.stringify(transactionToWire(transaction))));
      return t.same(again, transaction);
    }),
  );
});

t.test('null, empty and absent are one thing', async (t) => {
  const bare = read({});
  for (const nothing of [null, '', undefined]) {
    t.same(
      read({ description: nothing, preimage: nothing, invoice: nothing, settled_at: nothing, expires_at: nothing }),
      bare,
    );
  }
  t.same(Object.keys(bare).sort(), ['amountMsat', 'createdAt', 'feesPaidMsat', 'paymentHash', 'state', 'type']);
});

t.test('a wallet that tells no state is believed what it proves, and never that a payment failed', async (t) => {
  t.equal(read({}).state, 'pending');
  t.equal(read({ preimage: HASH }).state, 'settled', 'an outgoing payment with its preimage');
  t.equal(read({ settled_at: 1_800_000_001 }).state, 'settled');
  t.equal(read({ settled_at: 0 }).state, 'pending', 'the first second of 1970 is nobody’s settlement');
  t.equal(
    read({ type: 'incoming', preimage: HASH }).state,
    'pending',
    'a wallet knows its own preimages from the start',
  );
  t.equal(read({ expires_at: 1 }).state, 'pending');
});

t.test('the preimage of what is not settled is not passed on, either way', async (t) => {
  for (const state of TRANSACTION_STATES) {
    const transaction = read({ state, preimage: HASH, settled_at: 5 });
    t.equal(transaction.preimage, state === 'settled' ? HASH : undefined, state);
    t.equal(transaction.settledAt, state === 'settled' ? 5 : undefined, state);
    const written = transactionToWire({ ...transaction, preimage: HASH });
    t.equal(written.preimage, state === 'settled' ? HASH : undefined, state);
  }
});

t.test('what cannot be a transaction is refused', async (t) => {
  for (const change of [
    { type: 'sideways' },
    { state: 'SETTLED' },
    { payment_hash: 'ab' },
    { payment_hash: null },
    { preimage: 'not hex' },
    { amount: -1 },
    { amount: 1.5 },
    { amount: '1500' },
    { amount: 2 ** 53 },
    { fees_paid: Number.NaN },
    { created_at: 1.8e12 },
    { invoice: 'l'.repeat(5_000) },
  ]) {
    t.equal(transactionSchema.safeParse({ ...wire, ...change }).success, false, JSON.stringify(change).slice(0, 60));
  }
});
