import t, { type Test } from 'tap';
import { Examples } from '../../../dse/examples/desk.ts';
import { Miner } from '../../../dse/mine/mine.ts';
import { tacticDraft, tacticReport } from '../../../dse/mine/tactics.ts';
import { ExampleTable } from '../../../ledger/dse/examples.ts';
import { namedInputSchema } from '../../../protocol/dse/example.ts';
import {
  mineReportSchema,
  mineRequestSchema,
  tacticDraftSchema,
  tacticReportSchema,
} from '../../../protocol/dse/mining.ts';
import { LONG_CONTEXT_QA } from '../../../protocol/long-context.ts';
import { ExploredRuns, FACT, LOG, QUERY, retell } from '../../support/explored-runs.ts';
import { madeExample } from '../../support/made-examples.ts';
import { scriptedController } from '../../support/scripted-controller.ts';
import { openTestLedger } from '../../support/test-ledger.ts';

const { signatureId: signature } = LONG_CONTEXT_QA;
const asked = (given: object = {}) => mineRequestSchema.parse({ signature, ...given });
const search = (text: string) => ({ action: 'Search', mode: 'literal', text, into: 'hits' });
const load = { action: 'Load', ref: 'hits[1]', before: 1, after: 1, into: 'near' };
const quote = { action: 'Final', answer: '{{hits[1].text}} [1]', evidence: ['hits[1]'] };

async function stage(t: Test) {
  const { store } = await openTestLedger(t);
  const runs = new ExploredRuns();
  const examples = new Examples(new ExampleTable(store), () => 0);
  return { runs, examples, miner: new Miner(runs, examples) };
}

t.test('a good exploration becomes one example, however often it is exported or mined', async (t) => {
  const { runs, examples, miner } = await stage(t);
  const { receipt } = await runs.explore();
  const { receiptId, runId, rlmTrace } = receipt;
  const wish = { split: 'dev' as const, tags: ['seed'], unverified: false };
  const tried = await miner.exportTrace({ receiptId, ...wish, dryRun: true });
  t.same(await examples.of(signature), [], 'nothing was written');
  const exported = await miner.exportTrace({ receiptId, ...wish, dryRun: false });
  t.same(exported, tried);
  t.same(exported.example, {
    exampleId: `trace:${receiptId}`,
    signatureId: signature,
    inputJson: { query: QUERY, text: LOG },
    expectedJson: exported.example.expectedJson,
    split: 'dev',
    tags: ['trace_export', 'trace_mined', 'strategy:rlm_lite.v1', 'seed'],
    review: 'approved',
    meta: {
      kind: 'openagents.trace_export.v1',
      receiptId,
      threadId: receiptId,
      runId,
      rlmTrace: { blobId: rlmTrace!.blobId },
      strategyId: 'rlm_lite.v1',
      compiled_id: 'default',
    },
  });
  t.match(exported.example.expectedJson, {
    answer: /alpha9 is full \[1\]/,
    evidence: [{ n: 1, quote: FACT, line: 41 }],
  });
  t.match(await miner.exportTrace({ receiptId, ...wish, dryRun: false }), {
    outcome: 'known',
    example: exported.example,
  });
  t.match(await miner.mine(asked()), { looked: 1, known: 1, mined: 0 });
  t.equal((await examples.of(signature)).length, 1);
});

t.test('what people said of an example stays when it is mined again', async (t) => {
  const { runs, examples, miner } = await stage(t);
  const { receipt } = await runs.explore();
  const exampleId = `trace:${receipt.receiptId}`;
  await miner.mine(asked());
  await examples.label({ signatureId: signature, exampleId, verdict: 'reject' });
  await miner.mine(asked());
  await miner.exportTrace({ receiptId: receipt.receiptId, split: 'dev', tags: [], unverified: true, dryRun: false });
  t.match(await examples.get(signature, exampleId), { review: 'rejected', split: 'train' });
});

