// NIP-44: the official vectors, nostr-tools in both directions, and everything that must not open.
import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import * as nip44 from 'nostr-tools/nip44';
import t from 'tap';
import { SEALED_PLAINTEXT_BYTES_64K, SEALED_PLAINTEXT_BYTES_MAX } from '../../protocol/limits.ts';
import { schnorr } from '../../protocol/schnorr.ts';
import { conversationKey, open, paddedBytes, seal, sealedChars } from '../../protocol/seal.ts';
import { readFixture } from '../support/fixtures.ts';

interface Vectors {
  conversation_key: { secret: string; peer: string; key: string }[];
  message_keys: { key: string; nonce: string; chacha_key: string; chacha_nonce: string; hmac_key: string }[];
  padded_bytes: [bytes: number, padded: number][];
  seal: { secrets: [string, string]; key: string; nonce: string; text: string; payload: string }[];
  seal_long: {
    key: string;
    nonce: string;
    pattern: string;
    repeat: number;
    text_sha256: string;
    payload_sha256: string;
  }[];
  conversation_key_refused: { secret: string; peer: string; note: string }[];
  open_refused: { key: string; payload: string; note: string }[];
}

const vectors = readFixture<Vectors>('nip44-vectors.json');
const hex = (text: string) => Buffer.from(text, 'hex');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const publicKeyOf = (secret: string) => Buffer.from(schnorr.publicKey(hex(secret))).toString('hex');
const KEY = hex('8fc262099ce0d0bb9b89bac05bb9e04f9bc0090acc181fef6840ccee470371ed');
const NONCE = hex('326bcb2c943cd6bb717588c9e5a7e738edf6ed14ec5f5344caa6ef56f0b9cff7');
const REFUSED = { code: 'seal-invalid' };

t.test('the fixture holds every official vector', async (t) => {
  t.same(
    Object.values(vectors).map((list) => list.length),
    [35, 32, 24, 10, 3, 8, 12],
  );
});

t.test('two identities share the conversation key of the official vectors', async (t) => {
  for (const { secret, peer, key } of vectors.conversation_key) {
    t.equal(Buffer.from(conversationKey(hex(secret), peer)).toString('hex'), key);
  }
});

t.test('the message keys are those of the official vectors', async (t) => {
  for (const { key, nonce, chacha_key, chacha_nonce, hmac_key } of vectors.message_keys) {
    const raw = Buffer.from(seal(hex(key), 'a', hex(nonce)), 'base64');
    const ciphertext = raw.subarray(33, raw.length - 32);
    const mac = createHmac('sha256', hex(hmac_key)).update(hex(nonce)).update(ciphertext).digest();
    t.same(raw.subarray(raw.length - 32), mac);
    const iv = Buffer.concat([Buffer.alloc(4), hex(chacha_nonce)]);
    const padded = createDecipheriv('chacha20', hex(chacha_key), iv).update(ciphertext);
    t.same(padded, Buffer.concat([Buffer.from([0, 1, 0x61]), Buffer.alloc(31)]));
  }
});

t.test('padding fills the steps of the official vectors', async (t) => {
  for (const [bytes, padded] of vectors.padded_bytes) t.equal(paddedBytes(bytes), padded, `${bytes} bytes`);
});

t.test('texts seal to the official payloads and open from them, from both ends', async (t) => {
  for (const { secrets, key, nonce, text, payload } of vectors.seal) {
    const [first, second] = secrets;
    const forth = conversationKey(hex(first), publicKeyOf(second));
    const back = conversationKey(hex(second), publicKeyOf(first));
    t.equal(Buffer.from(forth).toString('hex'), key);
    t.same(Buffer.from(back), Buffer.from(forth));
    t.equal(seal(forth, text, hex(nonce)), payload);
    t.equal(open(back, payload), text);
  }
});

t.test('the longest texts of the short form seal to the official hashes', async (t) => {
  for (const { key, nonce, pattern, repeat, text_sha256, payload_sha256 } of vectors.seal_long) {
    const text = pattern.repeat(repeat);
    t.equal(sha256(text), text_sha256);
    const payload = seal(hex(key), text, hex(nonce));
    t.equal(sha256(payload), payload_sha256);
    t.equal(open(hex(key), payload), text);
  }
});

t.test('no key is derived from a secret or a point off the curve', async (t) => {
  for (const { secret, peer, note } of vectors.conversation_key_refused) {
    t.throws(() => conversationKey(hex(secret), peer), REFUSED, note);
  }
});

t.test('payloads that the specification refuses do not open', async (t) => {
  for (const { key, payload, note } of vectors.open_refused) t.throws(() => open(hex(key), payload), REFUSED, note);
});

t.test('what we seal nostr-tools opens, and what it seals we open', async (t) => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5_000 }),
  );
  const nonce = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(text, nonce, (text, nonce) => {
      t.equal(nip44.decrypt(seal(KEY, text, nonce), KEY), text);
      t.equal(open(KEY, nip44.encrypt(text, KEY, nonce)), text);
      t.equal(seal(KEY, text, nonce), nip44.encrypt(text, KEY, nonce));
    }),
    { numRuns: 60 },
  );
});

