import t from 'tap';
import { checkFits, unfitness } from '../../../dse/artifacts/fitness.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { REDUCER } from '../../../protocol/signature.ts';
import { madeArtifact } from '../../support/made-artifacts.ts';

const INPUT = { query: 'why?', evidence: [{ n: 1, reference: 'a:1-1', quote: 'rust' }] };

t.test('an artifact for the signature as it is now fits, whatever words it brings', async (t) => {
  const fewShot = [{ exampleId: 'one', input: INPUT, output: { answer: 'Rust [1].', citations: [1] } }];
  for (const params of [{}, { blocks: { task: 'Be brief.' } }, { fewShot }])
    t.equal(unfitness(madeArtifact(params)), undefined);
});

t.test('one that was made for another form of it is refused with both hashes', async (t) => {
  for (const name of ['inputSchema', 'outputSchema', 'promptIr'] as const) {
    const made = madeArtifact();
    const drifted = { ...made, hashes: { ...made.hashes, [name]: sha256Hex('as it was') } };
    t.throws(() => checkFits(drifted), { code: 'artifact-drifted', value: made.compiled_id });
    const { reason } = unfitness(drifted)!;
    t.ok(
      reason.includes(name) && reason.includes(sha256Hex('as it was')) && reason.includes(made.hashes[name]),
      reason,
    );
  }
});

t.test('one of a signature that is not there, or with examples of another form, is refused', async (t) => {
  t.match(unfitness({ ...madeArtifact(), signatureId: 'no.such' }), { code: 'signature-unknown' });
  const bad = [
    { exampleId: 'input', input: { query: 1 }, output: { answer: 'x', citations: [] } },
    { exampleId: 'output', input: INPUT, output: { answer: 7 } },
  ];
  for (const one of bad)
    t.match(unfitness(madeArtifact({ fewShot: [one] }, REDUCER.signatureId)), {
      code: 'artifact-invalid',
      value: one.exampleId,
    });
});
