import fc from 'fast-check';
import t from 'tap';
import { RUN_STATUSES } from '../../../protocol/run.ts';
import { RUN_ORDERS, runsQuerySchema } from '../../../protocol/run-list.ts';
import {
  ALL,
  addressOf,
  faultOf,
  type Listing,
  listingOf,
  ORDERS,
  pageOf,
  STATUSES,
  sortedBy,
  wordsOf,
} from '../../../web/runs/filters.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const sats = fc.constantFrom('', '0', '12', '0.026', '1000');
const moment = fc.constantFrom('', '24h', '7d', '2w', '2026-11-24', '2026-11-24T08:00:00Z');
const listing: fc.Arbitrary<Listing> = fc.record({
  text,
  status: fc.constantFrom('', ...STATUSES),
  method: text,
  experiment: text,
  since: moment,
  until: moment,
  costMin: sats,
  costMax: sats,
  sort: fc.constantFrom(...ORDERS),
  order: fc.constantFrom('asc' as const, 'desc' as const),
});

t.test('a listing comes back from its address, and the daemon understands what it is asked', (t) => {
  fc.assert(
    fc.property(listing, (asked) => {
      t.same(listingOf(new URLSearchParams(addressOf(asked))), asked);
      const query = Object.fromEntries(new URL(pageOf(asked, 100, 'next'), 'http://x').searchParams);
      const read = runsQuerySchema.parse(query);
      t.match(read, { sort: asked.sort, order: asked.order, limit: 100, cursor: 'next' });
      t.equal(read.text ?? '', asked.text);
      t.equal(String(read.cost_min_sats ?? ''), asked.costMin);
    }),
  );
  t.equal(addressOf(ALL), '');
  t.end();
});

t.test('what an address says wrongly counts as not said', (t) => {
  const params = new URLSearchParams('status=sad&since=ever&cost_min_sats=-1&cost_max_sats=lots&sort=beauty&order=up');
  t.same(listingOf(params), ALL);
  t.match(faultOf('since', 'yesterday'), /24h/);
  t.match(faultOf('costMin', '1e9'), /sats/);
  t.equal(faultOf('costMin', ''), undefined);
  t.end();
});

t.test('states and orders are those of the daemon', (t) => {
  t.same(STATUSES, RUN_STATUSES);
  t.same(ORDERS, RUN_ORDERS);
  t.end();
});

t.test('another column begins with what is looked for, the same one turns round', (t) => {
  t.match(sortedBy(ALL, 'created'), { sort: 'created', order: 'asc' });
  t.match(sortedBy(ALL, 'cost'), { sort: 'cost', order: 'desc' });
  t.match(sortedBy(ALL, 'query'), { sort: 'query', order: 'asc' });
  t.end();
});

t.test('the filters in use are said', (t) => {
  t.same(wordsOf(ALL), []);
  t.same(wordsOf({ ...ALL, text: 'build', since: '7d', costMax: '5' }), ['“build”', 'since 7d', 'at most 5 sats']);
  t.end();
});
