// Canonical JSON: equal data has one spelling, different data another.
import fc from 'fast-check';
import t from 'tap';
import { canonicalHash, canonicalJson } from '../../protocol/canonical.ts';
import { NESTING_MAX } from '../../protocol/limits.ts';

/** The same data with every object's keys in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

t.test('the order of keys does not matter, and what is written reads back the same', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      t.equal(canonicalJson(reversed(value)), text);
      t.equal(canonicalJson(JSON.parse(text)), text);
      t.equal(canonicalHash(reversed(value)), canonicalHash(value));
    }),
  );
});

t.test('different data has different spellings', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const plain = (value: unknown) => JSON.stringify(reversed(reversed(value)));
      if (canonicalJson(one) === canonicalJson(other)) t.same(JSON.parse(plain(one)), JSON.parse(plain(other)));
    }),
  );
  t.not(canonicalHash({ errors: 1606 }), canonicalHash({ errors: 1605 }));
  t.not(canonicalHash({ a: '1' }), canonicalHash({ a: 1 }));
});

t.test('keys sort by UTF-16 code units and undefined members vanish (RFC 8785)', async (t) => {
  t.equal(
    canonicalJson({ '\u20ac': 1, '\r': 2, '1': 3, '😂': 4, '\ufb33': 5 }),
    '{"\\r":2,"1":3,"€":1,"😂":4,"\ufb33":5}',
  );
  t.equal(canonicalJson({ b: undefined, a: [undefined, null] }), '{"a":[null,null]}');
  t.equal(canonicalJson({ n: [1e21, 1e-7, -0, 0.1] }), '{"n":[1e+21,1e-7,0,0.1]}');
});

t.test('what is nested too deep is refused before the stack ends', async (t) => {
  const nest = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  t.equal(canonicalJson(nest(NESTING_MAX)), '['.repeat(NESTING_MAX) + ']'.repeat(NESTING_MAX));
  t.throws(() => canonicalJson(nest(100_000)), { code: 'result-invalid' });
});
