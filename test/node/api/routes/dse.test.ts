import t, { type Test } from 'tap';
import { Receipts } from '../../../../ledger/receipts.ts';
import { remotePredictions } from '../../../../node/api/remote-predictions.ts';
import type { Predictions } from '../../../../node/engine/port.ts';
import { canonicalJson } from '../../../../protocol/canonical.ts';
import { PylonError } from '../../../../protocol/errors.ts';
import { sha256Hex } from '../../../../protocol/event.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { MadeRun, type Making } from '../../../support/made-receipts.ts';
import { openTestLedger } from '../../../support/test-ledger.ts';
import { call, serve, TOKEN } from '../support.ts';

const MADE: Making = {
  signature: '@pylon/rlm/Reducer.v1',
  strategyId: 'direct.v1',
  reason: 'it fits',
  input: 1,
  output: 2,
  kind: 'done',
  message: '',
  prompt: 'p',
  model: 'extractive',
  paths: ['ünïcode.log'],
  limit: undefined,
  calls: 1,
  tookMs: 5,
};

class ReceiptEngine extends FakeEngine {
  override readonly predictions: Predictions;

  constructor(receipts: Receipts) {
    super();
    this.predictions = {
      start: ({ signature }) => Promise.reject(new PylonError('signature-unknown', { value: signature })),
      read: (id) => receipts.read(id),
      list: (selection) => receipts.list(selection),
      blob: (id, hash) => receipts.blob(id, hash),
    };
  }
}

async function stage(t: Test) {
  const ledger = await openTestLedger(t);
  const run = await new MadeRun(ledger.journal, 1).begin();
  for (let count = 0; count < 3; count++) await run.predict(MADE);
  await run.end();
  const { api } = await serve(t, {}, undefined, undefined, new ReceiptEngine(new Receipts(ledger.store)));
  return {
    run,
    api,
    remote: remotePredictions({ port: api.port, token: TOKEN }, () => Promise.reject(new PylonError('internal'))),
  };
}

t.test('receipts are read, listed page by page, and their payloads shown', async (t) => {
  const { run, api } = await stage(t);
  const [first] = run.receipts;
  const { status, body } = await call(api.port, 'GET', `/api/dse/receipt/${first!.receiptId}`);
  t.equal(status, 200);
  t.same(body, first);
  const page = (await call(api.port, 'GET', `/api/dse/receipts/list?run=${run.runId}&limit=2`)).body;
  t.equal(page.receipts.length, 2);
  const rest = (await call(api.port, 'GET', `/api/dse/receipts/list?run=${run.runId}&before=${page.next_before}`)).body;
  t.same(
    [...page.receipts, ...rest.receipts].map(({ receiptId }: { receiptId: string }) => receiptId).sort(),
    run.receipts.map(({ receiptId }) => receiptId).sort(),
  );
  t.equal(rest.next_before, null);
  const hash = sha256Hex(canonicalJson(first));
  t.equal((await call(api.port, 'GET', `/api/dse/blob/${first!.receiptId}/${hash}`)).status, 200);
  const refused: [path: string, status: number, code: string][] = [
    [`/api/dse/receipt/${'0'.repeat(26)}`, 404, 'receipt-unknown'],
    ['/api/dse/receipt/!', 404, 'receipt-unknown'],
    [`/api/dse/blob/${first!.receiptId}/${'0'.repeat(64)}`, 404, 'payload-unknown'],
    [`/api/dse/blob/${first!.receiptId}/zz`, 400, 'request-invalid'],
    [`/api/dse/explored/${'0'.repeat(26)}`, 404, 'receipt-unknown'],
    [`/api/dse/explored/${first!.receiptId}`, 404, 'payload-unknown'],
    [`/api/dse/explored/${first!.receiptId}?limit=0`, 400, 'request-invalid'],
    ['/api/dse/receipts/list?limit=0', 400, 'request-invalid'],
    ['/api/dse/receipts/list?run=x', 400, 'request-invalid'],
  ];
  for (const [path, wanted, code] of refused) {
    const reply = await call(api.port, 'GET', path);
    t.equal(reply.status, wanted, path);
    t.equal(reply.body.error.code, code, path);
  }
});

t.test(
  'signatures are shown with schemas, prompts and hashes; a prediction that cannot begin is refused',
  async (t) => {
    const { api } = await stage(t);
    const { signatures } = (await call(api.port, 'GET', '/api/dse/signatures')).body;
    t.match(signatures, [
      { signatureId: '@pylon/rlm/Router.v1', compiled_id: 'default', hashes: { params: /^[0-9a-f]{64}$/ } },
    ]);
    t.match(signatures[0].input, { type: 'object' });
    const ask = (body: unknown) => call(api.port, 'POST', '/api/dse/predict', body);
    t.equal((await ask({ signature: '@x/Y.v1', input: {} })).status, 404);
    t.match(await ask({ signature: 's', input: {}, strategy: 'poet' }), {
      status: 400,
      body: { error: { reason: /strategy.*no strategy/ } },
    });
    t.equal((await ask({ signature: 's', input: {}, limits: { maxPatience: 1 } })).status, 400);
  },
);

t.test('a command reads the receipts of a daemon as its own', async (t) => {
  const { run, remote } = await stage(t);
  const [first] = run.receipts;
  t.same(await remote.read(first!.receiptId), first);
  t.equal((await remote.list({ run: run.runId, limit: 9 })).receipts.length, 3);
  t.same(await remote.blob(first!.receiptId, sha256Hex(canonicalJson(first))), Buffer.from(canonicalJson(first)));
  t.equal(await remote.blob(first!.receiptId, '0'.repeat(64)), undefined);
  await t.rejects(remote.read('0'.repeat(26)), { code: 'receipt-unknown' });
});
