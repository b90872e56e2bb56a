import t, { type Test } from 'tap';
import { Examples } from '../../../dse/examples/desk.ts';
import { ExampleTable } from '../../../ledger/dse/examples.ts';
import { madeExample } from '../../support/made-examples.ts';
import { openTestLedger } from '../../support/test-ledger.ts';

const { signatureId } = madeExample(1);

async function stage(t: Test) {
  const { store } = await openTestLedger(t);
  return new Examples(new ExampleTable(store), () => 1_000);
}

t.test('keeping the same twice changes nothing, and another of its id takes its place', async (t) => {
  const examples = await stage(t);
  t.match(await examples.keep([madeExample(1), madeExample(2)]), { added: 2, changed: 0, unchanged: 0, moved: [] });
  t.match(await examples.keep([madeExample(1), madeExample(2, { tags: ['x'] })]), {
    added: 0,
    changed: 1,
    unchanged: 1,
  });
  t.same((await examples.get(signatureId, 'e2')).tags, ['x']);
  t.match(await examples.addNew([madeExample(2), madeExample(3)]), { added: 1, changed: 0, unchanged: 0 });
  t.same((await examples.get(signatureId, 'e2')).tags, ['x'], 'what is there stays as it is');
});

t.test('of several, all are kept or none', async (t) => {
  const examples = await stage(t);
  await t.rejects(examples.keep([madeExample(1), madeExample(2, { expectedJson: 1 })]), { code: 'example-invalid' });
  await t.rejects(examples.keep([madeExample(1), madeExample(2, { signatureId: 'no' })]), {
    code: 'signature-unknown',
  });
  t.same((await examples.list({ limit: 9 })).examples, []);
  await t.rejects(examples.get(signatureId, 'e1'), { code: 'example-unknown', value: 'e1' });
  await t.rejects(examples.datasets('no'), { code: 'signature-unknown' });
  t.match(await examples.datasets(signatureId), [{ signatureId, splits: { train: 0 } }]);
});

t.test('another split takes along what asks nearly the same', async (t) => {
  const examples = await stage(t);
  await examples.keep([madeExample(1), madeExample(1, { exampleId: 'twin' }), madeExample(2)]);
  t.equal((await examples.edit(signatureId, 'e1', { split: 'holdout' })).split, 'holdout');
  t.equal((await examples.get(signatureId, 'twin')).split, 'holdout');
  t.equal((await examples.get(signatureId, 'e2')).split, 'train');
  const asked = madeExample(1).inputJson;
  t.equal((await examples.edit(signatureId, 'e2', { inputJson: asked })).split, 'holdout', 'it asks the same now');
  await t.rejects(examples.edit(signatureId, 'e2', { expectedJson: 1 }), { code: 'example-invalid' });
  await t.rejects(examples.edit(signatureId, 'no', {}), { code: 'example-unknown' });
});

t.test('a person approves, corrects or rejects, and it is told when and why', async (t) => {
  const examples = await stage(t);
  await examples.keep([1, 2, 3].map((number) => madeExample(number, { review: 'pending', meta: { from: 'x' } })));
  const judged = (verdict: string) => ({ from: 'x', judged: { verdict, atMs: 1_000 } });
  t.match(await examples.label({ signatureId, exampleId: 'e1', verdict: 'approve' }), {
    review: 'approved',
    meta: judged('approve'),
  });
  const right = { supported: false, unsupported: ['a1'] };
  t.match(await examples.label({ signatureId, exampleId: 'e2', verdict: 'correct', expectedJson: right }), {
    review: 'approved',
    expectedJson: right,
    meta: judged('correct'),
  });
  t.match(await examples.label({ signatureId, exampleId: 'e3', verdict: 'reject', note: 'no' }), {
    review: 'rejected',
    meta: { judged: { note: 'no' } },
  });
  const wrong = { signatureId, exampleId: 'e3', verdict: 'correct' as const, expectedJson: 5 };
  await t.rejects(examples.label(wrong), { code: 'example-invalid' });
  t.same((await examples.list({ review: 'pending', limit: 9 })).examples, []);
  t.match(await examples.datasets(), [{ signatureId, splits: { train: 2 }, rejected: 1 }]);
});

t.test('changes at the same time do not undo each other', async (t) => {
  const examples = await stage(t);
  await examples.keep([madeExample(1)]);
  await Promise.all([
    examples.edit(signatureId, 'e1', { tags: ['a'] }),
    examples.edit(signatureId, 'e1', { split: 'dev' }),
    examples.keep([madeExample(1, { exampleId: 'twin' })]),
    examples.label({ signatureId, exampleId: 'e1', verdict: 'reject' }),
  ]);
  t.match(await examples.get(signatureId, 'e1'), { tags: ['a'], split: 'dev', review: 'rejected' });
  t.equal((await examples.get(signatureId, 'twin')).split, 'dev');
  await examples.remove(signatureId, 'e1');
  await t.rejects(examples.remove(signatureId, 'e1'), { code: 'example-unknown' });
});
