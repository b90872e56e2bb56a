import fc from 'fast-check';
import t from 'tap';
import { balancesWithin } from '../../../ledger/book/accounts.ts';
import { Book } from '../../../ledger/book/book.ts';
import type { Bill } from '../../../ledger/book/entry.ts';
import { findBill, findBillByHash, openBills, standingOf } from '../../../ledger/book/receivables.ts';

const PROVIDER = 'a'.repeat(64);
const CUSTOMER = 'c'.repeat(64);

function open() {
  const book = Book.volatile(() => 0);
  const claim = (job: string, amount_msat: number, request_id = `${job}.${book.latestSeq}`) =>
    book.do(`claim/${request_id}`, 'claim', { provider: PROVIDER, customer: CUSTOMER, job, request_id, amount_msat });
  const bill = (bill_id: string, amount_msat: number, lines: Bill['lines'] = []) =>
    book.do(bill_id, 'bill', {
      bill_id,
      provider: PROVIDER,
      customer: CUSTOMER,
      amount_msat,
      lines,
      invoice: 'lnbcrt…',
      payment_hash: `hash of ${bill_id}`,
      expires_at: 100,
    });
  const receive = (bill_id: string) => book.do(`receive/${bill_id}`, 'receive', { bill_id });
  const expire = (bill_id: string) => book.do(`expire/${bill_id}`, 'expire-bill', { bill_id });
  const standing = () => standingOf(book.rows, PROVIDER, CUSTOMER);
  return { book, claim, bill, receive, expire, standing };
}

const NOTHING = { dueMsat: 0, advanceMsat: 0, receivedMsat: 0, disputedMsat: 0 };

t.test('what was answered is due, and what a bill pays of it is not', async (t) => {
  const { claim, bill, receive, standing } = open();
  claim('run 1', 100);
  claim('run 1', 50);
  claim('run 2', 70);
  t.same(standing(), { ...NOTHING, dueMsat: 220 });
  bill('b', 120, [['run 1', 120, false]]);
  t.same(standing(), { ...NOTHING, dueMsat: 220 }, 'an invoice is no payment');
  receive('b');
  t.same(standing(), { ...NOTHING, dueMsat: 100, receivedMsat: 120 });
});

t.test('a final line gives up what it leaves, as disputed', async (t) => {
  const { claim, bill, receive, standing } = open();
  claim('run', 100);
  claim('other', 30);
  bill('b', 60, [['run', 60, true]]);
  receive('b');
  t.same(standing(), { ...NOTHING, dueMsat: 30, receivedMsat: 60, disputedMsat: 40 });
});

t.test(
  'what no line explains pays the other jobs, and what is left then is an advance that later work uses up',
  async (t) => {
    const { book, claim, bill, receive, standing } = open();
    claim('run 1', 100);
    claim('run 2', 50);
    bill('b', 200, [['run 2', 90, false]]);
    receive('b');
    t.same(standing(), { ...NOTHING, receivedMsat: 200, advanceMsat: 50 });
    claim('run 3', 20);
    t.same(standing(), { ...NOTHING, receivedMsat: 200, advanceMsat: 30 });
    claim('run 3', 40);
    t.same(standing(), { ...NOTHING, receivedMsat: 200, dueMsat: 10 });
    t.same([...balancesWithin(book.rows, 'earned/')], [[`earned/${PROVIDER}`, -210]]);
  },
);

t.test('a bill is paid once, found by its hash, and paid late it still counts', async (t) => {
  const { book, claim, bill, receive, expire, standing } = open();
  claim('run', 100);
  bill('b', 100, [['run', 100, true]]);
  t.equal([...openBills(book.rows, '')].length, 1);
  expire('b');
  t.equal([...openBills(book.rows, '')].length, 0);
  t.match(findBillByHash(book.rows, 'hash of b'), { id: 'b', state: 'expired' });
  t.throws(() => book.do('again', 'expire-bill', { bill_id: 'b' }), { code: 'internal' });
  receive('b');
  t.same(standing(), { ...NOTHING, receivedMsat: 100 });
  t.equal(receive('b').entry, undefined, 'the same receipt is the same');
  t.throws(() => book.do('another receipt', 'receive', { bill_id: 'b' }), { code: 'internal', message: /paid before/ });
  t.match(findBill(book.rows, 'b'), { state: 'paid' });
  t.same(standing(), { ...NOTHING, receivedMsat: 100 });
});

t.test('a bill that contradicts itself, or shares its hash, is none', async (t) => {
  const { book, bill } = open();
  t.throws(() => bill('more', 10, [['run', 11, false]]), { code: 'internal', message: /its lines are 11 msat/ });
  const twice: Bill['lines'] = [
    ['run', 5, false],
    ['run', 5, true],
  ];
  t.throws(() => bill('twice', 10, twice), { code: 'internal' });
  bill('b', 10);
  const facts = { bill_id: 'c', provider: PROVIDER, customer: CUSTOMER, amount_msat: 10, lines: [], invoice: 'x' };
  const shared = { ...facts, payment_hash: 'hash of b', expires_at: 1 };
  t.throws(() => book.do('c', 'bill', shared), { code: 'internal', message: /another invoice/ });
  t.equal(book.latestSeq, 1);
});

t.test(
  'whatever is claimed, billed, paid and disputed, earned is received and due and disputed less advances',
  async (t) => {
    const job = fc.constantFrom('one', 'two', 'three');
    const amount = fc.integer({ min: 1, max: 100 });
    const step = fc.oneof(
      fc.record({ act: fc.constant('claim' as const), job, amount }),
      fc.record({
        act: fc.constant('pay' as const),
        lines: fc.uniqueArray(fc.tuple(job, amount, fc.boolean()), { selector: ([name]) => name, maxLength: 3 }),
        onAccount: fc.nat(50),
      }),
    );
    const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { book, claim, bill, receive, standing } = open();
      let [claimed, paid] = [0, 0];
      for (const [at, one] of steps.entries()) {
        if (one.act === 'claim') {
          claim(one.job, one.amount);
          claimed += one.amount;
          continue;
        }
        const sum = one.lines.reduce((total, [, part]) => total + part, one.onAccount);
        if (sum === 0) continue;
        bill(`bill ${at}`, sum, one.lines);
        receive(`bill ${at}`);
        paid += sum;
        const { dueMsat, advanceMsat } = standing();
        if (dueMsat > 0 && advanceMsat > 0) return false;
      }
      const { dueMsat, advanceMsat, receivedMsat, disputedMsat } = standing();
      const total = [...balancesWithin(book.rows, '')].reduce((sum, [, msat]) => sum + msat, 0);
      return total === 0 && receivedMsat === paid && claimed === receivedMsat + dueMsat + disputedMsat - advanceMsat;
    });
    t.doesNotThrow(() => fc.assert(property, { numRuns: 300 }));
  },
);
