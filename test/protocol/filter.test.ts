// NIP-01 filters: matching agrees with nostr-tools, and hostile filters are refused with a reason.
import fc from 'fast-check';
import { matchFilter } from 'nostr-tools/filter';
import t from 'tap';
import { FILTER_VALUES_MAX, type FilterJson, matches, parseFilter } from '../../protocol/filter.ts';

const hexId = (fill: number) => fill.toString(16).repeat(64);
/** Few values, so that filters and events often meet. */
const id = fc.integer({ min: 1, max: 4 }).map(hexId);
const time = fc.integer({ min: 100, max: 104 });
const word = fc.constantFrom('a', 'b', 'é', '', '📦');
const tag = fc.oneof(
  fc.tuple(fc.constantFrom('e', 'p'), id),
  fc.tuple(fc.constantFrom('t', 'd', 'T'), word),
  fc.tuple(fc.constantFrom('t', 'd'), word, word),
  fc.constantFrom(['t'], []),
);
const event = fc.record({
  id,
  pubkey: id,
  created_at: time,
  kind: fc.integer({ min: 0, max: 3 }),
  tags: fc.array(tag, { maxLength: 4 }),
  content: fc.constant(''),
  sig: fc.constant('0'.repeat(128)),
});
const some = <Value>(value: fc.Arbitrary<Value>) => fc.array(value, { maxLength: 3 });
const conditions = fc.record({
  ids: some(id),
  authors: some(id),
  kinds: some(fc.integer({ min: 0, max: 3 })),
  since: time,
  until: time,
  limit: fc.integer({ min: 0, max: 5 }),
  '#e': some(id),
  '#p': some(id),
  '#t': some(word),
  '#d': some(word),
  '#T': some(word),
});
/** At most three conditions: more hardly ever meet an event. */
const filter: fc.Arbitrary<FilterJson> = fc
  .tuple(
    conditions,
    fc.subarray(['ids', 'authors', 'kinds', 'since', 'until', '#e', '#p', '#t', '#d', '#T', 'limit'], { maxLength: 3 }),
  )
  .map(
    ([all, names]) => Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))) as FilterJson,
  );

t.test('a filter matches what nostr-tools matches with it', async (t) => {
  let hits = 0;
  fc.assert(
    fc.property(filter, event, (json, event) => {
      const parsed = parseFilter(json);
      if (typeof parsed === 'string') return t.fail(parsed);
      const expected = matchFilter(json, { ...event, tags: event.tags.map((tag) => [...tag]) });
      if (expected) hits++;
      return matches(parsed, event) === expected;
    }),
    { numRuns: 3_000 },
  );
  t.ok(hits > 100, `the property saw ${hits} matches`);
});

t.test('the empty filter matches everything and an empty list nothing', async (t) => {
  const event = { id: hexId(1), pubkey: hexId(2), created_at: 5, kind: 1, tags: [] };
  const match = (json: FilterJson) => {
    const parsed = parseFilter(json);
    return typeof parsed === 'string' ? parsed : matches(parsed, event);
  };
  t.equal(match({}), true);
  t.equal(match({ ids: [] }), false);
  t.equal(match({ '#t': [] }), false);
  t.equal(match({ since: 5, until: 5 }), true, 'both ends are inside');
  t.equal(match({ limit: 0 }), true, 'limit bounds the stored phase only');
});

t.test('hostile filters are refused with a sentence, unknown keys ignored', async (t) => {
  const upper = 'A'.repeat(64);
  const refused: unknown[] = [
    null,
    [],
    'x',
    { ids: hexId(1) },
    { ids: [upper] },
    { ids: [hexId(1).slice(1)] },
    { authors: [1] },
    { kinds: ['1'] },
    { kinds: [-1] },
    { kinds: [65_536] },
    { kinds: [1.5] },
    { since: -1 },
    { until: '5' },
    { limit: 1.5 },
    { limit: null },
    { '#e': ['short'] },
    { '#t': [1] },
    { ids: Array.from({ length: FILTER_VALUES_MAX + 1 }, () => hexId(1)) },
  ];
  for (const value of refused) t.type(parseFilter(value), 'string', JSON.stringify(value).slice(0, 80));
  t.type(parseFilter({ search: 'words', '#long': 7, '&t': [] }), 'object');
  t.type(parseFilter(JSON.parse('{"__proto__":{"kinds":[1]},"constructor":1}')), 'object');
});

t.test('no JSON value makes the filter parser throw', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      t.ok(['string', 'object'].includes(typeof parseFilter(value)));
    }),
  );
});
