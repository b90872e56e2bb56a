import t from 'tap';
import { StoredArtifacts } from '../../../ledger/dse/artifacts.ts';
import { artifactKey } from '../../../ledger/store/keys.ts';
import { put } from '../../../ledger/store/store.ts';
import { encodeValue } from '../../../ledger/store/values.ts';
import { readArtifact } from '../../../protocol/dse/artifact.ts';
import { ROUTER } from '../../../protocol/signature.ts';
import { madeArtifact } from '../../support/made-artifacts.ts';
import { openTestLedger } from '../../support/test-ledger.ts';

t.test('what is kept is what is read, at once and by any unique prefix of its name', async (t) => {
  const { store } = await openTestLedger(t);
  const artifacts = new StoredArtifacts(store);
  const made = madeArtifact({ repairsMax: 3, blocks: { task: 'Answer like a sailor. 🐘' } });
  t.equal(artifacts.now(made.compiled_id), undefined);
  t.equal(await artifacts.keep(made), true);
  t.equal(await artifacts.keep(made), false, 'it is there already');
  t.same(artifacts.now(made.compiled_id), made);
  t.same(await artifacts.read(made.compiled_id.slice(0, 9)), made);
  for (const wrong of ['', 'f'.repeat(64), 'no name', `${made.compiled_id}0`])
    await t.rejects(artifacts.read(wrong), { code: 'artifact-unknown' }, wrong);
});

t.test('a prefix of several names is refused with those names', async (t) => {
  const { store } = await openTestLedger(t);
  const artifacts = new StoredArtifacts(store);
  const made = Array.from({ length: 17 }, (_, job) => madeArtifact({}, ROUTER.signatureId, `job ${job}`));
  for (const artifact of made) await artifacts.keep(artifact);
  t.equal((await artifacts.list()).length, 17);
  t.equal((await artifacts.list(ROUTER.signatureId)).length, 17);
  t.same(await artifacts.list('@pylon/rlm/Reducer.v1'), []);
  const first = made.map(({ compiled_id: [digit] }) => digit!);
  const twice = first.find((digit, at) => first.indexOf(digit) !== at)!;
  await t.rejects(artifacts.read(twice), { code: 'artifact-unknown', message: /several begin with this/ });
});

t.test('nobody takes an artifact for what it is not', async (t) => {
  const made = madeArtifact();
  t.same(readArtifact(structuredClone(made)), made);
  for (const [change, reason] of [
    [{ params: { ...made.params, repairsMax: 0 } }, /parameters have another hash/],
    [{ jobHash: 'a'.repeat(64) }, /not the hash of what it holds/],
    [{ compiled_id: 'a'.repeat(64) }, /not the hash of what it holds/],
    [{ more: 1 }, /Unrecognized/],
    [{ version: 2 }, /version/],
  ] as const)
    t.throws(() => readArtifact({ ...made, ...change }), { code: 'artifact-invalid', message: reason });
  t.throws(() => readArtifact(null), { code: 'artifact-invalid' });
  const { store } = await openTestLedger(t);
  const broken = { ...made, params: { ...made.params, repairsMax: 0 } };
  await store.write([put(artifactKey(made.compiled_id), encodeValue(broken))], { sync: false });
  t.throws(() => new StoredArtifacts(store).now(made.compiled_id), { code: 'store-corrupt' });
});
