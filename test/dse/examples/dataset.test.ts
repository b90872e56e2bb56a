import fc from 'fast-check';
import t from 'tap';
import { datasetHash, describeDataset } from '../../../dse/examples/dataset.ts';
import { madeExample } from '../../support/made-examples.ts';

const HASH = /^[0-9a-f]{64}$/;

t.test('the hash of a data set does not depend on the order, on tags, or on what does not count', async (t) => {
  const examples = Array.from({ length: 8 }, (_, at) => madeExample(at));
  const hash = datasetHash(examples);
  t.match(hash, HASH);
  fc.assert(fc.property(fc.shuffledSubarray(examples, { minLength: 8 }), (shuffled) => datasetHash(shuffled) === hash));
  t.equal(datasetHash(examples.map((one) => ({ ...one, tags: ['seen'], meta: { judged: 'yes' } }))), hash);
  t.equal(datasetHash([...examples, madeExample(9, { review: 'pending' })]), hash);
});

t.test('whatever is measured changes the hash', async (t) => {
  const examples = Array.from({ length: 3 }, (_, at) => madeExample(at));
  const [first, ...rest] = examples;
  const hashes = [
    examples,
    rest,
    [...rest, { ...first!, split: 'dev' as const }],
    [...rest, { ...first!, inputJson: { query: 'another' } }],
    [...rest, { ...first!, expectedJson: { supported: false, unsupported: ['a'] } }],
    [...rest, { ...first!, exampleId: 'other' }],
    [...rest, { ...first!, review: 'rejected' as const }, madeExample(0, { exampleId: 'z' })],
  ].map(datasetHash);
  t.equal(new Set(hashes).size, hashes.length);
});

t.test('a data set tells its sides and who waits for a word', async (t) => {
  const examples = [
    madeExample(1),
    madeExample(2, { split: 'dev' }),
    madeExample(3, { split: 'holdout' }),
    madeExample(4, { review: 'pending' }),
    madeExample(5, { review: 'rejected', split: 'holdout' }),
  ];
  const told = describeDataset('s', examples);
  t.match(told, { splits: { train: 1, dev: 1, holdout: 1 }, pending: 1, rejected: 1, datasetHash: HASH });
  const more = describeDataset('s', [...examples, madeExample(6)]);
  t.equal(more.holdoutHash, told.holdoutHash, 'more to learn from is the same holdout');
  t.not(more.datasetHash, told.datasetHash);
});
