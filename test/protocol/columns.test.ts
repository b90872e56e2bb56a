// Columns give back what they were made of, whatever it is, in the form that is shortest.
import fc from 'fast-check';
import t from 'tap';
import { type Cell, fromColumn, toColumn } from '../../protocol/columns.ts';

/** There and back by way of JSON. */
function back(cells: readonly Cell[]): readonly Cell[] {
  return fromColumn(JSON.parse(JSON.stringify(toColumn(cells))), cells.length);
}

const someAbsent = <Value extends Cell>(value: fc.Arbitrary<Value>) =>
  fc
    .tuple(fc.nat(4), fc.array(fc.tuple(fc.nat(3), value), { maxLength: 60 }))
    .map(([share, pairs]) => pairs.map(([dice, value]): Cell => (dice < share ? value : undefined)));

const number = fc.oneof(
  fc.nat(3),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('a', 'b'),
  fc.nat(200).map((n) => `c${n}`),
  fc.tuple(fc.nat(200), fc.nat(2)).map(([n, m]) => `${n}.${m}`),
  fc.constantFrom('007', 'x01', '1'.repeat(40), '12\n3', '-5'),
  fc.nat(9).map((n) => String(n).repeat(64)),
);
const columns = fc.oneof(
  someAbsent(number.map((n) => (n === 0 ? 0 : n))),
  someAbsent(text),
  someAbsent(fc.boolean()),
  someAbsent(fc.record({ code: fc.constantFrom('a', 'b'), message: text })),
);

t.test('whatever is put into a column comes out of it again', async (t) => {
  fc.assert(
    fc.property(columns, (cells) => {
      t.same(back(cells), cells);
    }),
    { numRuns: 400 },
  );
});

t.test('each kind of column is written in the form that suits it', async (t) => {
  const many = (make: (at: number) => Cell) => toColumn(Array.from({ length: 200 }, (_, at) => make(at)));
  const hash = (at: number) => String(1_000 + at).repeat(16);
  t.equal(
    many(() => undefined),
    null,
  );
  t.same(
    many(() => 26),
    { same: 26 },
  );
  t.match(
    many((at) => 1_700_000_000_000 + at * 2 + (at % 2)),
    { rising: [1_700_000_000_000, 3, 1] },
  );
  t.match(
    many((at) => ({ code: `${at % 2}` })),
    { words: [{ code: '0' }, { code: '1' }], at: /^ABABA/ },
  );
  t.match(many(hash), { packed: hash(0) + hash(1), width: 64 });
  t.match(
    many((at) => `c${at}`),
    { heads: { same: 'c' }, numbers: { first: 0, step: 1 }, tails: { same: '' } },
  );
  t.match(
    many((at) => (at % 10 === 0 ? at / 7 : undefined)),
    { there: [0, 10, 10], values: { each: [0] } },
  );
  t.match(
    many((at) => (at % 10 === 0 ? undefined : true)),
    { missing: [0, 10, 10], values: { same: true } },
  );
});
