import fc from 'fast-check';
import t from 'tap';
import { type ChoicePorts, MarketChoice, type Wanted } from '../../../conductor/market/choice.ts';
import { Pace } from '../../../conductor/market/pace.ts';
import { clusterOf, type Offer, priceOf } from '../../../protocol/handler.ts';
import { JOB_ENVELOPE_BYTES } from '../../../protocol/limits.ts';
import { msat } from '../../../protocol/money.ts';
import { offerOf } from '../../support/scripted-market.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { settled, VirtualClock } from '../../support/virtual-clock.ts';

const NOBODY: ReadonlySet<string> = new Set();
const WANTED: Wanted = { chars: 16_000, bytes: 16_000, affordableMsat: msat(1_000_000), tried: NOBODY };
const never = new AbortController().signal;

function stage(offers: readonly Offer[], ports: Partial<ChoicePorts> = {}) {
  const clock = new VirtualClock();
  const pace = new Pace(clock);
  const list = { now: offers };
  const market = { offers: () => list.now, ask: () => Promise.reject(new Error('nothing is asked here')) };
  const choice = new MarketChoice({ market, random: seededRandom(11), pace, isPrepaid: () => false, ...ports });
  /** Takes and gives back; how often each was chosen. */
  const shares = async (times: number, wanted = WANTED) => {
    const counts = new Map<string, number>();
    for (let take = 0; take < times; take++) {
      const offer = await choice.take(wanted, never);
      if (offer === undefined) break;
      counts.set(offer.provider, (counts.get(offer.provider) ?? 0) + 1);
      choice.release(offer.provider, 'answered');
    }
    return counts;
  };
  return { clock, pace, list, choice, shares };
}

const many = (count: number, change: (index: number) => Partial<Offer> = () => ({})) =>
  Array.from({ length: count }, (_, index) => offerOf(`p${index}`, change(index)));

t.test('the faster, the more reliable, the cheaper and the more credible provider is asked more often', async (t) => {
  const cases: [string, Partial<ChoicePorts>, Partial<Offer>, (pace: Pace) => void][] = [
    [
      'faster',
      {},
      {},
      (pace) => {
        for (let job = 0; job < 30; job++)
          for (const [p, ms] of [
            ['good', 100],
            ['bad', 400],
          ] as const)
            pace.latency.observe(p, 16_000, ms);
      },
    ],
    [
      'more reliable',
      {},
      {},
      (pace) => {
        for (let job = 0; job < 30; job++)
          for (const p of ['good', 'bad']) pace.record.note(p, p === 'good' || job % 4 === 0);
      },
    ],
    ['cheaper', {}, { base_msat: 1_000 }, () => undefined],
    ['more credible', { credibilityOf: (provider) => (provider === 'good' ? 0.99 : 0.2) }, {}, () => undefined],
  ];
  for (const [words, ports, bad, teach] of cases) {
    const { pace, shares } = stage([offerOf('good'), offerOf('bad', bad)], ports);
    teach(pace);
    const counts = await shares(1_000);
    t.ok((counts.get('good') ?? 0) > 700, `${words}: ${counts.get('good')} of 1,000`);
    t.ok((counts.get('bad') ?? 0) >= 1, `and the other one is not forgotten: ${counts.get('bad')}`);
  }
});

t.test('equals share the work', async (t) => {
  const { choice } = stage(many(4));
  const taken = await Promise.all(Array.from({ length: 16 }, () => choice.take(WANTED, never)));
  const counts = new Map<string, number>();
  for (const offer of taken) counts.set(offer?.provider ?? '', (counts.get(offer?.provider ?? '') ?? 0) + 1);
  t.equal(counts.size, 4);
  t.ok(Math.max(...counts.values()) <= 9, `at most ${Math.max(...counts.values())} of 16`);
});

t.test('who has a queue is not asked; whoever waits for room gets it', async (t) => {
  const { choice } = stage([offerOf('one', { concurrency: 1 })]);
  for (let job = 0; job < 4; job++) await choice.take(WANTED, never);
  t.equal(choice.takeNow(WANTED), undefined);
  let got: Offer | undefined;
  void choice.take(WANTED, never).then((offer) => {
    got = offer;
  });
  await settled();
  t.equal(got, undefined);
  choice.release('one', 'answered');
  await settled();
  t.equal(got?.provider, 'one');
});

t.test('a provider paid in advance gets one job at a time, and none that is late elsewhere', async (t) => {
  const { choice } = stage(many(2), { isPrepaid: ({ provider }) => provider === 'p0' });
  const taken = await Promise.all(Array.from({ length: 8 }, () => choice.take(WANTED, never)));
  t.ok(taken.filter((offer) => offer?.provider === 'p0').length <= 1);
  const { choice: other } = stage([offerOf('p0')], { isPrepaid: () => true });
  t.equal(other.takeNow(WANTED), undefined);
});

