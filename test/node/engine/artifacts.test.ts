import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import t from 'tap';
import { artifactRow } from '../../../ledger/dse/artifacts.ts';
import { paramsOfResumed } from '../../../node/engine/artifacts.ts';
import { runOptionsSchema } from '../../../node/settings/run-options.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import { canaryStartSchema } from '../../../protocol/dse/canary.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { LONG_CONTEXT_QA } from '../../../protocol/long-context.ts';
import { REDUCER } from '../../../protocol/signature.ts';
import { openArtifactHome, topReceiptOf } from '../../support/artifact-home.ts';
import { madeArtifact } from '../../support/made-artifacts.ts';
import { keysOf } from '../../support/test-ledger.ts';
import { RUN_CONFIG } from '../../support/traces.ts';

const { signatureId } = REDUCER;
const QA = LONG_CONTEXT_QA.signatureId;
const input = (quote: string) => ({ query: 'why?', evidence: [{ n: 1, reference: 'a:1-1', quote }] });
const planOf = (canary_compiled_id: string, plan = {}) =>
  canaryStartSchema.parse({ signatureId, canary_compiled_id, rolloutPct: 50, ...plan });

t.test('an artifact goes round: what is kept is what is in force, run and exported, byte for byte', async (t) => {
  const at = await openArtifactHome(t);
  const made = madeArtifact({ repairsMax: 3, blocks: { task: 'Answer like a sailor. 🐘' } });
  t.same(await at.engine.artifacts.keep(made), { compiled_id: made.compiled_id, added: true });
  t.match(await at.engine.artifacts.list(), [{ compiled_id: made.compiled_id, isActive: false, unfit: null }]);
  t.match(await at.predict(signatureId, input('rust')), { compiled_id: 'default' });
  await at.promote(made);
  const receipt = await at.predict(signatureId, input('rust'));
  t.match(receipt, {
    compiled_id: made.compiled_id,
    hashes: { params: made.hashes.params, promptIr: made.hashes.promptIr },
  });
  t.equal(receipt.hashes.params, canonicalHash(made.params));
  t.same(await at.engine.artifacts.read(made.compiled_id.slice(0, 8)), made);
  const [report] = (await at.engine.artifacts.signatures()).filter((one) => one.signatureId === signatureId);
  t.match(report, { compiled_id: made.compiled_id, params: { repairsMax: 3 }, hashes: made.hashes });
  await at.engine.close();
  const again = await openArtifactHome(t, at.home);
  t.match(await again.predict(signatureId, input('rust')), { compiled_id: made.compiled_id });
});

t.test('a rollback is one row, within 50 ms, and the next prediction is made by what was before', async (t) => {
  const at = await openArtifactHome(t);
  const [first, second] = [madeArtifact({ repairsMax: 0 }), madeArtifact({ repairsMax: 2 })];
  await at.promote(first);
  const store = at.ledger.store!;
  const took: number[] = [];
  for (let turn = 0; turn < 9; turn++) {
    await at.promote(second);
    const before = (await keysOf({ store } as never)).length;
    const beganMs = performance.now();
    await at.engine.artifacts.rollback({ signatureId, reason: 'worse' });
    took.push(performance.now() - beganMs);
    t.equal((await keysOf({ store } as never)).length, before + 1);
    t.match(await at.predict(signatureId, input(`turn ${turn}`)), { compiled_id: first.compiled_id });
  }
  const median = took.sort((one, other) => one - other)[4]!;
  t.comment(`median ${median.toFixed(1)} ms, most ${took.at(-1)!.toFixed(1)} ms`);
  t.ok(median <= 50);
});

