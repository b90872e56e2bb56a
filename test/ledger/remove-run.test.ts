import t from 'tap';
import { RunRemover } from '../../ledger/remove-run.ts';
import { ROLLUPS_COUNTED } from '../../ledger/store/keys.ts';
import { put } from '../../ledger/store/store.ts';
import { encodeValue } from '../../ledger/store/values.ts';
import { PylonError } from '../../protocol/errors.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { collect, keysOf, openTestLedger, recordRun } from '../support/test-ledger.ts';
import { outputOf, runIdOf, traceOf } from '../support/traces.ts';

t.test('deleting a run leaves nothing of it, and all that another run names', async (t) => {
  const ledger = await openTestLedger(t);
  await ledger.journal.recount();
  const [first, second] = [await recordRun(ledger, 1, { experiment: 'x' }), await recordRun(ledger, 2, { queries: 1 })];
  await ledger.delete(first);
  t.same(
    (await keysOf(ledger)).filter((key) => key.includes(first)),
    [],
  );
  t.same(await ledger.runs.get(first), undefined);
  await t.rejects(collect(ledger.runs.events(first)), { code: 'run-unknown', value: first });
  t.same(await ledger.runs.blob(sha256Hex(outputOf(0))), Buffer.from(outputOf(0)), 'the second run names it too');
  t.same(await ledger.runs.blob(sha256Hex(outputOf(1))), undefined);
  await ledger.delete(second);
  t.same(await keysOf(ledger), ['a!counted'], 'nor does the leaderboard know of them');
  await t.rejects(ledger.delete(first), { code: 'run-unknown' });
});

t.test('a run going on cannot be deleted', async (t) => {
  const ledger = await openTestLedger(t);
  await ledger.journal.recount();
  await ledger.journal.commit(traceOf({ ends: 'never' }));
  await t.rejects(ledger.delete(runIdOf(1)), { code: 'request-invalid', message: /still goes on.*cancel/ });
});

t.test('a run that somebody adds a note to waits for nobody, and is deleted when that is done', async (t) => {
  const ledger = await openTestLedger(t);
  await ledger.journal.recount();
  const runId = await recordRun(ledger, 1);
  const letGo = ledger.journal.hold(runId);
  await t.rejects(ledger.delete(runId), { code: 'request-invalid' });
  letGo?.();
  await ledger.delete(runId);
  t.ok(ledger.journal.hold(runId), 'and whoever deletes it lets go of it');
});

t.test(
  'a damaged trace is deleted, too; the leaderboard is then counted anew when the store is opened next',
  async (t) => {
    const ledger = await openTestLedger(t);
    await ledger.journal.recount();
    const [runId, other] = [await recordRun(ledger, 1), await recordRun(ledger, 2, { queries: 2 })];
    const [key = ''] = (await keysOf(ledger)).filter((name) => name.startsWith(`e!${runId}!`));
    await ledger.store.write([put(key, encodeValue(traceOf({ runId }).slice(3)))], { sync: false });
    await ledger.delete(runId);
    t.same(
      (await keysOf(ledger)).filter((name) => name.includes(runId) || name === ROLLUPS_COUNTED),
      [],
    );
    await ledger.journal.recount();
    await ledger.delete(other);
    t.same(await keysOf(ledger), [ROLLUPS_COUNTED]);
  },
);

t.test('killed between the run and its counts, what is left is counted anew', async (t) => {
  const ledger = await openTestLedger(t);
  await ledger.journal.recount();
  const [runId] = [await recordRun(ledger, 1), await recordRun(ledger, 2)];
  const killed = { hold: () => () => undefined, keep: () => Promise.reject(new PylonError('store-failed')) };
  await t.rejects(new RunRemover(ledger.store, killed).delete(runId), { code: 'store-failed' });
  t.equal(await ledger.runs.get(runId), undefined);
  t.notOk(ledger.store.has(ROLLUPS_COUNTED), 'so the next one who opens the store counts');
});