t.test('of many, each is told what became of it, oldest first, and what is forged is in no case taken', async (t) => {
  const { runs, examples, miner } = await stage(t);
  const good = await runs.explore();
  const guess = scriptedController([search('alpha9'), { ...quote, answer: 'Host alpha7 is out of memory [1].' }]);
  const doubtful = await runs.explore({ model: guess });
  const forged = await runs.explore({ query: 'Which host has full disks, then?' });
  retell(forged, ({ final }) => void Object.assign(final.output, { answer: 'OWNED [1]' }));
  const tried = await miner.mine(asked({ unverified: true, dryRun: true }));
  t.same(await examples.of(signature), []);
  const report = mineReportSchema.parse(await miner.mine(asked()));
  t.match(report, { looked: 3, mined: 1, pending: 0, refused: 2 });
  t.same(
    report.receipts.map(({ receiptId, outcome, refusal }) => [receiptId, outcome, refusal]),
    [
      [good.receipt.receiptId, 'mined', null],
      [doubtful.receipt.receiptId, 'refused', 'unverified'],
      [forged.receipt.receiptId, 'refused', 'forged'],
    ],
  );
  const wider = await miner.mine(asked({ unverified: true }));
  t.match(wider, { known: 1, pending: 1, refused: 1 });
  t.same(wider.receipts.slice(1), tried.receipts.slice(1));
  t.match(await examples.get(signature, `trace:${doubtful.receipt.receiptId}`), {
    review: 'pending',
    meta: { doubt: /^unverified: / },
  });
  t.match(await examples.datasets(signature), [{ splits: { train: 1 }, pending: 1 }]);
  const { receiptId } = forged.receipt;
  const wish = { split: 'train' as const, tags: [], dryRun: false, unverified: true };
  await t.rejects(miner.exportTrace({ receiptId, ...wish }), { code: 'trace-not-mined', reason: /^forged: / });
  await t.rejects(miner.exportTrace({ receiptId: 'none', ...wish }), { code: 'receipt-unknown' });
  await t.rejects(miner.mine(asked({ signature: 'Poet.v1' })), { code: 'signature-unknown' });
});

t.test('only what was asked for is looked at', async (t) => {
  const { runs, miner } = await stage(t);
  const all = [await runs.explore(), await runs.explore({ query: 'What is wrong with alpha9?' }), await runs.explore()];
  const ids = async (given: object) =>
    (await miner.mine(asked({ dryRun: true, ...given }))).receipts.map(({ receiptId }) => receiptId);
  t.same(
    await ids({}),
    all.map(({ receipt }) => receipt.receiptId),
  );
  t.same(await ids({ run: all[1]!.record.id }), [all[1]!.receipt.receiptId]);
  t.same(await ids({ limit: 1 }), [all[2]!.receipt.receiptId], 'the newest');
  t.same(await ids({ sinceMs: 10 ** 15 }), []);
  t.same(await ids({ signature: '@pylon/rlm/Reducer.v1' }), []);
});

t.test('a question about several files, or about a long one, names them', async (t) => {
  const { runs, miner } = await stage(t);
  const { receipt } = await runs.explore({ texts: { 'a.log': LOG, 'b/c.log': 'nothing here\n' } });
  const wish = { split: 'train' as const, tags: [], dryRun: true, unverified: true };
  const { example } = await miner.exportTrace({ receiptId: receipt.receiptId, ...wish });
  t.match(namedInputSchema.parse(example.inputJson), { query: QUERY, files: [{ path: 'a.log' }, { path: 'b/c.log' }] });
  t.match(example.expectedJson, { evidence: [{ reference: 'a.log:41', line: 41 }] });
  const gone = await runs.explore();
  gone.texts = undefined;
  const named = await miner.exportTrace({ receiptId: gone.receipt.receiptId, ...wish });
  t.match(named, {
    outcome: 'pending',
    refusal: 'input_gone',
    example: { review: 'pending', inputJson: { files: [{ path: 'app.log' }] } },
  });
});

