// A provider that is paid, seen from the wire: what it claims, whom it trusts, what it asks for and what it then accepts.
import t, { type Test } from 'tap';
import type { Operation } from '../../../ledger/book/book.ts';
import { realClock } from '../../../node/clock.ts';
import { MemoryJobRecords } from '../../../node/swarm/job-records.ts';
import type { ProviderOptions } from '../../../node/swarm/provider.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { encodeCancel } from '../../../protocol/job.ts';
import { msat } from '../../../protocol/money.ts';
import { demandInTags, parseDemand } from '../../../protocol/payment.ts';
import { type BillingStageOptions, billingStage, NOTHING } from '../../support/billing-stage.ts';
import { failing, held, stage } from '../../support/provider-stage.ts';
import { ANNOUNCEMENT, eventually, LIMITS, newKeys, quotingBackend } from '../../support/swarm.ts';

const now = () => Math.floor(Date.now() / 1_000);
/** What a job of the stage costs: 10 msat and one started 1,000 characters. */
const PRICE = 11;

/** A provider with a wallet and a customer that the test plays itself. */
async function paid(t: Test, billing: BillingStageOptions = {}, options: Partial<ProviderOptions> = {}) {
  const keys = newKeys();
  const money = billingStage({ provider: keys.publicKey, clock: realClock(), creditMsat: msat(100), ...billing });
  const swarm = await stage(t, { keys, billing: money.billing, ...options });
  const standing = (of = swarm.customer) => money.standingWith(keys.publicKey, of.publicKey);
  const demand = async (request: Parameters<typeof swarm.answer>[0]) => {
    const answer = await swarm.answer(request);
    return parseDemand(swarm.open(answer), request.id);
  };
  return { ...money, ...swarm, standing, demand };
}

t.test(
  'a job that was answered is owed, under the name of its run; one that failed or was refused is not',
  async (t) => {
    const { sealed, send, ask, answer, standing, book, providerKeys, customer } = await paid(t);
    t.equal((await answer(await send(sealed({ job: 'run-1' })))).kind, 6940);
    t.same(standing(), { ...NOTHING, dueMsat: PRICE });
    const due = `due/${providerKeys.publicKey}/${customer.publicKey}/`;
    t.same([...book.rows.balancesWithin(due)], [[`${due}run-1`, PRICE]]);
    t.match(await ask(sealed({}, 10)), /^error job-price-too-low/);
    const odd = await send(sealed({ job: 'a name with spaces' }));
    await answer(odd);
    t.equal(book.rows.balance(`${due}${odd.id}`), PRICE, 'a name that no invoice can hold is replaced by the request');
    const tags = [
      ['i', 'a prompt', 'text'],
      ['bid', '1000'],
      ['p', providerKeys.publicKey],
    ];
    const bare = await send(customer.sign({ kind: 5050, created_at: now(), tags, content: '' }));
    await answer(bare);
    t.equal(book.rows.balance(`${due}${bare.id}`), PRICE);
    t.same(standing(), { ...NOTHING, dueMsat: 3 * PRICE });
    const broken = await paid(t, {}, { backend: failing(new Error('no')) });
    t.match(await broken.ask(broken.sealed()), /^error job-failed/);
    t.same(broken.standing(), NOTHING);
  },
);

t.test('a job that was cancelled before its result owes nothing', async (t) => {
  const { backend, started, release } = held();
  const { sealed, send, standing, customer, pool, provider } = await paid(t, {}, { backend });
  const request = await send(sealed());
  await eventually('the job', () => started.length === 1);
  await pool.publish(customer.sign(encodeCancel([request.id], now())));
  await eventually('the cancel', () => provider.stats.cancelled === 1);
  release();
  await provider.stop();
  t.same(standing(), NOTHING);
});

