import t from 'tap';
import type { ActiveParams } from '../../../conductor/predict/options.ts';
import { catalogueEntry } from '../../../conductor/signatures/catalogue.ts';
import { CanaryControl } from '../../../ledger/dse/canary-control.ts';
import { RunJournal } from '../../../ledger/journal.ts';
import { Receipts } from '../../../ledger/receipts.ts';
import { canaryKey } from '../../../ledger/store/keys.ts';
import { type CanaryPlan, canaryStartSchema } from '../../../protocol/dse/canary.ts';
import type { CanaryArm } from '../../../protocol/dse/e-process.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { MadeRun, type Making, ORDINARY } from '../../support/made-receipts.ts';
import { promptTimer } from '../../support/prompt-timer.ts';
import { keysOf, openTestLedger } from '../../support/test-ledger.ts';

const { signature: signatureId } = ORDINARY;
const CANARY_ID = '01ARZ3NDEKTSV4RRFFQ69G5FA1';
const COMPILED_ID = sha256Hex('a canary');
const { defaults: params } = catalogueEntry(signatureId)!;

const planOf = (plan: Partial<CanaryPlan> = {}) =>
  canaryStartSchema.parse({ signatureId, canary_compiled_id: COMPILED_ID, ...plan });

async function open(t: Parameters<typeof openTestLedger>[0], plan: Partial<CanaryPlan> = {}) {
  const ledger = await openTestLedger(t);
  const control = new CanaryControl(ledger.store, ledger.journal);
  await control.start(planOf(plan), 'default', CANARY_ID, 1);
  return { ledger, control, read: () => control.read(CANARY_ID) };
}

/** A prediction that this arm of the canary made. */
function by(arm: CanaryArm, made: Partial<Making> = {}): Making {
  const active: ActiveParams = {
    compiledId: arm === 'canary' ? COMPILED_ID : 'default',
    params,
    canary: { canaryId: CANARY_ID, arm },
  };
  return { ...ORDINARY, active, ...made };
}

const FAILED = { kind: 'failed', message: 'no' } as const;

t.test('both arms are counted from their receipts, in the batch that stores them', async (t) => {
  const { ledger, read } = await open(t);
  const run = await new MadeRun(ledger.journal, 1).begin();
  const batches: string[][] = [];
  const write = ledger.store.write.bind(ledger.store);
  ledger.store.write = (rows, options) => {
    batches.push(rows.map(({ key }) => key));
    return write(rows, options);
  };
  await run.predict(by('control'));
  await run.predict(by('canary', FAILED));
  await run.predict(by('canary', { kind: 'partial', limit: 0 }));
  await run.predict({ ...ORDINARY, kind: 'failed', message: 'of nobody' });
  const canary = await read();
  t.match(canary.control, { receipts: 1, errors: 0, troubles: 0 });
  t.match(canary.canary, { receipts: 2, errors: 2, troubles: 1 });
  for (const batch of batches) {
    const receipts = batch.filter((key) => key.startsWith('rc!')).length;
    t.ok(batch.includes(canaryKey(CANARY_ID)) || receipts === 1, 'the last one counts for nobody');
    t.equal(receipts, 1);
  }
  t.equal(batches.filter((batch) => batch.includes(canaryKey(CANARY_ID))).length, 3);
});

t.test('what is counted is what the receipts say, whoever counts them again', async (t) => {
  const { ledger, read } = await open(t, { minSamples: 1_000 });
  const run = await new MadeRun(ledger.journal, 1).begin();
  for (let n = 0; n < 60; n++) await run.predict(by(n % 3 === 0 ? 'canary' : 'control', n % 7 === 0 ? FAILED : {}));
  await run.end();
  const counted = { control: [0, 0], canary: [0, 0] };
  const receipts = new Receipts(ledger.store);
  for (const { receiptId } of (await receipts.list({ signature: signatureId, limit: 200 })).receipts) {
    const { canary, result } = await receipts.read(receiptId);
    const counts = counted[canary!.arm];
    counts[0]!++;
    if (result.kind !== 'done') counts[1]!++;
  }
  const { control, canary } = await read();
  t.same(counted, { control: [control.receipts, control.errors], canary: [canary.receipts, canary.errors] });
  t.same(control.receipts + canary.receipts, 60);
});

t.test('it stops by itself, in the batch of the receipt that says so, and its history tells all of it', async (t) => {
  const { ledger, control, read } = await open(t);
  const run = await new MadeRun(ledger.journal, 1).begin();
  let predictions = 0;
  while (ledger.journal.canaries.live(signatureId) !== undefined && predictions < 400) {
    await run.predict(by(predictions % 4 === 0 ? 'canary' : 'control', predictions % 4 === 0 ? FAILED : {}));
    predictions++;
  }
  const canary = await read();
  t.match(canary, { status: 'auto_stopped', reason: /more errors/ });
  t.ok(canary.canary.receipts < 20, `${canary.canary.receipts}`);
  const rows = await control.history(CANARY_ID);
  t.equal(rows.length, canary.historyRows);
  t.same(
    rows.map(({ seq }) => seq),
    [...rows.keys()],
  );
  t.same([rows[0]!.action, rows.at(-1)!.action], ['start', 'auto_stop']);
  t.equal(rows.at(-1)!.receiptId, run.receipts.at(-1)!.receiptId);
  t.equal(rows.at(-1)!.logE, canary.errors.logE);
  await run.predict(by('canary', FAILED));
  t.same(await read(), canary, 'what comes after its end is not counted');
  await t.rejects(control.stop(signatureId, '', 9), { code: 'canary-unknown' });
});

