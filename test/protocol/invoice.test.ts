import { createHash } from 'node:crypto';
import bolt11 from 'bolt11';
import fc from 'fast-check';
import t from 'tap';
import { PylonError } from '../../protocol/errors.ts';
import { checkInvoice, decodeInvoice, encodeInvoice, type InvoiceParts } from '../../protocol/invoice.ts';
import { msat } from '../../protocol/money.ts';
import { NETWORKS } from '../../protocol/wallet/network.ts';

const KEY = Buffer.alloc(32, 7);
const PAYEE = '02989c0b76cb563971fdc9bef31ec06c3560f3249d6ee9e5d83c57625596e05f6f';
const NOW = 1_800_000_000;
const PARTS: InvoiceParts = {
  network: 'regtest',
  amountMsat: msat(21_000),
  paymentHash: 'ab'.repeat(32),
  paymentSecret: 'cd'.repeat(32),
  description: 'half an answer',
  createdAt: NOW,
  expirySeconds: 600,
};
const INVOICE = encodeInvoice(PARTS, KEY);
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
/** A 256-bit amount of BOLT11 fits no number; ours end at 2^53-1, and all bitcoin there is at 2.1e18 msat. */
const amount = fc
  .oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))
  .map(msat);
const anyParts = fc.record({
  network: fc.constantFrom(...NETWORKS),
  amountMsat: amount,
  paymentHash: hex,
  paymentSecret: hex,
  description: fc.string({ unit: 'grapheme', maxLength: 40 }),
  createdAt: fc.integer({ min: 1, max: 2 ** 34 }),
  expirySeconds: fc.integer({ min: 1, max: 31_536_000 }),
});

t.test('what is made is read again, to the msat, on each network', async (t) => {
  fc.assert(
    fc.property(anyParts, (parts) => {
      const { paymentSecret: _unseen, expirySeconds, ...rest } = parts;
      const { text, ...read } = decodeInvoice(encodeInvoice(parts, KEY));
      return t.same(read, { ...rest, payee: PAYEE, expiresAt: parts.createdAt + expirySeconds }) && text.length > 0;
    }),
    { numRuns: 200 },
  );
});

t.test('one msat is one msat', async (t) => {
  for (const amount of [1, 2, 9, 999, 1_001, 123_456_789, Number.MAX_SAFE_INTEGER])
    t.equal(decodeInvoice(encodeInvoice({ ...PARTS, amountMsat: msat(amount) }, KEY)).amountMsat, amount);
});

t.test('an invoice without an amount says so', async (t) => {
  const { amountMsat: _none, ...open } = PARTS;
  t.equal(decodeInvoice(encodeInvoice(open, KEY)).amountMsat, undefined);
});

t.test('the payment secret is in it, and the feature that says so', async (t) => {
  const { payment_secret, feature_bits } = bolt11.decode(INVOICE).tagsObject;
  t.equal(payment_secret, PARTS.paymentSecret);
  t.match(feature_bits, { payment_secret: { supported: true }, var_onion_optin: { supported: true } });
});

t.test('the first example of BOLT11 is read, in upper case and as a link too', async (t) => {
  const example =
    'lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls087fxdwk8qakdyafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql';
  for (const text of [
    example,
    example.toUpperCase(),
    `lightning:${example}`,
    ` LIGHTNING:${example.toUpperCase()}\n`,
  ]) {
    const read = decodeInvoice(text);
    t.equal(read.text, example);
    t.match(read, {
      network: 'mainnet',
      amountMsat: undefined,
      payee: '03e7156ae33b0a208d0744199163177e909e80176e55d97a2f221ede0f934dd9ad',
      paymentHash: '0001020304050607080900010203040506070809000102030405060708090102',
      createdAt: 1_496_314_658,
      expiresAt: 1_496_314_658 + 3_600,
      description: 'Please consider supporting this project',
    });
  }
});

t.test('an invoice with any one character changed is refused', async () => {
  const at = fc.integer({ min: 0, max: INVOICE.length - 1 });
  fc.assert(
    fc.property(at, fc.constantFrom(...BECH32, '1', 'b', 'i', 'o', '!', 'é', 'A'), (at, character) => {
      if (INVOICE[at] === character) return true;
      return isRefused(`${INVOICE.slice(0, at)}${character}${INVOICE.slice(at + 1)}`);
    }),
    { numRuns: 2_000 },
  );
});

t.test('an invoice cut short, doubled or turned about is refused', async () => {
  const at = fc.integer({ min: 0, max: INVOICE.length - 1 });
  fc.assert(
    fc.property(at, at, (one, other) => {
      const moved = `${INVOICE.slice(0, one)}${INVOICE.slice(one + 1)}${INVOICE[other]}`;
      return (
        isRefused(INVOICE.slice(0, one)) && (moved === INVOICE || isRefused(moved)) && isRefused(INVOICE + INVOICE)
      );
    }),
    { numRuns: 500 },
  );
});

function isRefused(text: string): boolean {
  try {
    decodeInvoice(text);
    return false;
  } catch (thrown) {
    return thrown instanceof PylonError && thrown.code === 'invoice-invalid';
  }
}