t.test('bad artifacts are refused in clear words, and nothing is written', async (t) => {
  const at = await openArtifactHome(t);
  const made = madeArtifact();
  const before = await keysOf({ store: at.ledger.store } as never);
  const drifted = { ...made, hashes: { ...made.hashes, outputSchema: sha256Hex('once') } };
  const { compiled_id: _, ...body } = drifted;
  const renamed = { ...body, compiled_id: canonicalHash(body) };
  await t.rejects(at.engine.artifacts.keep(renamed), {
    code: 'artifact-drifted',
    message: new RegExp(`${sha256Hex('once')}.*${made.hashes.outputSchema}`),
  });
  await t.rejects(at.engine.artifacts.keep(drifted), { code: 'artifact-invalid' });
  await t.rejects(at.engine.artifacts.keep('nonsense'), { code: 'artifact-invalid' });
  await t.rejects(at.engine.artifacts.read('ffff'), { code: 'artifact-unknown' });
  await t.rejects(at.engine.artifacts.history('no.such'), { code: 'signature-unknown' });
  await t.rejects(at.engine.artifacts.rollback({ signatureId: 'no.such', reason: '' }), { code: 'signature-unknown' });
  await t.rejects(at.engine.artifacts.rollback({ signatureId, reason: '' }), { code: 'rollback-impossible' });
  await t.rejects(at.engine.canaries.start(planOf(made.compiled_id)), { code: 'artifact-unknown' });
  await t.rejects(at.engine.canaries.stop(signatureId, ''), { code: 'canary-unknown' });
  await t.rejects(at.engine.canaries.history('01ARZ3NDEKTSV4RRFFQ69G5FAV'), { code: 'canary-unknown' });
  t.same(await keysOf({ store: at.ledger.store } as never), before);
  await at.engine.artifacts.keep(made);
  await t.rejects(at.engine.canaries.start({ ...planOf(made.compiled_id), signatureId: QA }), {
    code: 'request-invalid',
  });
  await at.promote(made);
  await t.rejects(at.engine.canaries.start(planOf(made.compiled_id)), { code: 'canary-pointless' });
});

t.test('an artifact that an update of Pylon left behind is not used, and everybody is told', async (t) => {
  const at = await openArtifactHome(t);
  const made = madeArtifact();
  const { compiled_id: _, ...body } = { ...made, hashes: { ...made.hashes, promptIr: sha256Hex('other words') } };
  const drifted = { ...body, compiled_id: canonicalHash(body) };
  await at.ledger.store!.write([artifactRow(drifted)], { sync: true });
  const move = {
    signatureId,
    compiled_id: drifted.compiled_id,
    expected: 'default',
    promotionId: 'P',
    reason: '',
    atMs: 1,
  };
  await at.ledger.artifacts!.pointers.promote(move, []);
  t.match(await at.predict(signatureId, input('rust')), { compiled_id: 'default' });
  t.ok(
    at.notices.some((line) =>
      /own parameters are used: the words of its prompt \(promptIr\) was [0-9a-f]{64} and is [0-9a-f]{64}/.test(line),
    ),
    at.notices.join('\n'),
  );
  const [active] = (await at.engine.artifacts.active()).filter((one) => one.signatureId === signatureId);
  t.match(active, { compiled_id: drifted.compiled_id, unfit: { code: 'artifact-drifted' } });
  await at.promote(made);
  await t.rejects(at.engine.artifacts.rollback({ signatureId, reason: '' }), { code: 'artifact-drifted' });
  t.match(await at.engine.artifacts.rollback({ signatureId, to: 'default', reason: '' }), { compiled_id: 'default' });
});

t.test(
  'a canary gets its share of predictions, the same question the same arm, counted as their receipts say',
  async (t) => {
    const at = await openArtifactHome(t);
    const made = madeArtifact({ repairsMax: 0 });
    await at.engine.artifacts.keep(made);
    const { canaryId } = await at.engine.canaries.start(planOf(made.compiled_id.slice(0, 10)));
    const receipts = [];
    for (let n = 0; n < 16; n++) receipts.push(await at.predict(signatureId, input(`case ${n}`)));
    for (const { receiptId, canary, compiled_id } of receipts) {
      t.equal(canary?.canaryId, canaryId);
      t.equal(compiled_id, canary?.arm === 'canary' ? made.compiled_id : 'default', receiptId);
    }
    for (let n = 0; n < 4; n++)
      t.same((await at.predict(signatureId, input(`case ${n}`))).canary, receipts[n]!.canary, 'asked again');
    const [canary] = await at.engine.canaries.list(signatureId);
    t.equal(canary!.canary.receipts + canary!.control.receipts, 20);
    t.ok(canary!.canary.receipts > 0 && canary!.control.receipts > 0);
    const bad = receipts.find(({ canary: mark }) => mark?.arm === 'canary')!;
    t.match(await at.engine.canaries.judge(bad.receiptId, true), { canary: { judged: 1, bad: 1 } });
    await at.engine.close();
    const again = await openArtifactHome(t, at.home);
    t.same((await again.predict(signatureId, input('case 0'))).canary, receipts[0]!.canary, 'by another process, too');
    await again.engine.canaries.stop(signatureId, 'enough');
    t.equal((await again.predict(signatureId, input('case 0'))).canary, undefined);
    await t.rejects(again.engine.canaries.judge(bad.receiptId, true), { code: 'canary-unknown' });
    const { rows } = await again.engine.canaries.history(canaryId);
    t.same([rows[0]!.action, rows.at(-1)!.action], ['start', 'stop']);
  },
);

