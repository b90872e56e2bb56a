import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { Receipts } from '../../ledger/receipts.ts';
import { blobKey } from '../../ledger/store/keys.ts';
import { del } from '../../ledger/store/store.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { sha256Hex } from '../../protocol/event.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { MadeRun, type Making, ORDINARY } from '../support/made-receipts.ts';
import { keysOf, openTestLedger, type TestLedger } from '../support/test-ledger.ts';

const MADE: Making = { ...ORDINARY, paths: ['a.log', 'ünïcode 🐘.log'] };

/** A run of three predictions, two of one signature. */
async function record({ journal }: TestLedger, number: number): Promise<MadeRun> {
  const run = await new MadeRun(journal, number).begin();
  await run.predict(MADE);
  await run.predict({ ...MADE, signature: '@pylon/rlm/Router.v1', kind: 'failed', message: 'no' });
  await run.predict(MADE);
  await run.end();
  return run;
}

t.test('a receipt is found by its id, and a list tells the newest first, by signature and by run', async (t) => {
  const ledger = await openTestLedger(t);
  const receipts = new Receipts(ledger.store);
  const [first, second] = [await record(ledger, 1), await record(ledger, 2)];
  for (const receipt of [...first.receipts, ...second.receipts])
    t.same(await receipts.read(receipt.receiptId), receipt);
  const idsOf = (page: { receipts: { receiptId: string }[] }) => page.receipts.map(({ receiptId }) => receiptId);
  const newest = [...first.receipts, ...second.receipts]
    .map(({ receiptId }) => receiptId)
    .sort()
    .reverse();
  t.same(idsOf(await receipts.list({ limit: 50 })), newest);
  const ofRun = await receipts.list({ run: second.runId, limit: 50 });
  t.same(idsOf(ofRun), second.receipts.map(({ receiptId }) => receiptId).reverse());
  t.match(ofRun.receipts[1], { signatureId: '@pylon/rlm/Router.v1', errorCode: 'model-refused', latencyMs: 250 });
  const ofBoth = await receipts.list({ run: second.runId, signature: MADE.signature, limit: 50 });
  t.equal(ofBoth.receipts.length, 2);
  const pages: string[] = [];
  let before: string | undefined;
  for (let turns = 0; turns < 9; turns++) {
    const page = await receipts.list({
      signature: MADE.signature,
      limit: 1,
      ...(before === undefined ? {} : { before }),
    });
    pages.push(...idsOf(page));
    if (page.next_before === null) break;
    before = page.next_before;
  }
  t.same(pages, [...new Set(pages)]);
  t.equal(pages.length, 4, 'page by page each is told once');
  await t.rejects(receipts.read('01HF7YAT00000000000000000X'), { code: 'receipt-unknown' });
});

t.test('receipts go with their run, and with nobody else’s', async (t) => {
  const ledger = await openTestLedger(t);
  const receipts = new Receipts(ledger.store);
  const [first, second] = [await record(ledger, 1), await record(ledger, 2)];
  await ledger.delete(first.runId);
  await t.rejects(receipts.read(first.receipts[0]!.receiptId), { code: 'receipt-unknown' });
  t.same(await receipts.read(second.receipts[0]!.receiptId), second.receipts[0]);
  t.equal((await receipts.list({ limit: 50 })).receipts.length, 3);
  await ledger.delete(second.runId);
  t.same(
    (await keysOf(ledger)).filter((key) => /^(rc|x!sig|x!rcp|b|x!bl)!/.test(key)),
    [],
  );
});

t.test('an exported folder brings them back byte for byte, each under its hash', async (t) => {
  const ledger = await openTestLedger(t);
  const run = await record(ledger, 1);
  const folder = await ledger.export(run.runId, join(ledger.home, 'out'));
  const lines = (await readFile(join(folder, 'artifacts', 'outputs.jsonl'), 'utf8')).trimEnd().split('\n');
  const payloads = lines.map((line) => JSON.parse(line) as { sha256: string; text: string });
  t.same(
    payloads.map(({ text }) => text),
    run.receipts.map((receipt) => canonicalJson(receipt)),
  );
  const other = await openTestLedger(t);
  await other.import(folder);
  const again = await other.export(run.runId, join(other.home, 'out'));
  for (const name of ['trace.jsonl', 'artifacts/outputs.jsonl'])
    t.equal(await readFile(join(again, name), 'latin1'), await readFile(join(folder, name), 'latin1'), name);
  const receipts = new Receipts(other.store);
  for (const receipt of run.receipts) t.same(await receipts.read(receipt.receiptId), receipt);
  t.equal((await receipts.list({ run: run.runId, limit: 50 })).receipts.length, 3);
});

t.test('a run of another home that names an id of ours does not hide our receipt', async (t) => {
  const ledger = await openTestLedger(t);
  const receipts = new Receipts(ledger.store);
  const ours = (await record(ledger, 5)).receipts[0]!;
  const theirs: TraceEvent[] = [];
  const journal = {
    commit: async (events: readonly TraceEvent[]) => void theirs.push(...events),
    keepBlob: () => undefined,
  };
  const run = await new MadeRun(journal, 1).begin();
  await run.predict(MADE);
  await run.end();
  const events = theirs.map((event) => (event.type === 'Predict' ? { ...event, receipt_id: ours.receiptId } : event));
  await ledger.taker.takeForeign(events, {
    key: 'ab'.repeat(32),
    next_seq: events.length,
    chain: sha256Hex(''),
    bytes: 1,
  });
  t.same(await receipts.read(ours.receiptId), ours);
  t.equal((await receipts.list({ run: run.runId, limit: 9 })).receipts.length, 1, 'and theirs is listed with its run');
});

t.test('what is not kept, or is no receipt, is not taken for one', async (t) => {
  const ledger = await openTestLedger(t);
  const receipts = new Receipts(ledger.store);
  const run = await record(ledger, 1);
  const [first] = run.receipts;
  const hash = sha256Hex(canonicalJson(first));
  t.same(await receipts.blob(first!.receiptId, hash), Buffer.from(canonicalJson(first)), 'a payload of its run');
  t.equal(await receipts.blob(first!.receiptId, sha256Hex('of another run')), undefined);
  await ledger.store.write([del(blobKey(hash))], { sync: false });
  await t.rejects(receipts.read(first!.receiptId), { code: 'receipt-unknown', message: /not kept/ });
});
