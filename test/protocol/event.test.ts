// NIP-01 events: ids and signatures agree with nostr-tools on any text, and nothing malformed gets in.
import fc from 'fast-check';
import * as tools from 'nostr-tools/pure';
import t from 'tap';
import { PylonError } from '../../protocol/errors.ts';
import { eventId, expirationOf, parseEvent, structuralFault, tagValue, verifyEvent } from '../../protocol/event.ts';
import { KeyPair } from '../../protocol/keypair.ts';
import { KIND_MAX, TAGS_MAX } from '../../protocol/limits.ts';
import { seededBytes } from '../support/keys.ts';

const secret = Buffer.alloc(32, 7);
const keys = new KeyPair(secret, seededBytes('events'));

/** Text as hostile as JSON allows: control characters, lone surrogates, line separators, NUL, escapes. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc.constantFrom(
    '\u2028\u2029',
    '\u0000\b\f\n\r\t"\\/',
    '\ud800',
    '\udc00\ud800',
    '\ufeff',
    '👩‍👩‍👧‍👦',
    '𠀀漢字',
    '\u007f\u0080',
  ),
);
const template = fc.record(
  {
    kind: fc.integer({ min: 0, max: KIND_MAX }),
    created_at: fc.integer({ min: 0, max: 2 ** 40 }),
    tags: fc.array(fc.array(text, { maxLength: 4 }), { maxLength: 5 }),
    content: text,
  },
  { noNullPrototype: true },
);

t.test('ids are those of nostr-tools, whatever the text', async (t) => {
  fc.assert(
    fc.property(template, (template) => {
      const event = { ...template, pubkey: keys.publicKey };
      t.equal(eventId(event), tools.getEventHash(event));
    }),
    { numRuns: 500 },
  );
});

t.test('nostr-tools verifies what we sign, and we verify what it signs', async (t) => {
  fc.assert(
    fc.property(template, (template) => {
      const ours = keys.sign(template);
      const copy = JSON.parse(JSON.stringify(ours));
      t.ok(tools.verifyEvent(copy));
      const theirs = JSON.parse(JSON.stringify(tools.finalizeEvent(template, secret)));
      t.ok(verifyEvent(parseEvent(theirs)));
    }),
    { numRuns: 25 },
  );
});

t.test('an event with anything changed after signing does not verify', async (t) => {
  const event = keys.sign({ kind: 1, created_at: 1_700_000_000, tags: [['t', 'x']], content: 'hello' });
  const other = new KeyPair(Buffer.alloc(32, 8), seededBytes('other'));
  t.equal(verifyEvent(event), event);
  const changes = [
    { content: 'hello ' },
    { kind: 2 },
    { created_at: 1_700_000_001 },
    { tags: [['t', 'y']] },
    { tags: [] },
    { pubkey: other.publicKey },
    { sig: other.sign(event).sig },
    { sig: '0'.repeat(128) },
    { id: '0'.repeat(64) },
  ];
  for (const change of changes) {
    t.equal(verifyEvent({ ...event, ...change }), undefined, `${Object.keys(change)}`);
    const twin = { ...event, ...change };
    if ('id' in change) continue;
    t.equal(verifyEvent({ ...twin, id: eventId(twin) }), undefined, `${Object.keys(change)} with its id made to fit`);
  }
});

t.test('every malformed event is refused with what is wrong', async (t) => {
  const event = keys.sign({ kind: 1, created_at: 1, tags: [['t', 'x']], content: '' });
  t.equal(structuralFault(event), undefined);
  const long = Array.from({ length: TAGS_MAX + 1 }, () => ['t']);
  const faults: [value: unknown, says: RegExp][] = [
    [undefined, /object/],
    [null, /object/],
    [[], /object/],
    ['{}', /object/],
    [{}, /id/],
    [{ ...event, id: event.id.toUpperCase() }, /^id/],
    [{ ...event, id: `${event.id}\n` }, /^id/],
    [{ ...event, pubkey: 7 }, /^pubkey/],
    [{ ...event, sig: event.sig.slice(1) }, /^sig/],
    [{ ...event, created_at: 1.5 }, /created_at/],
    [{ ...event, created_at: -1 }, /created_at/],
    [{ ...event, created_at: '1' }, /created_at/],
    [{ ...event, created_at: 2 ** 60 }, /created_at/],
    [{ ...event, kind: KIND_MAX + 1 }, /kind/],
    [{ ...event, kind: -1 }, /kind/],
    [{ ...event, kind: 1.5 }, /kind/],
    [{ ...event, tags: {} }, /tags/],
    [{ ...event, tags: ['t'] }, /tags/],
    [{ ...event, tags: [['t', 1]] }, /tags/],
    [{ ...event, tags: [['t', null]] }, /tags/],
    [{ ...event, tags: long }, /tags/],
    [{ ...event, content: null }, /content/],
  ];
  for (const [value, says] of faults) {
    t.match(structuralFault(value), says);
    t.throws(() => parseEvent(value), { code: 'event-invalid' });
  }
});

t.test('no JSON value at all makes the structural check throw', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      t.type(structuralFault(value), 'string');
    }),
  );
});

t.test('expirations are read when they are a unix time and ignored when they are nonsense', async (t) => {
  t.equal(expirationOf({ tags: [['expiration', '1700000000']] }), 1_700_000_000);
  for (const nonsense of ['', '-1', '1e9', ' 1', '0x10', '1.5', '9'.repeat(16), 'soon'])
    t.equal(expirationOf({ tags: [['expiration', nonsense]] }), undefined, nonsense);
  t.equal(expirationOf({ tags: [['expiration']] }), undefined);
  t.equal(tagValue({ tags: [['e'], ['e', 'second']] }, 'e'), undefined, 'the first tag of a name decides');
});

t.test('a key pair refuses secrets and peers that are none, and never shows the secret', async (t) => {
  t.throws(() => new KeyPair(Buffer.alloc(32), seededBytes('x')), { code: 'identity-invalid' });
  t.throws(() => new KeyPair(Buffer.alloc(32, 0xff), seededBytes('x')), { code: 'identity-invalid' });
  t.throws(() => keys.sealFor('npub1', 'text'), { code: 'seal-invalid' });
  t.throws(() => keys.sealFor('f'.repeat(64), 'text'), { code: 'seal-invalid' });
  const shown = JSON.stringify(keys) + String(keys);
  t.notMatch(shown, /0707/);
  try {
    keys.sealFor('f'.repeat(64), 'text');
  } catch (error) {
    t.ok(error instanceof PylonError && !`${error.message}${error.stack}`.includes('0707'));
  }
});

t.test('two key pairs open what the other sealed, a third does not', async (t) => {
  const [peer, third] = [8, 9].map((fill) => new KeyPair(Buffer.alloc(32, fill), seededBytes(`peer ${fill}`)));
  const sealed = keys.sealFor(peer!.publicKey, 'for you');
  t.equal(peer!.openFrom(keys.publicKey, sealed), 'for you');
  t.equal(keys.openFrom(peer!.publicKey, sealed), 'for you');
  t.throws(() => third!.openFrom(keys.publicKey, sealed), { code: 'seal-invalid' });
  t.not(keys.sealFor(peer!.publicKey, 'for you'), sealed, 'a nonce is used once');
});
