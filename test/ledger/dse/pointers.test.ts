import fc from 'fast-check';
import t from 'tap';
import { StoredArtifacts } from '../../../ledger/dse/artifacts.ts';
import { CanaryControl } from '../../../ledger/dse/canary-control.ts';
import { Pointers } from '../../../ledger/dse/pointers.ts';
import { pointerKey } from '../../../ledger/store/keys.ts';
import { EMPTY, put } from '../../../ledger/store/store.ts';
import type { CompiledArtifact } from '../../../protocol/dse/artifact.ts';
import { canaryStartSchema } from '../../../protocol/dse/canary.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { REDUCER } from '../../../protocol/signature.ts';
import { madeArtifact } from '../../support/made-artifacts.ts';
import { collect, keysOf, openTestLedger, type TestLedger } from '../../support/test-ledger.ts';

const { signatureId } = REDUCER;
const [A, B, C] = ['a', 'b', 'c'].map((job) => madeArtifact({}, signatureId, job)) as [
  CompiledArtifact,
  CompiledArtifact,
  CompiledArtifact,
];

async function openPointers(ledger: TestLedger) {
  const artifacts = new StoredArtifacts(ledger.store);
  for (const artifact of [A, B, C]) await artifacts.keep(artifact);
  const pointers = await Pointers.open(ledger.store, ledger.journal);
  const promote = ({ compiled_id }: { compiled_id: string }, expected = pointers.current(signatureId)) =>
    pointers.promote({ signatureId, compiled_id, expected, promotionId: 'P', reason: 'better', atMs: 5 }, []);
  const rollback = (to?: string) =>
    pointers.rollback({ signatureId, reason: 'worse', atMs: 6, ...(to === undefined ? {} : { to }) });
  return { pointers, promote, rollback, current: () => pointers.current(signatureId) };
}

t.test('a promotion is in force once it is stored, and still there for who opens the store next', async (t) => {
  const ledger = await openTestLedger(t);
  const { pointers, promote, current } = await openPointers(ledger);
  t.equal(current(), 'default');
  const row = await promote(A);
  t.match(row, { revision: 0, action: 'promote', compiled_id: A.compiled_id, previous: 'default', promotionId: 'P' });
  t.equal(current(), A.compiled_id);
  t.match(await promote(B), { revision: 1, previous: A.compiled_id });
  const again = await Pointers.open(ledger.store, ledger.journal);
  t.equal(again.current(signatureId), B.compiled_id);
  t.same(again.history(signatureId), pointers.history(signatureId));
  t.same(
    pointers.history(signatureId).map(({ revision }) => revision),
    [1, 0],
  );
  t.same(again.signatures(), [signatureId]);
});

t.test('a rollback is one row and takes back the latest promotion that was not taken back', async (t) => {
  const ledger = await openTestLedger(t);
  const { promote, rollback, current } = await openPointers(ledger);
  for (const artifact of [A, B, C]) await promote(artifact);
  const before = await keysOf(ledger);
  t.match(await rollback(), {
    action: 'rollback',
    compiled_id: B.compiled_id,
    previous: C.compiled_id,
    promotionId: null,
  });
  t.same(
    (await keysOf(ledger)).filter((key) => !before.includes(key)),
    [pointerKey(signatureId, 3)],
  );
  t.match(await rollback(), { compiled_id: A.compiled_id });
  await promote(C);
  t.match(await rollback(), { compiled_id: A.compiled_id });
  t.match(await rollback(), { compiled_id: 'default' });
  t.equal(current(), 'default');
  await t.rejects(rollback(), { code: 'rollback-impossible' });
});

t.test('it goes back to any that was in force before, and to no other', async (t) => {
  const { promote, rollback, current } = await openPointers(await openTestLedger(t));
  for (const artifact of [A, B]) await promote(artifact);
  for (const wrong of [B.compiled_id, C.compiled_id, 'nonsense'])
    await t.rejects(rollback(wrong), { code: 'rollback-impossible' }, wrong);
  await rollback('default');
  t.equal(current(), 'default');
  await t.rejects(rollback(A.compiled_id), { code: 'rollback-impossible' }, 'what was taken back is not before it');
});