t.test('the claim is durable before the answer is anybody’s, and without it there is no answer', async (t) => {
  const steps: string[] = [];
  let write: () => void = () => undefined;
  const post = async () => {
    await new Promise<void>((resolve) => {
      write = resolve;
    });
    steps.push('claimed');
  };
  class Records extends MemoryJobRecords {
    override async answer(...answer: Parameters<MemoryJobRecords['answer']>) {
      steps.push('kept');
      return super.answer(...answer);
    }
  }
  const { sealed, send, answer, provider, answersTo } = await paid(t, { post }, { records: new Records() });
  const request = await send(sealed());
  await eventually('the work', () => provider.stats.done === 1);
  await new Promise((resolve) => setImmediate(resolve));
  t.same([steps, answersTo(request)], [[], []]);
  write();
  await answer(request);
  t.same(steps, ['claimed', 'kept']);
  const failingPost = () => Promise.reject(new PylonError('store-failed'));
  const broken = await paid(t, { post: failingPost });
  const lost = await broken.send(broken.sealed());
  await eventually('the failure', () => broken.lines.some((line) => line.includes('store')));
  t.same(broken.answersTo(lost), []);
});

t.test('a job that is done again after a kill is claimed once', async (t) => {
  const { sealed, send, answer, standing, provider, billing, providerKeys, swarm } = await paid(t);
  const request = await send(sealed());
  await answer(request);
  await provider.stop();
  const started = swarm.provider({ keys: providerKeys, billing, records: new MemoryJobRecords() });
  const again = await started;
  await eventually('it is done again', () => again.stats.done === 1);
  await again.stop();
  t.same(standing(), { ...NOTHING, dueMsat: PRICE });
});

t.test('past its credit a customer is asked to pay before any work, pays, and is served again', async (t) => {
  let runs = 0;
  const { sealed, send, answer, demand, standing, pay, provider } = await paid(
    t,
    {},
    { backend: quotingBackend(() => runs++) },
  );
  for (let job = 0; job < 9; job++) t.equal((await answer(await send(sealed()))).kind, 6940);
  const refused = await send(sealed());
  const wanted = await demand(refused);
  t.equal(wanted?.amountMsat, 9 * PRICE);
  t.match((await answer(refused)).tags[0], ['status', 'payment-required', /pay what is owed/]);
  t.same([runs, provider.stats.done, provider.stats.unpaid], [9, 9, 1]);
  await pay(wanted?.invoice ?? '');
  await eventually('the payment', () => standing().receivedMsat === 9 * PRICE);
  t.equal((await answer(await send(sealed()))).kind, 6940);
  t.same(standing(), { ...NOTHING, receivedMsat: 9 * PRICE, dueMsat: PRICE });
});

t.test('work in flight counts: a hundred jobs at once get no more than the credit', async (t) => {
  const { backend, started, release } = held();
  const announcement = { ...ANNOUNCEMENT, concurrency: 200 };
  const { sealed, send, provider, standing, wallet } = await paid(t, {}, { backend, announcement, limits: LIMITS });
  await Promise.all(Array.from({ length: 100 }, () => send(sealed())));
  await eventually('all are decided', () => started.length + provider.stats.unpaid === 100);
  t.equal(started.length, 9);
  t.equal(wallet.made, 1, 'and one invoice was made');
  release();
  await eventually('they are done', () => provider.stats.done === 9);
  t.equal(standing().dueMsat, 9 * PRICE);
});

t.test('prepaid for one job, a crowd of waiting jobs gets one', async (t) => {
  const { sealed, send, demand, pay, provider, wallet, standing } = await paid(t, { creditMsat: msat(0) });
  const wanted = await demand(await send(sealed()));
  t.equal(wanted?.amountMsat, PRICE);
  wallet.isMute = true; // nobody hears of the payment until the next job asks
  await pay(wanted?.invoice ?? '');
  await new Promise((resolve) => setImmediate(resolve));
  const { lookupInvoice } = wallet;
  let answer: () => void = () => undefined;
  const mayAnswer = new Promise<void>((resolve) => {
    answer = resolve;
  });
  wallet.lookupInvoice = async (asked) => {
    await mayAnswer;
    return lookupInvoice.call(wallet, asked);
  };
  await Promise.all(Array.from({ length: 20 }, () => send(sealed())));
  await eventually('they wait', () => provider.jobsActive === 20 || provider.stats.unpaid > 1);
  answer();
  await eventually('all are decided', () => provider.jobsActive === 0);
  t.match(provider.stats, { done: 1, unpaid: 20 });
  t.ok(wallet.made <= 3, 'and not an invoice for each');
  t.ok(standing().dueMsat === 0, 'nothing is owed, for nothing is given on credit');
});

