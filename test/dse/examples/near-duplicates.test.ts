import fc from 'fast-check';
import t from 'tap';
import { groupsOf } from '../../../dse/examples/near-duplicates.ts';
import type { DseExample } from '../../../protocol/dse/example.ts';

type Input = DseExample['inputJson'];

const words = (from: number, count: number) => Array.from({ length: count }, (_, at) => `word${from + at}`).join(' ');

t.test('what differs by a word in a long text, by case or by spaces asks nearly the same', async (t) => {
  const text = words(0, 120);
  const inputs: Input[] = [
    { query: 'Why did the pump fail?', text },
    { query: 'why did  the PUMP fail', text: text.replace('word60', 'other') },
    { query: 'Why did the pump fail?', text: words(500, 120) },
    { query: 'Which door was left open last night?', text },
  ];
  t.same(groupsOf(inputs), [0, 0, 2, 3], 'another text, and another question about the same text, are others');
});

t.test('a short template that is filled in otherwise is another question', async (t) => {
  const query = (n: number) =>
    `How many of the ${n} users in the records below asked about billing in March of that year?`;
  t.same(groupsOf([query(3), query(4), query(3)]), [0, 1, 0]);
});

t.test('likeness is handed on: what is like one that is like another belongs to both', async (t) => {
  const base = words(0, 60).split(' ');
  const changed = (places: readonly number[]) =>
    base.map((word, at) => (places.includes(at) ? `x${at}` : word)).join(' ');
  const inputs = [changed([]), changed([10, 30]), changed([10, 30, 50, 20])];
  t.same(groupsOf(inputs), [0, 0, 0]);
  t.same(groupsOf([inputs[0]!, inputs[2]!]), [0, 1], 'these two alone are too far apart');
});

t.test('inputs of any form are grouped, each with itself at least, whatever their order', async (t) => {
  const input = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Input>;
  fc.assert(
    fc.property(fc.array(input, { maxLength: 12 }), (inputs) => {
      const groups = groupsOf(inputs);
      const twice = groupsOf([...inputs, ...inputs]);
      inputs.forEach((_, at) => {
        t.equal(groups[groups[at]!], groups[at]);
        t.equal(twice[at], twice[at + inputs.length], 'an input is a near duplicate of itself');
      });
      const backwards = groupsOf([...inputs].reverse());
      const last = inputs.length - 1;
      for (let one = 0; one < inputs.length; one++)
        for (let other = 0; other < inputs.length; other++)
          t.equal(backwards[last - one] === backwards[last - other], groups[one] === groups[other]);
    }),
    { numRuns: 60 },
  );
});

t.test('two thousand inputs with one text in common are grouped in time, and so are equal ones', async (t) => {
  const text = words(0, 400);
  const many = Array.from({ length: 2_000 }, (_, at) => ({ query: words(at * 10, 8), text }));
  t.equal(new Set(groupsOf(many)).size, 2_000);
  t.equal(new Set(groupsOf(many.map(() => many[0]!))).size, 1);
});
