import t from 'tap';
import { checkExample } from '../../../dse/examples/check.ts';
import { EXAMPLE_BYTES_MAX } from '../../../protocol/dse/example.ts';
import { LONG_CONTEXT_QA } from '../../../protocol/long-context.ts';
import { madeExample } from '../../support/made-examples.ts';

t.test('an example has the input and the output of its signature', async (t) => {
  checkExample(madeExample(1));
  const invalid = { code: 'example-invalid', value: 'e1' };
  t.throws(() => checkExample(madeExample(1, { signatureId: 'Poet.v1' })), { code: 'signature-unknown' });
  t.throws(() => checkExample(madeExample(1, { inputJson: { query: 1 } })), { ...invalid, reason: /inputJson\.query/ });
  t.throws(() => checkExample(madeExample(1, { expectedJson: [] })), { ...invalid, reason: /expectedJson/ });
  t.throws(() => checkExample(madeExample(1, { exampleId: '\ud800' })), { code: 'example-invalid', reason: /half/ });
  const long = 'x'.repeat(EXAMPLE_BYTES_MAX);
  t.throws(() => checkExample(madeExample(1, { meta: { long } })), { ...invalid, reason: /bytes/ });
  const deep = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`);
  t.throws(() => checkExample(madeExample(1, { meta: { deep } })), { ...invalid, reason: /deep/ });
});

t.test('a question may name its files where they are too long to stand in it', async (t) => {
  const files = [{ path: 'a.log', bytes: 5, sha256: 'a'.repeat(64) }];
  const expectedJson = { answer: 'so [1]', evidence: [{ n: 1, quote: 'so', reference: 'a.log:1' }] };
  const named = madeExample(1, {
    signatureId: LONG_CONTEXT_QA.signatureId,
    inputJson: { query: 'why?', files },
    expectedJson,
  });
  checkExample(named);
  t.throws(() => checkExample({ ...named, inputJson: { query: 'why?', files: [] } }), { code: 'example-invalid' });
  t.throws(() => checkExample({ ...named, inputJson: { query: 'why?', files, text: 'x', evidence: [] } }), {
    code: 'example-invalid',
  });
});