t.test('a withdrawn prediction says nothing about anybody', async (t) => {
  const { ledger, read } = await open(t);
  const run = await new MadeRun(ledger.journal, 1).begin();
  for (const code of ['interrupted', 'job-cancelled'] as const) {
    const draft = run.draft(by('canary'));
    await draft.finish({ kind: 'failed', error: new PylonError(code) }).stored;
  }
  t.equal((await read()).canary.receipts, 0);
});

t.test('runs of others are not counted, nor our own when they come back', async (t) => {
  const { ledger, read } = await open(t);
  const told: TraceEvent[] = [];
  const elsewhere = {
    commit: async (events: readonly TraceEvent[]) => void told.push(...events),
    keepBlob: () => undefined,
  };
  const run = await new MadeRun(elsewhere, 7).begin();
  await run.predict(by('canary', FAILED));
  await run.end();
  await ledger.taker.take(told);
  t.equal((await read()).canary.receipts, 0);
});

t.test('another process goes on counting where this one was', async (t) => {
  const { ledger, control } = await open(t);
  const run = await new MadeRun(ledger.journal, 1).begin();
  await run.predict(by('canary'));
  const next = new RunJournal(ledger.store, promptTimer, ledger.book);
  t.match(next.canaries.live(signatureId), { canaryId: CANARY_ID, canary: { receipts: 1 } });
  const later = await new MadeRun(next, 2).begin();
  await later.predict(by('canary'));
  t.match(await control.read(CANARY_ID.slice(0, 20)), { canary: { receipts: 2 }, historyRows: 3 });
});

t.test('what could not be stored was not counted, and the canary goes on from what is', async (t) => {
  const { ledger, read } = await open(t);
  const failing = async (work: () => Promise<unknown>) => {
    const write = ledger.store.write.bind(ledger.store);
    ledger.store.write = () => Promise.reject(new PylonError('store-failed'));
    await t.rejects(work(), { code: 'store-failed' });
    ledger.store.write = write;
  };
  const run = await new MadeRun(ledger.journal, 1).begin();
  await run.predict(by('canary'));
  const before = await read();
  const lost = new MadeRun(ledger.journal, 2);
  await lost.begin();
  await failing(() => lost.predict(by('canary', FAILED)));
  t.same(await read(), before);
  t.same(ledger.journal.canaries.live(signatureId), before);
  await failing(() => new CanaryControl(ledger.store, ledger.journal).stop(signatureId, 'enough', 3));
  t.equal(ledger.journal.canaries.live(signatureId)?.status, 'running');
  const after = await new MadeRun(ledger.journal, 3).begin();
  await after.predict(by('control'));
  t.match(await read(), { control: { receipts: 1 }, canary: { receipts: 1 } });
});

t.test('one runs for a signature at a time, against something else, and is stopped once', async (t) => {
  const { ledger, control } = await open(t);
  const start = (id: string, controlId = 'default', of = signatureId) =>
    control.start({ ...planOf(), signatureId: of }, controlId, id, 2);
  await t.rejects(start('01ARZ3NDEKTSV4RRFFQ69G5FA2'), { code: 'canary-running', value: CANARY_ID });
  await t.rejects(start('01ARZ3NDEKTSV4RRFFQ69G5FA3', COMPILED_ID, '@pylon/rlm/Router.v1'), {
    code: 'canary-pointless',
  });
  await start('01ARZ3NDEKTSV4RRFFQ69G5FA4', 'default', '@pylon/rlm/Router.v1');
  t.equal((await control.list()).length, 2);
  t.match(await control.list(signatureId), [{ canaryId: CANARY_ID }]);
  t.match(await control.stop(signatureId, 'enough', 9), { status: 'stopped', endedAtMs: 9, reason: 'enough' });
  await t.rejects(control.stop(signatureId, '', 10), { code: 'canary-unknown' });
  await start('01ARZ3NDEKTSV4RRFFQ69G5FA5');
  t.match((await control.list())[0], { canaryId: '01ARZ3NDEKTSV4RRFFQ69G5FA5', status: 'running' });
  await t.rejects(control.read('01ARZ3NDEKTSV4RRFFQ69G5FA'), { code: 'canary-unknown' });
  await t.rejects(control.read('nonsense'), { code: 'canary-unknown' });
  t.ok((await keysOf(ledger)).some((key) => key.startsWith('dy!h!')));
});

t.test('what somebody thinks of an output is counted once, and enough of it stops the canary', async (t) => {
  const { control, read } = await open(t);
  const say = (n: number, arm: CanaryArm, isBad: boolean) =>
    control.judge(signatureId, { canaryId: CANARY_ID, arm, receiptId: `R${n}`, isBad }, n);
  await Promise.all([say(0, 'canary', true), say(0, 'canary', true), say(0, 'canary', false)]);
  t.match(await read(), { canary: { judged: 1, bad: 1 }, control: { judged: 0 } });
  let n = 1;
  for (; (await read()).status === 'running' && n < 200; n++)
    await say(n, n % 2 === 0 ? 'canary' : 'control', n % 2 === 0);
  t.match(await read(), { status: 'auto_stopped', reason: /found bad/ });
  await t.rejects(say(n, 'canary', true), { code: 'canary-unknown' });
});

t.test('a long history has a row for each of the first receipts, and less and less after them', async (t) => {
  const { ledger, control, read } = await open(t, { minSamples: 100_000, margin: 0.001 });
  const run = await new MadeRun(ledger.journal, 1).begin();
  await Promise.all(Array.from({ length: 1_500 }, () => run.predict(by('canary', { tookMs: 0 }))));
  t.equal((await read()).canary.receipts, 1_500);
  const updates = (await control.history(CANARY_ID)).filter(({ action }) => action === 'update');
  t.ok(updates.length > 400 && updates.length < 800, `${updates.length}`);
});