t.test('who went silent twice is asked only when nobody else is left, who lost our money never', async (t) => {
  const { choice, list } = stage(many(2));
  for (let silence = 0; silence < 2; silence++) {
    await choice.take({ ...WANTED, tried: new Set(['p1']) }, never);
    choice.release('p0', 'silent');
  }
  for (let job = 0; job < 20; job++) {
    t.equal((await choice.take(WANTED, never))?.provider, 'p1');
    choice.release('p1', 'answered');
  }
  list.now = list.now.slice(0, 1);
  t.equal((await choice.take(WANTED, never))?.provider, 'p0');
  choice.release('p0', 'lost');
  t.equal(await choice.take(WANTED, never), undefined);
  t.notOk(choice.fitsAnyBudget(WANTED));
});

t.test('a withdrawn job is no mark against anybody', async (t) => {
  const { choice } = stage(many(1));
  await choice.take(WANTED, never);
  choice.release('p0', 'silent');
  await choice.take(WANTED, never);
  choice.release('p0', 'withdrawn');
  await choice.take(WANTED, never);
  choice.release('p0', 'silent');
  t.equal((await choice.take(WANTED, never))?.provider, 'p0');
});

/** What the old way, looking at everybody, would say. */
function fitting(offers: readonly Offer[], wanted: Wanted): Offer[] {
  return offers.filter(
    (offer) =>
      !wanted.tried.has(offer.provider) &&
      offer.max_input_bytes >= wanted.bytes + JOB_ENVELOPE_BYTES &&
      priceOf(offer, wanted.chars) <= wanted.affordableMsat &&
      (wanted.model === undefined || offer.models.includes(wanted.model)) &&
      wanted.notOfClusters?.has(clusterOf(offer)) !== true,
  );
}

t.test('whatever the swarm, somebody who fits is found where there is one, and nobody else', async (t) => {
  const offer = fc.record({
    base_msat: fc.integer({ min: 0, max: 40 }),
    msat_per_1k_chars: fc.integer({ min: 0, max: 3 }),
    max_input_bytes: fc.constantFrom(10_000, 20_000, 30_000),
    models: fc.subarray(['m', 'n'], { minLength: 1 }),
    operator: fc.constantFrom(undefined, 'x', 'y'),
  });
  const wanted = fc.record({
    chars: fc.integer({ min: 1, max: 20_000 }),
    bytes: fc.integer({ min: 1, max: 22_000 }),
    affordableMsat: fc.integer({ min: 0, max: 60 }).map(msat),
    model: fc.constantFrom(undefined, 'm', 'n', 'o'),
    notOfClusters: fc.constantFrom(undefined, new Set(['x']), new Set(['x', 'y'])),
    tried: fc.subarray(['p0', 'p1', 'p2', 'p3']).map((tried) => new Set(tried)),
  });
  const takes = fc.array(fc.tuple(wanted, fc.integer({ min: 0, max: 120 })), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(offer, { maxLength: 120 }), takes, async (changes, steps) => {
      const offers = changes.map((change, index) => offerOf(`p${index}`, change as Partial<Offer>));
      const { choice, list } = stage(offers);
      for (const [step, gone] of steps) {
        list.now = offers.filter((_, index) => index !== gone);
        const asked = step as Wanted;
        const able = fitting(list.now, asked);
        const chosen = await choice.take(asked, never);
        t.equal(chosen === undefined, able.length === 0);
        if (chosen !== undefined) {
          if (!able.includes(chosen)) return false;
          choice.release(chosen.provider, 'answered');
        }
        const priceless = { ...asked, affordableMsat: msat(Number.MAX_SAFE_INTEGER) };
        if (choice.fitsAnyBudget(asked) !== fitting(list.now, priceless).length > 0) return false;
      }
      return true;
    }),
    { numRuns: 150 },
  );
});

t.test(
  'among a hundred thousand providers a choice looks at a few, and comes back to those that did well',
  async (t) => {
    let looked = 0;
    const offers = many(100_000).map(
      (offer) =>
        new Proxy(offer, {
          get(target, key) {
            if (key === 'max_input_bytes') looked++;
            return target[key as keyof Offer];
          },
        }),
    );
    const { choice, pace } = stage(offers);
    const asked = new Map<string, number>();
    for (let job = 0; job < 2_000; job++) {
      const offer = await choice.take(WANTED, never);
      const provider = offer?.provider ?? '';
      asked.set(provider, (asked.get(provider) ?? 0) + 1);
      pace.ask(provider, WANTED.chars).end('answered');
      choice.release(provider, 'answered');
    }
    t.ok(looked < 2_000 * 60, `${looked / 2_000} looks for each choice`);
    t.ok(asked.size > 20, `${asked.size} providers were asked`);
    t.ok(Math.max(...asked.values()) > 20, `one of them ${Math.max(...asked.values())} times`);
  },
);

t.test('what nobody can be paid for is known without looking at everybody again', async (t) => {
  let looked = 0;
  const offers = many(50_000).map(
    (offer) =>
      new Proxy(offer, {
        get(target, key) {
          if (key === 'base_msat') looked++;
          return target[key as keyof Offer];
        },
      }),
  );
  const { choice } = stage(offers);
  const poor = (index: number) => ({ ...WANTED, bytes: 15_000 + (index % 1_000), affordableMsat: msat(3) });
  for (let job = 0; job < 200; job++) t.equal(await choice.take(poor(job), never), undefined);
  t.ok(looked < 200_000, `${looked} looks`);
});