t.test('a payload with any one character changed does not open', async (t) => {
  const payload = seal(KEY, 'the answer is on line 42', NONCE);
  for (let at = 0; at < payload.length; at++) {
    const other = payload[at] === 'A' ? 'B' : 'A';
    t.throws(() => open(KEY, payload.slice(0, at) + other + payload.slice(at + 1)), REFUSED, `character ${at}`);
  }
});

t.test('a payload opens with no other key', async (t) => {
  t.throws(() => open(hex(vectors.seal[0]!.key), seal(KEY, 'secret', NONCE)), {
    ...REFUSED,
    reason: 'the MAC does not match',
  });
});

t.test('a version we do not know, cut payloads and things that are not base64 are refused', async (t) => {
  const payload = seal(KEY, 'x', NONCE);
  const version3 = Buffer.from(payload, 'base64');
  version3[0] = 3;
  const bad = [
    version3.toString('base64'),
    '#',
    '',
    payload.slice(0, -4),
    payload.slice(4),
    `${payload}====`,
    `${payload.slice(0, -1)} `,
    ` ${payload.slice(1)}`,
    payload.replace(/./g, '-'),
    payload.replace(/./g, '=').slice(1),
    'é'.repeat(payload.length),
    'A'.repeat(sealedChars(SEALED_PLAINTEXT_BYTES_MAX) + 4),
  ];
  for (const one of bad) t.throws(() => open(KEY, one), REFUSED, JSON.stringify(one.slice(0, 40)));
});

/** A payload with a sound MAC around any padded bytes: what a hostile peer who shares our key can send. */
function sealedBytes(padded: Buffer): string {
  const first = createHmac('sha256', KEY).update(NONCE).update(Uint8Array.of(1)).digest();
  const second = createHmac('sha256', KEY).update(first).update(NONCE).update(Uint8Array.of(2)).digest();
  const third = createHmac('sha256', KEY).update(second).update(NONCE).update(Uint8Array.of(3)).digest();
  const iv = Buffer.concat([Buffer.alloc(4), second.subarray(0, 12)]);
  const ciphertext = createDecipheriv('chacha20', first, iv).update(padded);
  const macKey = Buffer.concat([second.subarray(12), third.subarray(0, 12)]);
  const mac = createHmac('sha256', macKey).update(NONCE).update(ciphertext).digest();
  return Buffer.concat([Uint8Array.of(2), NONCE, ciphertext, mac]).toString('base64');
}

function padded(prefix: number[], bytes: number): Buffer {
  return Buffer.concat([Buffer.from(prefix), Buffer.alloc(bytes, 0x61)]);
}

t.test('a length prefix that does not fit its padding is refused', async (t) => {
  t.equal(
    open(KEY, sealedBytes(Buffer.concat([Buffer.from([0, 5]), Buffer.from('hello'), Buffer.alloc(27)]))),
    'hello',
  );
  const bad: [why: string, bytes: Buffer][] = [
    ['longer than what there is', padded([0, 33], 32)],
    ['shorter than its padding step', padded([0, 5], 64)],
    ['nothing said', padded([0, 0], 32)],
    ['the long form for a short text', padded([0, 0, 0, 0, 0, 5], 32)],
    ['the long form for 65,535 bytes', padded([0, 0, 0, 0, 0xff, 0xff], 65_536)],
    ['four gigabytes claimed', padded([0, 0, 0xff, 0xff, 0xff, 0xff], 32)],
  ];
  for (const [why, bytes] of bad) t.throws(() => open(KEY, sealedBytes(bytes)), REFUSED, why);
});

t.test('from 65,536 bytes on the length has 32 bits behind two zero bytes', async (t) => {
  for (const bytes of [65_535, 65_536, 65_537, 100_000, 524_288, SEALED_PLAINTEXT_BYTES_MAX]) {
    const text = 'a'.repeat(bytes);
    const payload = seal(KEY, text, NONCE);
    t.equal(payload.length, sealedChars(bytes), `${bytes} bytes take the characters foretold`);
    t.ok(open(KEY, payload) === text, `${bytes} bytes come back`);
  }
  const long = Buffer.alloc(6 + 65_536, 0x61);
  long.writeUInt16BE(0, 0);
  long.writeUInt32BE(65_536, 2);
  t.equal(seal(KEY, 'a'.repeat(65_536), NONCE), sealedBytes(long));
});

t.test('nothing empty and nothing over the limit is sealed', async (t) => {
  t.throws(() => seal(KEY, '', NONCE), REFUSED);
  t.throws(() => seal(KEY, 'a'.repeat(SEALED_PLAINTEXT_BYTES_MAX + 1), NONCE), REFUSED);
});

t.test('the largest text for a 64 KiB relay leaves room for the event around it, the next step does not', async (t) => {
  t.ok(sealedChars(SEALED_PLAINTEXT_BYTES_64K) + 1_500 < 65_536);
  t.ok(sealedChars(SEALED_PLAINTEXT_BYTES_64K + 1) > 65_000);
});
