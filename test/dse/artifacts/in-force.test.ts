import t from 'tap';
import { InForce } from '../../../dse/artifacts/in-force.ts';
import type { CompiledArtifact } from '../../../protocol/dse/artifact.ts';
import { type Canary, canaryStartSchema } from '../../../protocol/dse/canary.ts';
import { beginCanary } from '../../../protocol/dse/canary-fold.ts';
import type { PylonError } from '../../../protocol/errors.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { REDUCER } from '../../../protocol/signature.ts';
import { madeArtifact } from '../../support/made-artifacts.ts';

const { signatureId } = REDUCER;
const [A, B] = [madeArtifact({ repairsMax: 0 }), madeArtifact({ repairsMax: 3 })] as const;
const DRIFTED: CompiledArtifact = { ...B, hashes: { ...B.hashes, inputSchema: sha256Hex('once') } };

function inForceOf(current: string, canary?: Canary, artifacts: readonly CompiledArtifact[] = [A, B]) {
  const told: PylonError[] = [];
  const asked = { artifacts: 0 };
  const now = (id: string) => {
    asked.artifacts++;
    return artifacts.find(({ compiled_id }) => compiled_id === id);
  };
  const sources = { pointers: { current: () => current }, canaries: { live: () => canary }, artifacts: { now } };
  return { inForce: new InForce(sources, (error) => told.push(error)), told, asked };
}

function canaryOf(of: CompiledArtifact, controlId: string, rolloutPct = 30): Canary {
  const plan = canaryStartSchema.parse({ signatureId, canary_compiled_id: of.compiled_id, rolloutPct });
  return beginCanary(plan, { canaryId: 'C', controlId, nowMs: 0 });
}

t.test('the artifact in force is what predictions are made with, and is read once', async (t) => {
  t.equal(
    inForceOf('default').inForce.active(signatureId, () => 'k'),
    undefined,
  );
  const { inForce, asked } = inForceOf(A.compiled_id);
  for (let turn = 0; turn < 3; turn++)
    t.same(
      inForce.active(signatureId, () => String(t.fail('nothing need be hashed'))),
      { compiledId: A.compiled_id, params: A.params },
    );
  t.equal(asked.artifacts, 1);
});

t.test('a canary gets its share, always of the same questions, and both arms are marked', async (t) => {
  for (const current of ['default', A.compiled_id]) {
    const { inForce } = inForceOf(current, canaryOf(B, current));
    const arms = Array.from({ length: 2_000 }, (_, key) => inForce.active(signatureId, () => `${key}`)!);
    const canaries = arms.filter(({ canary }) => canary?.arm === 'canary');
    t.ok(Math.abs(canaries.length / 2_000 - 0.3) < 0.04, `${canaries.length}`);
    for (const { compiledId, params, canary } of arms) {
      const isCanary = canary?.arm === 'canary';
      if (compiledId !== (isCanary ? B.compiled_id : current) || canary?.canaryId !== 'C') t.fail(compiledId);
      if (isCanary && params !== B.params) t.fail('other parameters');
    }
    t.same(
      inForce.active(signatureId, () => '7'),
      arms[7],
    );
    t.equal(inForce.active(signatureId)?.canary, undefined, 'without a key nothing is counted');
  }
});

t.test('the next canary gets another share of the questions', async (t) => {
  const arm = (canaryId: string, key: number) =>
    inForceOf('default', { ...canaryOf(B, 'default', 50), canaryId }).inForce.active(signatureId, () => `${key}`)
      ?.canary?.arm;
  const both = Array.from({ length: 200 }, (_, key) => arm('one', key) === arm('two', key)).filter(Boolean);
  t.ok(both.length > 60 && both.length < 140, `${both.length} of 200`);
});

t.test('a canary whose control is not what is used counts nothing', async (t) => {
  const { inForce } = inForceOf(A.compiled_id, canaryOf(B, 'default', 100));
  t.same(
    inForce.active(signatureId, () => 'k'),
    { compiledId: A.compiled_id, params: A.params },
  );
});

t.test('what does not fit the signature any more is not used, and that is said once', async (t) => {
  const { inForce, told } = inForceOf(DRIFTED.compiled_id, undefined, [DRIFTED]);
  for (let turn = 0; turn < 3; turn++)
    t.equal(
      inForce.active(signatureId, () => 'k'),
      undefined,
    );
  t.match(told, [{ code: 'artifact-drifted' }]);
  const missing = inForceOf(A.compiled_id, undefined, []);
  t.equal(missing.inForce.active(signatureId), undefined);
  t.match(missing.told, [{ code: 'artifact-unknown' }]);
  const drifted = inForceOf('default', canaryOf(DRIFTED, 'default', 100), [DRIFTED]);
  t.equal(
    drifted.inForce.active(signatureId, () => 'k'),
    undefined,
  );
});