t.test('what rollbacks do is what a stack of promotions does', async () => {
  const step = fc.constantFrom<CompiledArtifact | 'back'>(A, B, C, 'back');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const rows: [string, Uint8Array][] = [];
      const store = { rows: async function* () {}, has: () => true };
      const journal = { keep: async () => void rows.push(['', EMPTY]), canaries: { controlMoved: () => undefined } };
      const pointers = await Pointers.open(store as never, journal as never);
      const stack = ['default'];
      for (const one of steps) {
        const base = { signatureId, reason: '', atMs: 0 };
        if (one !== 'back') {
          const expected = pointers.current(signatureId);
          await pointers.promote({ ...base, compiled_id: one.compiled_id, expected, promotionId: 'P' }, []);
          stack.push(one.compiled_id);
        } else if (stack.length > 1) {
          await pointers.rollback(base);
          stack.pop();
        }
        if (pointers.current(signatureId) !== stack.at(-1)) return false;
      }
      return rows.length === pointers.history(signatureId).length;
    }),
    { numRuns: 300 },
  );
});

t.test('a decision about something that is not in force any more is refused, and nothing is written', async (t) => {
  const ledger = await openTestLedger(t);
  const { promote, current } = await openPointers(ledger);
  const [first, second] = await Promise.allSettled([promote(A, 'default'), promote(B, 'default')]);
  t.same([first.status, second.status], ['fulfilled', 'rejected']);
  t.match(second, { reason: { code: 'pointer-moved', value: A.compiled_id } });
  t.equal(current(), A.compiled_id);
  const before = await keysOf(ledger);
  await t.rejects(promote({ compiled_id: 'f'.repeat(64) }), { code: 'artifact-unknown' });
  t.same(await keysOf(ledger), before);
});

t.test('the evidence of a promotion is in the same batch, and without it there is none', async (t) => {
  const ledger = await openTestLedger(t);
  const { pointers } = await openPointers(ledger);
  const batches: string[][] = [];
  const write = ledger.store.write.bind(ledger.store);
  let fails = false;
  ledger.store.write = async (rows, options) => {
    batches.push(rows.map(({ key }) => key));
    t.ok(options.sync);
    if (fails) throw new PylonError('store-failed');
    await write(rows, options);
  };
  const move = { signatureId, compiled_id: A.compiled_id, promotionId: 'P', reason: '', atMs: 1 };
  await pointers.promote({ ...move, expected: 'default' }, [put('dg!P', EMPTY)]);
  t.same(batches, [[pointerKey(signatureId, 0), 'dg!P']]);
  fails = true;
  await t.rejects(pointers.rollback({ signatureId, reason: '', atMs: 2 }), { code: 'store-failed' });
  t.equal(pointers.current(signatureId), A.compiled_id, 'what is not stored is not in force');
  fails = false;
  await pointers.rollback({ signatureId, reason: '', atMs: 3 });
  t.equal(pointers.current(signatureId), 'default');
});

t.test('a canary is over in the batch that moves its control, and its history says why', async (t) => {
  const ledger = await openTestLedger(t);
  const { promote, rollback } = await openPointers(ledger);
  const control = new CanaryControl(ledger.store, ledger.journal);
  const start = (artifact: CompiledArtifact, id: string, inForce: string) =>
    control.start(canaryStartSchema.parse({ signatureId, canary_compiled_id: artifact.compiled_id }), inForce, id, 1);
  await start(A, '01ARZ3NDEKTSV4RRFFQ69G5FA1', 'default');
  await promote(A);
  t.match(await control.list(), [{ status: 'stopped', endedAtMs: 5, reason: 'it was promoted' }]);
  await start(B, '01ARZ3NDEKTSV4RRFFQ69G5FA2', A.compiled_id);
  await rollback();
  t.match(await control.read('01ARZ3NDEKTSV4RRFFQ69G5FA2'), { status: 'stopped', reason: /default came into force/ });
  const actions = async (id: string) => (await control.history(id)).map(({ action }) => action);
  t.same(await actions('01ARZ3NDEKTSV4RRFFQ69G5FA1'), ['start', 'promote']);
  t.same(await actions('01ARZ3NDEKTSV4RRFFQ69G5FA2'), ['start', 'stop']);
  t.same(await collect(ledger.store.keys({ gte: 'dy!l!', lt: 'dy!l~' })), [], 'none is live');
});

t.test('a row that is none is told when the store is opened', async (t) => {
  const ledger = await openTestLedger(t);
  await ledger.store.write([put(pointerKey(signatureId, 0), EMPTY)], { sync: false });
  await t.rejects(Pointers.open(ledger.store, ledger.journal), { code: 'store-corrupt' });
});
