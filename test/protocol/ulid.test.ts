// Run ids sort by time and are always canonical.
import fc from 'fast-check';
import t from 'tap';
import { isUlid, ulid } from '../../protocol/ulid.ts';

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 16 });

t.test('a later run sorts after an earlier one, whatever the random part', async (t) => {
  fc.assert(
    fc.property(time, time, random, random, (one, other, left, right) => {
      fc.pre(one !== other);
      t.equal(ulid(one, left) < ulid(other, right), one < other);
    }),
  );
});

t.test('within a millisecond the random bytes decide, all 80 bits of them', async (t) => {
  fc.assert(
    fc.property(time, random, random, (at, left, right) => {
      const order = Buffer.compare(left.subarray(0, 10), right.subarray(0, 10));
      t.equal(ulid(at, left) === ulid(at, right), order === 0);
      t.equal(ulid(at, left) < ulid(at, right), order < 0);
    }),
  );
});

t.test('every id made is a whole, canonical ULID; anything else is none', async (t) => {
  t.equal(ulid(0, new Uint8Array(10)), '0'.repeat(26));
  t.equal(ulid(2 ** 48 - 1, new Uint8Array(10).fill(255)), `7${'Z'.repeat(25)}`);
  t.equal(ulid(1_469_918_176_385, new Uint8Array(10)).slice(0, 10), '01ARYZ6S41', 'the example of the specification');
  fc.assert(
    fc.property(time, random, (at, bytes) => {
      t.ok(isUlid(ulid(at, bytes)));
    }),
  );
  const id = ulid(1_700_000_000_000, new Uint8Array(10));
  for (const text of ['', id.toLowerCase(), id.slice(1), `${id}0`, `8${id.slice(1)}`, id.replace('0', 'U'), `${id}\n`])
    t.notOk(isUlid(text), JSON.stringify(text));
});
