// Announcements: what a provider says of itself reads back; what is void, foreign or absurd is no offer.
import fc from 'fast-check';
import t from 'tap';
import {
  type Announcement,
  clusterOf,
  encodeAnnouncement,
  parseAnnouncement,
  priceOf,
  serves,
} from '../../protocol/handler.ts';
import { ANNOUNCEMENT_SECONDS } from '../../protocol/limits.ts';
import { RECORDS } from '../../protocol/records.ts';
import { EXTRACTOR } from '../../protocol/signature.ts';
import { seededKeys } from '../support/keys.ts';

const [provider] = seededKeys('provider');
const NOW = 1_700_000_000;
const EXAMPLE: Announcement = {
  v: 1,
  name: 'cellar',
  models: ['extractive'],
  base_msat: 10,
  msat_per_1k_chars: 1,
  max_input_bytes: 40_960,
  concurrency: 4,
};

t.test('an announcement reads back as an offer of its signer until it expires', async (t) => {
  const event = provider!.sign(encodeAnnouncement(EXAMPLE, NOW));
  const offer = { ...EXAMPLE, provider: provider!.publicKey, expiresAt: NOW + ANNOUNCEMENT_SECONDS };
  t.same(parseAnnouncement(event, NOW), offer);
  t.same(parseAnnouncement(event, NOW + ANNOUNCEMENT_SECONDS - 1), offer);
  t.equal(parseAnnouncement(event, NOW + ANNOUNCEMENT_SECONDS), undefined);
});

t.test('what is not one of ours or makes no sense is no offer', async (t) => {
  const good = encodeAnnouncement(EXAMPLE, NOW);
  const content = (change: object) => ({ ...good, content: JSON.stringify({ ...EXAMPLE, ...change }) });
  const bad = [
    { ...good, kind: 30_000 },
    { ...good, tags: good.tags.filter((tag) => tag[0] !== 'd') },
    { ...good, tags: good.tags.filter((tag) => tag[0] !== 'expiration') },
    { ...good, content: '{' },
    { ...good, content: 'null' },
    { ...good, content: `"${'x'.repeat(20_000)}"` },
    content({ v: 2 }),
    content({ models: [] }),
    content({ base_msat: -1 }),
    content({ base_msat: 0.5 }),
    content({ msat_per_1k_chars: 1e15 }),
    content({ max_input_bytes: 1e9 }),
    content({ concurrency: 0 }),
    content({ concurrency: 1e9 }),
    content({ name: 'x'.repeat(129) }),
    content({ operator: 'somebody' }),
    content({ signatures: 'Extractor' }),
    content({ signatures: Array.from({ length: 33 }, () => 'x') }),
    content({ signatures: ['x'.repeat(129)] }),
  ];
  for (const template of bad) t.equal(parseAnnouncement(provider!.sign(template), NOW), undefined, template.content);
});

t.test('who lists no signatures serves quotes alone, who lists some serves those', async (t) => {
  const [extractor, records] = [EXTRACTOR.signatureId, RECORDS.signatureId];
  t.same([serves(EXAMPLE, extractor), serves(EXAMPLE, records)], [true, false]);
  const both = { ...EXAMPLE, signatures: [extractor, records, '@somebody/else/Thing.v1'] };
  t.same([serves(both, extractor), serves(both, records)], [true, true]);
  t.same([serves({ signatures: [records] }, extractor), serves({ signatures: [] }, records)], [false, false]);
  const event = provider!.sign(encodeAnnouncement(both, NOW));
  t.same(parseAnnouncement(event, NOW)?.signatures, both.signatures);
});

t.test('the price is the base and one step per started 1,000 characters', async (t) => {
  t.equal(priceOf(EXAMPLE, 0), 10);
  t.equal(priceOf(EXAMPLE, 1), 11);
  t.equal(priceOf(EXAMPLE, 1_000), 11);
  t.equal(priceOf(EXAMPLE, 1_001), 12);
  t.equal(priceOf(EXAMPLE, 16_000), 26);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 0, max: 1e9 }), (base, step) => {
      const price = { base_msat: base, msat_per_1k_chars: step };
      t.ok(priceOf(price, 2_000) >= priceOf(price, 1_999));
      t.equal(priceOf(price, 5_000) - priceOf(price, 4_000), step);
    }),
  );
});

t.test('providers of one operator are one cluster, and every other is a cluster of its own', async (t) => {
  const [one, two, operator] = seededKeys('one', 'two', 'operator').map(({ publicKey }) => publicKey);
  t.equal(clusterOf({ provider: one!, operator: operator! }), clusterOf({ provider: two!, operator: operator! }));
  t.equal(
    clusterOf({ provider: operator! }),
    clusterOf({ provider: one!, operator: operator! }),
    'the operator itself too',
  );
  t.not(clusterOf({ provider: one! }), clusterOf({ provider: two! }));
});
