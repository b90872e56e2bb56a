// BIP-340: both implementations against the official vectors and against each other.
import t from 'tap';
import { nobleSchnorr, schnorr } from '../../protocol/schnorr.ts';
import { readFixture } from '../support/fixtures.ts';
import { seededBytes } from '../support/keys.ts';
import { compareSchnorr } from '../support/schnorr-agreement.ts';

interface Vector {
  secret?: string;
  public_key: string;
  auxiliary?: string;
  hash: string;
  signature: string;
  holds: boolean;
}

const vectors = readFixture<Vector[]>('bip340-vectors.json');
const hex = (text: string) => Buffer.from(text, 'hex');
const noble = await nobleSchnorr();

t.test('the fast implementation is in use', async (t) => {
  t.equal(schnorr.name, 'wasm');
  t.equal(noble.name, 'noble');
});

for (const implementation of [schnorr, noble]) {
  t.test(`${implementation.name} signs and verifies as the official BIP-340 vectors say`, async (t) => {
    for (const [index, vector] of vectors.entries()) {
      const { secret, auxiliary } = vector;
      if (secret !== undefined && auxiliary !== undefined) {
        t.same(Buffer.from(implementation.publicKey(hex(secret))), hex(vector.public_key), `key ${index}`);
        const signature = implementation.sign(hex(vector.hash), hex(secret), hex(auxiliary));
        t.equal(Buffer.from(signature).toString('hex'), vector.signature, `signature ${index}`);
      }
      const holds = implementation.verify(hex(vector.hash), hex(vector.public_key), hex(vector.signature));
      t.equal(holds, vector.holds, `verdict ${index}`);
    }
  });

  t.test(`${implementation.name} refuses secrets that are not on the curve, and never throws in verify`, async (t) => {
    const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
    for (const secret of ['00'.repeat(32), order, 'ff'.repeat(32)]) {
      t.throws(() => implementation.publicKey(hex(secret)), secret);
    }
    for (const fill of [0, 0xff]) {
      t.equal(implementation.verify(Buffer.alloc(32, fill), Buffer.alloc(32, fill), Buffer.alloc(64, fill)), false);
    }
  });
}

t.test('wasm and noble agree on 300 random events: keys, signatures, verdicts, shared secrets', async (t) => {
  t.same(compareSchnorr(schnorr, noble, 300, seededBytes('agree 300')), []);
});

t.test('no number of keys off the curve wears the fast implementation out', async (t) => {
  const [secret, hash, auxiliary] = [1, 2, 3].map((fill) => Buffer.alloc(32, fill)) as [Buffer, Buffer, Buffer];
  const key = schnorr.publicKey(secret);
  const signature = schnorr.sign(hash, secret, auxiliary);
  const off = hex(vectors[5]!.public_key);
  for (let round = 0; round < 5_000; round++) {
    if (schnorr.verify(hash, off, signature)) t.fail('a key off the curve signed');
  }
  for (let round = 0; round < 5_000; round++) {
    try {
      schnorr.sharedX(secret, off);
      t.fail('a secret was shared with nobody');
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  t.ok(schnorr.verify(hash, key, signature));
  t.same(schnorr.sign(hash, secret, auxiliary), signature);
});

t.test('a wrong length verifies nothing and breaks nothing', async (t) => {
  const key = schnorr.publicKey(Buffer.alloc(32, 1));
  for (const bytes of [0, 31, 33, 64, 65]) {
    t.notOk(schnorr.verify(Buffer.alloc(32), Buffer.alloc(bytes, 2), Buffer.alloc(64, 1)), `a key of ${bytes}`);
    t.notOk(schnorr.verify(Buffer.alloc(bytes, 1), key, Buffer.alloc(64, 1)), `a hash of ${bytes}`);
  }
  t.notOk(schnorr.verify(Buffer.alloc(32), key, Buffer.alloc(63, 1)));
});
