import fc from 'fast-check';
import t, { type Test } from 'tap';
import { ExampleTable } from '../../../ledger/dse/examples.ts';
import { exampleKey } from '../../../ledger/store/keys.ts';
import { put } from '../../../ledger/store/store.ts';
import { encodeValue } from '../../../ledger/store/values.ts';
import type { DseExample } from '../../../protocol/dse/example.ts';
import { madeExample } from '../../support/made-examples.ts';
import { collect, openTestLedger } from '../../support/test-ledger.ts';

async function stage(t: Test) {
  const ledger = await openTestLedger(t);
  return { ledger, table: new ExampleTable(ledger.store) };
}

t.test('examples come back as they were written, in the same order whatever order they came in', async (t) => {
  const { table } = await stage(t);
  const example = fc.record({
    exampleId: fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 20 }).map((id) => id.slice(0, 100)),
    signatureId: fc.constantFrom('@a/b!c.v1', '@a/b.v1', 'x%21'),
    inputJson: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<DseExample['inputJson']>,
  });
  const unique = fc.uniqueArray(example, { selector: ({ exampleId, signatureId }) => `${signatureId} ${exampleId}` });
  await fc.assert(
    fc.asyncProperty(unique, async (shapes) => {
      const examples = shapes.map((shape) => madeExample(1, shape));
      await table.write([...examples].reverse());
      for (const one of examples) t.same(await table.get(one.signatureId, one.exampleId), one);
    }),
    { numRuns: 40 },
  );
  const all = await collect(table.all());
  const paged: DseExample[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page = await table.page({ limit: 7, ...(after === undefined ? {} : { after }) });
    t.ok(page.examples.length <= 7);
    paged.push(...page.examples);
    after = page.next_after;
  }
  t.same(paged, all, 'pages together are the whole');
  for (const signatureId of new Set(all.map((one) => one.signatureId)))
    t.same(
      await collect(table.all(signatureId)),
      all.filter((one) => one.signatureId === signatureId),
    );
});

t.test('a page holds what was asked for, and a cursor of another list is refused', async (t) => {
  const { table } = await stage(t);
  await table.write([
    madeExample(1, { tags: ['seed'] }),
    madeExample(2, { split: 'holdout' }),
    madeExample(3, { review: 'pending' }),
    madeExample(4, { signatureId: 'other' }),
  ]);
  const ids = async (selection: object) =>
    (await table.page({ limit: 50, ...selection })).examples.map(({ exampleId }) => exampleId);
  t.same(await ids({ tag: 'seed' }), ['e1']);
  t.same(await ids({ split: 'holdout' }), ['e2']);
  t.same(await ids({ review: 'pending' }), ['e3']);
  t.same(await ids({ signature: 'other' }), ['e4']);
  const cursor = JSON.stringify(['other', 'e4']);
  await t.rejects(table.page({ limit: 1, signature: 'nobody', after: cursor }), { code: 'request-invalid' });
  for (const after of ['{', '[1,2]', '[]', '"x"'])
    await t.rejects(table.page({ limit: 1, after }), { code: 'request-invalid' }, after);
  t.same(await ids({ after: cursor }), []);
});

t.test('a long page is cut, and goes on where it was cut', async (t) => {
  const { table } = await stage(t);
  const long = 'x'.repeat(900_000);
  await table.write(Array.from({ length: 9 }, (_, at) => madeExample(at, { meta: { long } })));
  const page = await table.page({ limit: 200 });
  t.equal(page.examples.length, 5);
  t.equal((await table.page({ limit: 200, after: page.next_after! })).examples.length, 4);
});

t.test('what is taken away is gone, and a row that is no example is told', async (t) => {
  const { table, ledger } = await stage(t);
  const { signatureId, exampleId } = madeExample(1);
  await table.write([madeExample(1)]);
  await table.remove(signatureId, exampleId);
  t.equal(await table.get(signatureId, exampleId), undefined);
  await ledger.store.write([put(exampleKey(signatureId, exampleId), encodeValue('{}'))], { sync: true });
  await t.rejects(table.get(signatureId, exampleId), { code: 'store-corrupt' });
});
