import fc from 'fast-check';
import t from 'tap';
import { groupsOf } from '../../../dse/examples/near-duplicates.ts';
import { dealt, kinOf, together } from '../../../dse/examples/split.ts';
import type { DseExample, Split } from '../../../protocol/dse/example.ts';
import { madeExample } from '../../support/made-examples.ts';

const many = (count: number) => Array.from({ length: count }, (_, at) => madeExample(at));
const countOf = (examples: readonly DseExample[], split: Split) =>
  examples.filter((example) => example.split === split).length;

t.test('examples are dealt out by the seed alone, three tenths to holdout and to dev', async (t) => {
  const examples = many(200);
  const once = dealt(examples, 7);
  t.same([countOf(once, 'train'), countOf(once, 'dev'), countOf(once, 'holdout')], [80, 60, 60]);
  const splitOf = (all: readonly DseExample[]) => new Map(all.map(({ exampleId, split }) => [exampleId, split]));
  t.same(splitOf(dealt([...examples].reverse(), 7)), splitOf(once), 'in whatever order they come');
  t.notSame(splitOf(dealt(examples, 8)), splitOf(once));
});

t.test('near duplicates are dealt to one side', async (t) => {
  const examples = many(60).flatMap((example) => [example, { ...example, exampleId: `${example.exampleId}-again` }]);
  const sides = new Map(dealt(examples, 1).map(({ exampleId, split }) => [exampleId, split]));
  for (const { exampleId } of many(60)) t.equal(sides.get(exampleId), sides.get(`${exampleId}-again`));
});

t.test('what comes in goes to the side of what is there', async (t) => {
  const there = [madeExample(1, { split: 'holdout' })];
  const incoming = [madeExample(1, { exampleId: 'new', split: 'train' }), madeExample(2, { split: 'dev' })];
  const { examples, moved } = together(there, incoming);
  t.same(
    examples.map(({ exampleId, split }) => [exampleId, split]),
    [
      ['new', 'holdout'],
      ['e2', 'dev'],
    ],
  );
  t.same(moved, [{ exampleId: 'new', split: 'holdout', besides: 'e1' }]);
});

t.test('where two sides meet, what was held out goes to those that were seen, never the other way', async (t) => {
  const text = (changed: readonly number[]) => ({
    query: Array.from({ length: 60 }, (_, at) => (changed.includes(at) ? `x${at}` : `w${at}`)).join(' '),
    answer: 'yes it is so',
    evidence: [],
  });
  const there = [
    madeExample(1, { split: 'train', inputJson: text([]) }),
    madeExample(2, { split: 'holdout', inputJson: text([10, 20, 30, 40]) }),
  ];
  t.same(together(there, []).moved, [], 'apart they stay where they are');
  const { examples, moved } = together(there, [madeExample(3, { split: 'dev', inputJson: text([10, 20]) })]);
  t.same(new Set(examples.map(({ exampleId, split }) => `${exampleId} ${split}`)), new Set(['e2 train', 'e3 train']));
  t.equal(moved.length, 2);
});

t.test('whatever comes in, near duplicates end on one side, and nothing that was seen is held out', async (t) => {
  const example = fc.record({
    id: fc.integer({ min: 0, max: 30 }),
    asks: fc.integer({ min: 0, max: 6 }),
    split: fc.constantFrom<Split>('train', 'dev', 'holdout'),
  });
  fc.assert(
    fc.property(fc.array(fc.array(example, { maxLength: 6 }), { maxLength: 6 }), (batches) => {
      let store = new Map<string, DseExample>();
      for (const batch of batches) {
        const incoming = new Map(
          batch.map(({ id, asks, split }) => [
            `e${id}`,
            madeExample(id, { split, inputJson: madeExample(asks).inputJson }),
          ]),
        );
        const there = [...store.values()].filter(({ exampleId }) => !incoming.has(exampleId));
        const { examples } = together(there, [...incoming.values()]);
        for (const moved of examples)
          if (!incoming.has(moved.exampleId) && moved.split === 'holdout')
            t.equal(store.get(moved.exampleId)?.split, 'holdout');
        store = new Map([...store, ...examples.map((one) => [one.exampleId, one] as const)]);
      }
      const all = [...store.values()];
      const groups = groupsOf(all.map(({ inputJson }) => inputJson));
      groups.forEach((first, at) => {
        t.equal(all[at]!.split, all[first]!.split);
      });
    }),
  );
});

t.test('the kin of an example is what asks nearly the same', async (t) => {
  const twin = madeExample(1, { exampleId: 'twin' });
  t.same(
    kinOf(madeExample(1), [...many(4), twin]).map(({ exampleId }) => exampleId),
    ['e1', 'twin'],
  );
});
