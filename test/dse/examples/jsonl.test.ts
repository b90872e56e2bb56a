import fc from 'fast-check';
import t from 'tap';
import { exampleLine, readExampleLine } from '../../../dse/examples/jsonl.ts';
import type { DseExample } from '../../../protocol/dse/example.ts';
import { madeExample } from '../../support/made-examples.ts';

const DEFAULTS = { split: 'dev' } as const;

t.test('what is written as a line is read back as the same', async (t) => {
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<DseExample['inputJson']>;
  fc.assert(
    fc.property(
      json,
      json,
      fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
      (inputJson, expectedJson, tag) => {
        const example = madeExample(1, { inputJson, expectedJson, tags: [tag.slice(0, 128)], meta: { inputJson } });
        const line = exampleLine(example);
        t.notMatch(line, '\n');
        t.equal(exampleLine(readExampleLine(line, 1, DEFAULTS)), line);
      },
    ),
  );
});

t.test('a line may leave out what is obvious, and is named by what it asks', async (t) => {
  const line = JSON.stringify({ inputJson: { q: 1 }, expectedJson: 2 });
  const read = readExampleLine(line, 1, { ...DEFAULTS, signatureId: 's' });
  t.match(read, { signatureId: 's', split: 'dev', tags: [], review: 'approved', meta: {}, exampleId: /^import:/ });
  t.same(readExampleLine(` ${line}`, 2, { ...DEFAULTS, signatureId: 's' }), read);
  t.not(readExampleLine(line, 1, { ...DEFAULTS, signatureId: 'other' }).exampleId, read.exampleId);
});

t.test('a line that is no example is refused with its number and what is wrong', async (t) => {
  const cases: [line: string, reason: RegExp][] = [
    ['{', /not JSON/],
    ['[]', /it: /],
    ['{"inputJson":1}', /expectedJson/],
    ['{"inputJson":1,"expectedJson":2}', /--signature/],
    ['{"inputJson":1,"expectedJson":2,"signatureId":"s","split":"test"}', /split/],
    ['{"inputJson":1,"expectedJson":2,"signatureId":"s","extra":1}', /extra/],
  ];
  for (const [line, reason] of cases)
    t.throws(() => readExampleLine(line, 17, DEFAULTS), { code: 'example-invalid', value: 'line 17', reason }, line);
});
