import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { type Subscription, SubscriptionIndex, valuesOf } from '../../../node/relay/subscriptions.ts';
import { type Filter, type FilterJson, type Matchable, matches, parseFilter } from '../../../protocol/filter.ts';

const hex = (digit: string) => digit.repeat(64);
const HEX = ['a', 'b', 'c'].map(hex);

function filter(json: FilterJson): Filter {
  const parsed = parseFilter(json);
  if (typeof parsed === 'string') throw new TypeError(parsed);
  return parsed;
}

function event(changes: Partial<Matchable> = {}): Matchable {
  return { id: hex('a'), pubkey: hex('b'), created_at: 100, kind: 1, tags: [], ...changes };
}

const some = <T>(...values: T[]) => fc.subarray(values);
const filters = fc.record(
  {
    ids: some(...HEX),
    authors: some(...HEX),
    kinds: some(1, 2, 3),
    '#e': some(...HEX),
    '#p': some(...HEX),
    '#t': some('', 'x', 'y'),
    since: fc.integer({ min: 98, max: 102 }),
    until: fc.integer({ min: 98, max: 102 }),
  },
  { requiredKeys: [] },
);
const events = fc.record({
  id: fc.constantFrom(...HEX),
  pubkey: fc.constantFrom(...HEX),
  kind: fc.constantFrom(1, 2, 3, 4),
  created_at: fc.integer({ min: 98, max: 102 }),
  tags: fc.array(
    fc.oneof(
      fc.tuple(fc.constantFrom('e', 'p'), fc.constantFrom(...HEX)),
      fc.tuple(fc.constant('t'), fc.constantFrom('', 'x', 'z')),
      fc.constant(['t']),
      fc.constant([]),
    ),
  ),
});

t.test('the index finds exactly the subscriptions that trying every filter finds', async () => {
  const open = fc.array(fc.array(filters, { minLength: 1, maxLength: 3 }), { maxLength: 12 });
  fc.assert(
    fc.property(open, fc.array(events, { maxLength: 8 }), fc.func(fc.boolean()), (requests, arriving, isRemoved) => {
      const index = new SubscriptionIndex<Subscription>();
      const subscriptions = requests.map((list, n) => ({
        id: String(n),
        filters: list.map((json) => filter(json as FilterJson)),
      }));
      for (const subscription of subscriptions) index.add(subscription);
      const kept = subscriptions.filter(({ id }) => !isRemoved(id));
      for (const subscription of subscriptions) if (isRemoved(subscription.id)) index.remove(subscription);
      deepEqual(index.size, kept.length);
      for (const one of arriving) {
        const expected = kept.filter((subscription) => subscription.filters.some((wanted) => matches(wanted, one)));
        deepEqual([...index.matching(one)].map(({ id }) => id).sort(), expected.map(({ id }) => id).sort());
      }
    }),
    { numRuns: 300 },
  );
});

t.test('an event looks only at filters that could match, however many are open', async (t) => {
  let looked = 0;
  const index = new SubscriptionIndex<Subscription>();
  for (let n = 0; n < 1_000; n += 1) {
    const mine = filter({ kinds: [6940], '#p': [n.toString(16).padStart(64, '0')] });
    const watched: Filter = {
      tags: mine.tags,
      get kinds() {
        looked += 1;
        return mine.kinds!;
      },
    };
    index.add({ id: String(n), filters: [watched] });
  }
  const wanted = index.matching(event({ kind: 6940, tags: [['p', (7).toString(16).padStart(64, '0')]] }));
  t.same(
    [...wanted].map(({ id }) => id),
    ['7'],
  );
  t.ok(looked < 10, `${looked} looks`);
});

t.test('a removed subscription leaves nothing behind', async (t) => {
  const index = new SubscriptionIndex<Subscription>();
  const one = { id: 'one', filters: [filter({ kinds: [1, 2] }), filter({})] };
  index.add(one);
  index.remove(one);
  index.remove(one);
  t.equal(index.size, 0);
  t.equal(index.matching(event()).size, 0);
});

t.test('the values of filters are counted over all their lists', async (t) => {
  t.equal(valuesOf([filter({ kinds: [1, 2], '#p': [hex('a')] }), filter({ ids: HEX, authors: HEX }), filter({})]), 9);
});