t.test('free work is done for everybody, and nothing is owed', async (t) => {
  const announcement = { ...ANNOUNCEMENT, base_msat: 0, msat_per_1k_chars: 0 };
  const { sealed, send, answer, book } = await paid(t, { creditMsat: msat(0) }, { announcement });
  t.equal((await answer(await send(sealed()))).kind, 6940);
  t.equal(book.latestSeq, 0);
});

t.test('what a customer owes stands in the seal of a sealed job, and in NIP-90’s tag of an open one', async (t) => {
  const { sealed, send, answer, customer, providerKeys, swarm, open } = await paid(t, { creditMsat: msat(0) });
  const seen: string[] = [];
  swarm.relay.onEvent((_event, raw) => seen.push(Buffer.from(raw).toString()));
  const refused = await answer(await send(sealed()));
  t.match(open(refused), /"amount_msat":11/);
  t.notMatch(seen.join(), /amount|lnbcrt/);
  t.equal(refused.tags.filter(([name]) => name === 'encrypted').length, 1);
  const tags = [
    ['i', 'a prompt', 'text'],
    ['bid', '1000'],
    ['p', providerKeys.publicKey],
  ];
  const bare = await answer(await send(customer.sign({ kind: 5940, created_at: now(), tags, content: '' })));
  t.match(demandInTags(bare), { amountMsat: 11, invoice: /^lnbcrt/ });
});

t.test(
  'without a wallet work is claimed up to the credit, and then the amount is told without an invoice',
  async (t) => {
    const { sealed, send, demand } = await paid(t, { creditMsat: msat(0) }, {});
    t.ok((await demand(await send(sealed())))?.invoice);
    const poor = await paid(t, { creditMsat: msat(0), hasNoWallet: true });
    t.same(await poor.demand(await poor.send(poor.sealed())), { amountMsat: msat(PRICE) });
  },
);

t.test('a cancel is honoured also while it is found out whether its job is paid for', async (t) => {
  const { sealed, send, customer, pool, wallet, provider, answersTo } = await paid(t, { creditMsat: msat(0) });
  wallet.hangs = true;
  const request = await send(sealed());
  await eventually('it is asked', () => wallet.made === 1);
  await pool.publish(customer.sign(encodeCancel([request.id], now())));
  await eventually('the cancel', () => provider.stats.cancelled === 1);
  wallet.endHanging();
  await provider.stop();
  t.same(answersTo(request), []);
  t.equal(provider.stats.unpaid, 0);
});

t.test('the market learns from the announcement what may be owed and where the provider is paid', async (t) => {
  const { swarm } = await paid(t, { creditMsat: msat(50_000) });
  const market = swarm.market();
  await eventually('the offer', () => market.offers().length === 1);
  t.match(market.offers()[0], { credit_msat: 50_000, network: 'regtest' });
  t.notOk(market.reaches('f'.repeat(64)));
  t.ok(market.reaches(market.offers()[0]?.provider ?? ''));
});

t.test('an operation of the book is what the journal is given', async (t) => {
  const posted: Operation[] = [];
  const { sealed, send, answer, providerKeys } = await paid(t, {
    post: async (operation) => void posted.push(operation),
  });
  const request = await send(sealed());
  await answer(request);
  t.match(posted, [{ entry: { kind: 'claim', id: `claim/${providerKeys.publicKey}/${request.id}` } }]);
});