/** Signed by us, so that only the field itself can be what is refused. */
function oddInvoice(change: {
  tags?: { tagName: string; data: string | number | object }[];
  millisatoshis?: string;
}): string {
  const coin = { bech32: 'bcrt', pubKeyHash: 0x6f, scriptHash: 0xc4, validWitnessVersions: [0, 1] };
  const hash = { tagName: 'payment_hash', data: PARTS.paymentHash };
  const description = { tagName: 'description', data: '' };
  const { tags = [], millisatoshis = '1' } = change;
  const made = bolt11.encode({
    network: coin,
    timestamp: NOW,
    millisatoshis,
    tags: [hash, description, ...tags] as never,
  });
  return bolt11.sign(made, KEY).paymentRequest ?? '';
}

t.test('what is sound BOLT11 and yet cannot be paid safely is refused', async (t) => {
  t.equal(decodeInvoice(oddInvoice({})).amountMsat, 1, 'the bare form is fine');
  const lasting = oddInvoice({ tags: [{ tagName: 'expire_time', data: 2 ** 42 }] });
  t.equal(decodeInvoice(lasting).expiresAt, 253_402_300_799, 'for ever is until the year 9999');
  t.throws(() => decodeInvoice(oddInvoice({ millisatoshis: '9007199254740993' })), { message: /impossible amount/ });
  t.throws(() => decodeInvoice(oddInvoice({ tags: [{ tagName: 'payment_hash', data: 'ef'.repeat(32) }] })), {
    message: /more than one payment hash/,
  });
  const required = { word_length: 8, extra_bits: { start_bit: 20, bits: [true] } };
  t.throws(() => decodeInvoice(oddInvoice({ tags: [{ tagName: 'feature_bits', data: required }] })), {
    message: /a feature that is not known/,
  });
  t.throws(() => decodeInvoice('lnsb1pvjluez'), { message: /known network/ });
  t.throws(() => decodeInvoice('l'.repeat(5_000)), { message: /too long/ });
});

t.test('what cannot be an invoice is not made', async (t) => {
  for (const change of [
    { amountMsat: msat(0) },
    { paymentHash: 'ab' },
    { paymentSecret: '' },
    { description: 'é'.repeat(320) },
    { expirySeconds: 2 ** 60 },
  ])
    t.throws(
      () => encodeInvoice({ ...PARTS, ...change }, KEY),
      { code: 'invoice-invalid' },
      Object.keys(change).join(),
    );
  t.throws(() => encodeInvoice(PARTS, Buffer.alloc(32)), { code: 'invoice-invalid' }, 'a key that is none');
});

const OWED = { amountMsat: msat(21_000), network: 'regtest', nowSeconds: NOW, secondsLeftMin: 60 } as const;

t.test('an invoice for exactly what is owed passes', async (t) => {
  const invoice = decodeInvoice(INVOICE);
  t.doesNotThrow(() => checkInvoice(invoice, OWED));
  t.doesNotThrow(() => checkInvoice(invoice, { ...OWED, nowSeconds: NOW + 540 }), 'to the last second');
});

t.test('any other amount, by one msat, is refused', async (t) => {
  const others = amount.filter((other) => other !== OWED.amountMsat);
  fc.assert(
    fc.property(fc.oneof(others, fc.constantFrom(msat(20_999), msat(21_001))), (other) => {
      const invoice = decodeInvoice(encodeInvoice({ ...PARTS, amountMsat: other }, KEY));
      const says = new RegExp(`for ${other} msat, but 21000 msat are owed`);
      return t.throws(() => checkInvoice(invoice, OWED), { code: 'invoice-refused', message: says }) !== false;
    }),
    { numRuns: 100 },
  );
  const { amountMsat: _none, ...open } = PARTS;
  const invoice = decodeInvoice(encodeInvoice(open, KEY));
  t.throws(() => checkInvoice(invoice, OWED), { code: 'invoice-refused', message: /names no amount/ });
});

t.test('any other network is refused', async (t) => {
  for (const network of NETWORKS) {
    const invoice = decodeInvoice(encodeInvoice({ ...PARTS, network }, KEY));
    for (const other of NETWORKS) {
      if (other === network) t.doesNotThrow(() => checkInvoice(invoice, { ...OWED, network: other }));
      else
        t.throws(() => checkInvoice(invoice, { ...OWED, network: other }), {
          code: 'invoice-refused',
          message: network,
        });
    }
  }
});

t.test('an invoice that is over, or will be before it is paid, is refused', async (t) => {
  const invoice = decodeInvoice(INVOICE);
  const at = (seconds: number) => () => checkInvoice(invoice, { ...OWED, nowSeconds: NOW + seconds });
  t.throws(at(541), { code: 'invoice-expired', message: /holds for 59 s only/ });
  t.throws(at(600), { code: 'invoice-expired', message: /expired 0 s ago/ });
  t.throws(at(700), { code: 'invoice-expired', message: /expired 100 s ago/ });
});

t.test('the hash in an invoice is that of its preimage', async (t) => {
  const preimage = Buffer.alloc(32, 1);
  const paymentHash = createHash('sha256').update(preimage).digest('hex');
  t.equal(decodeInvoice(encodeInvoice({ ...PARTS, paymentHash }, KEY)).paymentHash, paymentHash);
});
