import fc from 'fast-check';
import t from 'tap';
import { fewShotOf, heldOut, visibleToReader, visibleToSearch } from '../../../dse/examples/visible.ts';
import { REVIEWS, SPLITS } from '../../../protocol/dse/example.ts';
import { LONG_CONTEXT_QA } from '../../../protocol/long-context.ts';
import { madeExample } from '../../support/made-examples.ts';

const MARKER = 'planted-in-holdout';

t.test('a search sees what is approved and not held out, in order, and of the rest nothing', async (t) => {
  const example = fc
    .tuple(fc.integer({ min: 0, max: 50 }), fc.constantFrom(...SPLITS), fc.constantFrom(...REVIEWS))
    .map(([number, split, review]) => {
      const isSecret = split === 'holdout' || review !== 'approved';
      const input = { query: isSecret ? MARKER : `q${number}`, answer: 'a', evidence: [] };
      return madeExample(number, { split, review, inputJson: input, meta: isSecret ? { from: MARKER } : {} });
    });
  fc.assert(
    fc.property(fc.uniqueArray(example, { selector: ({ exampleId }) => exampleId }), (examples) => {
      const { train, dev } = visibleToSearch(examples);
      t.notMatch(JSON.stringify([train, dev, [...train, ...dev].map(fewShotOf)]), MARKER);
      const ids = (all: readonly { exampleId: string }[]) => all.map(({ exampleId }) => exampleId);
      t.same(ids(train), ids(train).sort());
      t.same(ids(dev), ids(dev).sort());
      const approved = examples.filter(({ review }) => review === 'approved').length;
      t.equal(train.length + dev.length + heldOut(examples).length, approved, 'each is on one side');
    }),
  );
});

t.test('an example that only names its files is for readers, not for a search or a gate', async (t) => {
  const files = [{ path: 'a.log', bytes: 5, sha256: 'a'.repeat(64) }];
  const named = { signatureId: LONG_CONTEXT_QA.signatureId, inputJson: { query: 'why?', files } };
  const examples = [madeExample(1, named), madeExample(2, { ...named, split: 'holdout' }), madeExample(3)];
  t.same(
    visibleToSearch(examples).train.map(({ exampleId }) => exampleId),
    ['e3'],
  );
  t.same(heldOut(examples), []);
  t.same(
    visibleToReader(examples).map(({ exampleId }) => exampleId),
    ['e1', 'e3'],
  );
});

t.test('an example is shown with its id, what went in and what is right', async (t) => {
  const [shown] = visibleToSearch([madeExample(3)]).train.map(fewShotOf);
  const { exampleId, inputJson: input, expectedJson: output } = madeExample(3);
  t.same(shown, { exampleId, input, output });
});