t.test('what asks nearly the same as a held-out example is held out with it', async (t) => {
  const { runs, examples, miner } = await stage(t);
  await runs.explore();
  await runs.explore();
  const [first] = runs.runs;
  await miner.exportTrace({
    receiptId: first!.receipt.receiptId,
    split: 'holdout',
    tags: [],
    dryRun: false,
    unverified: false,
  });
  t.match(await miner.mine(asked()), { mined: 1, moved: [{ split: 'holdout' }] });
  t.match(await examples.datasets(signature), [{ splits: { train: 0, holdout: 2 } }]);
});

t.test('a tactic tells when it was used, when it stopped, what it cost and how well it did', async (t) => {
  const { runs, examples } = await stage(t);
  for (const query of ['Which host has a full disk, "alpha9"?', 'Is the disk "full" on some host?'])
    await runs.explore({ query, model: scriptedController([search('alpha9'), search('full'), load, quote]) });
  const bad = { ...quote, answer: 'The disk of host alpha7 broke [1].' };
  const worse = await runs.explore({
    query: 'disk of "host"?',
    model: scriptedController([search('alpha9'), load, bad]),
  });
  worse.record = { ...worse.record, scores: { accuracy: 0.5 } };
  await runs.explore({ model: scriptedController([search('alpha9'), quote]) });
  const report = tacticReportSchema.parse(await tacticReport(runs, examples, { signature, limit: 100, minTraces: 2 }));
  t.equal(report.traces, 4);
  const [whole, ...others] = report.tactics;
  t.match(whole, {
    operations: ['Search:literal+', 'Load:row', 'Final'],
    isWhole: true,
    precondition: { kinds: ['.log'], words: ['disk', 'host'], quotesPhrase: true, files: { min: 1, max: 1 } },
    stopRule: { citations: { min: 1, max: 1 }, lastOperation: 'Load:row', rows: { min: 0, max: 0 } },
    budgets: { rlmIterations: 4, lmCalls: 4, subLmCalls: 0 },
    traces: 3,
    share: 0.75,
    meanScore: 0.5,
    mean: { subCalls: 0, msat: 0 },
  });
  t.equal(whole!.goodShare, 2 / 3);
  t.equal(whole!.mean.calls, 11 / 3);
  t.same(others, [], 'one exploration alone is no tactic, and a part of the same is not told again');
  t.same((await tacticReport(runs, examples, { signature, limit: 100, minTraces: 4 })).tactics, []);
  await t.rejects(tacticReport(runs, examples, { signature: 'no', limit: 1, minTraces: 2 }), {
    code: 'signature-unknown',
  });
});

t.test('a draft of a strategy brings the examples of its explorations, and none that is held out', async (t) => {
  const { runs, examples, miner } = await stage(t);
  for (const query of ['Where is alpha9?', 'What happened to the host alpha9 this morning?', 'alpha9: full or not?'])
    await runs.explore({ query, model: scriptedController([search('alpha9'), quote]) });
  await miner.mine(asked());
  const [first] = await examples.of(signature);
  const secret = 'planted-in-holdout';
  await examples.edit(signature, first!.exampleId, { split: 'holdout', tags: [secret] });
  await examples.keep([madeExample(1)]);
  const request = { signature, limit: 100, minTraces: 2 };
  const [tactic] = (await tacticReport(runs, examples, request)).tactics;
  const draft = tacticDraftSchema.parse(await tacticDraft(runs, examples, { ...request, tacticId: tactic!.tacticId }));
  t.match(draft, {
    strategyId: 'distilled.search_final.v0',
    tactic: { traces: 2, precondition: { words: ['alpha'] } },
  });
  t.equal(draft.examples.length, 2);
  for (const hidden of [secret, first!.exampleId.slice('trace:'.length)]) t.notMatch(JSON.stringify(draft), hidden);
  const named = { ...request, tacticId: tactic!.tacticId, name: 'search_line_extract' };
  t.equal((await tacticDraft(runs, examples, named)).strategyId, 'distilled.search_line_extract.v0');
  await t.rejects(tacticDraft(runs, examples, { ...request, tacticId: 'none' }), { code: 'trace-not-mined' });
});
