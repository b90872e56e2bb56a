// What a provider's money does at its start, at its end, and when the disk fails in between.
import t from 'tap';
import type { Operation } from '../../../../ledger/book/book.ts';
import { standingOf } from '../../../../ledger/book/receivables.ts';
import { VolatileJournal } from '../../../../ledger/volatile/journal.ts';
import { BookBilling } from '../../../../node/swarm/billing/book-billing.ts';
import { PylonError } from '../../../../protocol/errors.ts';
import { msat } from '../../../../protocol/money.ts';
import { billingStage, CUSTOMER, NOTHING, PROVIDER } from '../../../support/billing-stage.ts';
import { openTestLedger } from '../../../support/test-ledger.ts';
import { settled, VirtualClock } from '../../../support/virtual-clock.ts';

t.test(
  'a start waits three seconds for the wallet to name its network, and announces it when it does later',
  async (t) => {
    const { billing, wallet, clock, until, lines } = billingStage();
    wallet.hangs = true;
    const startedAt = clock.now();
    await clock.runUntil(billing.start());
    t.equal(clock.now() - startedAt, 3_000);
    t.same(billing.terms, { credit_msat: 1_000 });
    wallet.endHanging();
    await settled();
    t.match(lines, [/does not say on which network/]);
    await until(61);
    t.same(billing.terms, { credit_msat: 1_000, network: 'regtest', escrow: true });
    await billing.stop();
    t.equal(clock.pending, 0);
  },
);

t.test('a stopped provider does not ask its wallet for the network again', async (t) => {
  const { billing, wallet, clock } = billingStage();
  wallet.fails = 'wallet-timeout';
  await billing.start();
  t.equal(clock.pending, 1);
  await billing.stop();
  t.equal(clock.pending, 0);
});

t.test('a stop waits for what is being written', async (t) => {
  let write: () => void = () => undefined;
  const post = () =>
    new Promise<void>((resolve) => {
      write = resolve;
    });
  const { billing, claim } = billingStage({ post });
  const claimed = claim(5);
  let isStopped = false;
  const stopping = billing.stop().then(() => {
    isStopped = true;
  });
  await settled();
  t.notOk(isStopped);
  write();
  await Promise.all([claimed, stopping]);
});

t.test('after a write that failed the book is read again, and the same claim counts once', async (t) => {
  const { store, book, journal } = await openTestLedger(t);
  let isFull = true;
  const post = (operation: Operation) => {
    if (!isFull) return journal.post(operation);
    const failure = new PylonError('store-failed');
    book.fail(failure, [operation]);
    return Promise.reject(failure);
  };
  const clock = new VirtualClock();
  const billing = new BookBilling({
    provider: PROVIDER,
    book,
    post,
    clock,
    creditMsat: msat(100),
    log: () => undefined,
  });
  const claim = (requestId: string) =>
    billing.claim({ customer: CUSTOMER, job: 'run', requestId, amountMsat: msat(11) });
  const standing = () => standingOf(book.rows, PROVIDER, CUSTOMER);
  await t.rejects(claim('one'), { code: 'store-failed' });
  isFull = false;
  await Promise.all([claim('one'), claim('two'), claim('one')]);
  t.same(standing(), { ...NOTHING, dueMsat: 22 });
  t.ok(store.has('m!v!b/due/'.concat(PROVIDER, '/', CUSTOMER, '/run')));
});

t.test('with nothing kept on disk a provider keeps account all the same, as long as it lives', async (t) => {
  const journal = new VolatileJournal();
  const { billing, claim, standing } = billingStage({ post: (operation) => journal.post(operation) });
  await claim(600);
  await claim(600);
  t.same(standing(), { ...NOTHING, dueMsat: 1_200 });
  t.notOk(billing.covers(CUSTOMER, msat(1)));
});