t.test(
  'a question about files is cut, routed and bounded by the artifact in force, and its record says so',
  async (t) => {
    const at = await openArtifactHome(t);
    const file = join(at.home, 'notes.txt');
    const lines = Array.from({ length: 400 }, (_, n) => `paragraph ${n} tells of worker ${n * 7} and of nothing else.`);
    await writeFile(file, [...lines, 'The disk of host alpha9 is full.', ...lines].join('\n'));
    const ask = async (given = {}) => {
      const options = runOptionsSchema.parse({ backend: 'extractive', local_only: true, ...given });
      const request = { query: 'Which host has a full disk?', files: [file], options };
      const record = await (await at.engine.start(request, new AbortController().signal)).finished;
      return { record, receipt: await topReceiptOf(at.engine, record.id) };
    };
    const plain = await ask();
    t.equal(plain.record.config.compiled_id, undefined);
    const cutting = { chunkBytes: 4_096, overlapLines: 2, routerTopK: 3, budgets: { maxSubLmCalls: 50 } };
    const made = madeArtifact({ ...cutting, strategyId: 'map_reduce.v1' }, QA);
    await at.promote(made);
    const tuned = await ask();
    t.match(tuned.record, {
      status: 'done',
      config: {
        chunk_size: 4_096,
        overlap_lines: 2,
        chunks_max: 3,
        compiled_id: made.compiled_id,
        limits: { maxSubLmCalls: 50 },
      },
      metrics: { chunks_answered: 3 },
    });
    t.match(tuned.record.output, /alpha9/);
    t.match(tuned.receipt, { compiled_id: made.compiled_id, hashes: { params: made.hashes.params } });
    t.match(tuned.receipt.strategyReason, /the parameters in force name it/);
    t.match((await ask({ chunk_size: 8_192, max_sub_calls: 60 })).record.config, {
      chunk_size: 8_192,
      limits: { maxSubLmCalls: 60 },
    });
    await at.promote(madeArtifact({ strategyId: 'distilled.search_line_extract.v1' }, QA));
    t.match((await ask()).record.config, { strategy_id: 'distilled.search_line_extract.v1' });
    t.match((await ask({ strategy: 'map_reduce' })).record.config, { strategy_id: 'map_reduce.v1' });
  },
);

t.test('a text within a prediction goes the way that the artifact in force names', async (t) => {
  const at = await openArtifactHome(t);
  const text = Array.from({ length: 60 }, (_, n) => `10:00:${n} INFO worker ${n} checked ${n * 7}`).join('\n');
  const asked = { query: 'Which host has a full disk?', text: `${text}\nERROR the disk of host alpha9 is full\n` };
  t.match(await at.predict(QA, asked), { strategyId: 'direct.v1', compiled_id: 'default' });
  const made = madeArtifact({ strategyId: 'distilled.search_line_extract.v1' }, QA);
  await at.promote(made);
  t.match(await at.predict(QA, asked), {
    strategyId: 'distilled.search_line_extract.v1',
    compiled_id: made.compiled_id,
  });
  const evidence = { query: 'why?', evidence: [{ n: 1, reference: 'a:1-1', quote: 'rust' }] };
  t.match(await at.predict(QA, evidence), { strategyId: 'direct.v1', compiled_id: made.compiled_id });
});

t.test('a run that goes on is made by what it was begun with, whatever came into force since', async (t) => {
  const at = await openArtifactHome(t);
  const [first, second] = [madeArtifact({ routerTopK: 3 }, QA), madeArtifact({ routerTopK: 5 }, QA)];
  await at.promote(first);
  await at.promote(second);
  const begun = (compiled_id?: string) => ({ ...RUN_CONFIG, ...(compiled_id === undefined ? {} : { compiled_id }) });
  t.same(paramsOfResumed(at.ledger.artifacts, begun(first.compiled_id)), {
    compiledId: first.compiled_id,
    params: first.params,
  });
  t.match(paramsOfResumed(at.ledger.artifacts, begun()), { compiledId: 'default' });
  t.match(paramsOfResumed(undefined, begun(first.compiled_id)), { compiledId: 'default' });
});
