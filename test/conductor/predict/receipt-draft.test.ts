import fc from 'fast-check';
import t from 'tap';
import { canonicalHash, canonicalJson } from '../../../protocol/canonical.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { ARTIFACT_BYTES_MAX } from '../../../protocol/limits.ts';
import { RECEIPT_SPANS_MAX, receiptSchema } from '../../../protocol/receipt.ts';
import { traceEventSchema } from '../../../protocol/trace.ts';
import { isUlid } from '../../../protocol/ulid.ts';
import { MadeRun, making, ORDINARY } from '../../support/made-receipts.ts';
import { RecordingJournal } from '../../support/recording-journal.ts';

t.test('whatever a prediction comes to, its receipt is one, and the event names it by the hash of its bytes', (t) =>
  fc
    .assert(
      fc.asyncProperty(fc.array(making, { minLength: 1, maxLength: 4 }), async (all) => {
        const journal = new RecordingJournal();
        const run = await new MadeRun(journal).begin();
        for (const made of all) await run.predict(made);
        for (const event of journal.of('Predict')) {
          traceEventSchema.parse(event);
          const text = journal.blobs.get(event.receipt_hash!)!;
          if (sha256Hex(text) !== event.receipt_hash) throw new RangeError('the hash is of other bytes');
          const receipt = receiptSchema.parse(JSON.parse(text));
          if (canonicalJson(receipt) !== text) throw new RangeError('reading it loses something');
          if (receipt.receiptId !== event.receipt_id || !isUlid(receipt.receiptId)) throw new RangeError('another id');
          if ((event.error === undefined) !== (receipt.result.kind === 'done')) throw new RangeError('another result');
          if (text.length > ARTIFACT_BYTES_MAX / 4) throw new RangeError('too large to be imported again');
        }
      }),
      { numRuns: 60 },
    )
    .then(() => t.end()),
);

t.test(
  'equal predictions have equal hashes, whatever the order of their members; another word gives another',
  async (t) => {
    const run = await new MadeRun(new RecordingJournal()).begin();
    const one = await run.predict({ ...ORDINARY, input: { a: 1, b: [2, { c: 3, d: 4 }] } });
    const same = await run.predict({ ...ORDINARY, input: { b: [2, { d: 4, c: 3 }], a: 1 } });
    t.same(same.hashes, one.hashes);
    t.not(same.receiptId, one.receiptId);
    for (const other of [{ input: 'x' }, { output: 'x' }, { prompt: 'x' }, { signature: '@pylon/rlm/Router.v1' }])
      t.notSame((await run.predict({ ...ORDINARY, ...other })).hashes, one.hashes);
    t.equal(one.hashes.input, canonicalHash({ b: [2, { d: 4, c: 3 }], a: 1 }));
    t.equal(one.hashes.renderedPrompt, sha256Hex('say why'));
  },
);

t.test('an error leaves a receipt with what it cost, and what it did not come to is null', async (t) => {
  const journal = new RecordingJournal();
  const run = await new MadeRun(journal).begin();
  const receipt = await run.predict({
    ...ORDINARY,
    kind: 'failed',
    message: 'it broke',
    prompt: undefined,
    limit: 2,
    calls: 3,
  });
  t.match(receipt, {
    result: { kind: 'failed', error: { code: 'model-refused', message: /^it broke/ } },
    hashes: { output: null, renderedPrompt: null },
    usage: { calls: 2 },
    budgets: { limits: { maxLmCalls: 2 }, usage: { lmCalls: 2 }, hit: ['maxLmCalls'] },
    latencyMs: 250,
  });
  t.match(journal.of('Predict')[0], { error: { code: 'model-refused' }, latency_ms: 250 });
  t.equal(journal.record.metrics.calls, 2, 'the run counts it once');
});

t.test('a part names the receipt that it is a part of, and its charges are that one’s too', async (t) => {
  const run = await new MadeRun(new RecordingJournal()).begin();
  const top = run.draft({ ...ORDINARY, strategyId: 'map_reduce.v1' });
  const part = await run.predict({ ...ORDINARY, calls: 2 }, top);
  const whole = top.finish({ kind: 'done', output: null }).receipt;
  t.equal(whole.threadId, whole.receiptId);
  t.equal(part.threadId, whole.receiptId);
  t.equal(whole.budgets.usage.lmCalls, 2);
  t.equal(whole.usage.calls, 0, 'its own calls: those of its parts stand in their receipts');
});

t.test('spans are listed once and as many as a receipt takes; an exploration is named with its parts', async (t) => {
  const journal = new RecordingJournal();
  const run = await new MadeRun(journal).begin();
  const draft = run.draft(ORDINARY);
  const span = (line: number, path = 'a') => ({ path, start_line: line, end_line: line });
  draft.read([span(1), span(1), span(2)]);
  draft.read(Array.from({ length: RECEIPT_SPANS_MAX }, (_, index) => span(index + 1)));
  draft.read([span(1, 'x'.repeat(70_000))]);
  const [blobId, part] = [sha256Hex('trace'), sha256Hex('part')];
  draft.explored({ blobId, bytes: 5, iterations: 3, subCalls: 40 }, [part]);
  draft.chose('rlm_lite.v1', 'the needle was not there');
  const { receipt } = draft.finish({ kind: 'done', output: 1 });
  t.equal(receipt.spansRead.length, RECEIPT_SPANS_MAX);
  t.equal(receipt.spansLeftOut, 1);
  t.match(receipt, { strategyId: 'rlm_lite.v1', strategyReason: /needle/, rlmTrace: { blobId, subCalls: 40 } });
  t.match(journal.of('Predict')[0], { trace_hash: blobId, trace_parts: [part], strategy: 'rlm_lite.v1' });
  t.throws(() => draft.finish({ kind: 'done', output: 1 }), { code: 'internal' }, 'nothing is finished twice');
});
