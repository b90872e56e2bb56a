import t, { type Test } from 'tap';
import { remoteArtifacts, remoteCanaries } from '../../../../node/api/remote-artifacts.ts';
import { canaryStartSchema } from '../../../../protocol/dse/canary.ts';
import { REDUCER } from '../../../../protocol/signature.ts';
import { openArtifactHome } from '../../../support/artifact-home.ts';
import { madeArtifact } from '../../../support/made-artifacts.ts';
import { call, serve, TOKEN } from '../support.ts';

const { signatureId } = REDUCER;
const INPUT = { query: 'why?', evidence: [{ n: 1, reference: 'a:1-1', quote: 'rust' }] };

async function stage(t: Test) {
  const at = await openArtifactHome(t);
  const { api } = await serve(t, {}, undefined, undefined, at.engine);
  const address = { port: api.port, token: TOKEN };
  return { ...at, port: api.port, artifacts: remoteArtifacts(address), canaries: remoteCanaries(address) };
}

t.test('over the API everything is as it is in the process', async (t) => {
  const at = await stage(t);
  const [first, second] = [madeArtifact({ repairsMax: 0 }), madeArtifact({ repairsMax: 2 })];
  t.same(await at.artifacts.keep(first), { compiled_id: first.compiled_id, added: true });
  t.same(await at.artifacts.keep(first), { compiled_id: first.compiled_id, added: false });
  t.same(await at.artifacts.read(first.compiled_id.slice(0, 9)), first);
  await at.promote(first);
  await at.promote(second);
  t.same(await at.artifacts.list(), await at.engine.artifacts.list());
  t.same(await at.artifacts.list('@pylon/rlm/Router.v1'), []);
  t.same(await at.artifacts.active(), await at.engine.artifacts.active());
  t.same(await at.artifacts.signatures(), JSON.parse(JSON.stringify(await at.engine.artifacts.signatures())));
  t.match(await at.artifacts.rollback({ signatureId, reason: 'worse' }), {
    compiled_id: first.compiled_id,
    reason: 'worse',
  });
  t.match(await at.artifacts.history(signatureId), [
    { action: 'rollback' },
    { action: 'promote' },
    { action: 'promote' },
  ]);
  const started = await at.canaries.start(
    canaryStartSchema.parse({ signatureId, canary_compiled_id: second.compiled_id, rolloutPct: 100 }),
  );
  const { receiptId } = await at.predict(signatureId, INPUT);
  t.match(await at.canaries.judge(receiptId, false), { canary: { receipts: 1, judged: 1, bad: 0 } });
  t.same(await at.canaries.list(signatureId), await at.engine.canaries.list());
  t.match(await at.canaries.stop(signatureId, 'enough'), { canaryId: started.canaryId, status: 'stopped' });
  t.same(await at.canaries.history(started.canaryId), await at.engine.canaries.history(started.canaryId));
});

t.test('what is wrong is said with its code', async (t) => {
  const at = await stage(t);
  await t.rejects(at.artifacts.read('ffff'), { code: 'artifact-unknown' });
  await t.rejects(at.artifacts.keep({ format: 'none' }), { code: 'artifact-invalid' });
  await t.rejects(at.artifacts.rollback({ signatureId, reason: '' }), { code: 'rollback-impossible' });
  await t.rejects(at.canaries.stop(signatureId, ''), { code: 'canary-unknown' });
  await t.rejects(at.canaries.judge('01ARZ3NDEKTSV4RRFFQ69G5FAV', true), { code: 'receipt-unknown' });
  for (const [path, body] of [
    ['/api/dse/canary/start', { signatureId }],
    ['/api/dse/canary/start', { signatureId, canary_compiled_id: 'a', rolloutPct: 0 }],
    ['/api/dse/canary/stop', {}],
    ['/api/dse/canary/judge', { receiptId: 'R', bad: 'very' }],
    ['/api/dse/rollback', { signatureId, more: 1 }],
  ] as const) {
    const { status, body: told } = await call(at.port, 'POST', path, body);
    t.match([status, told], [400, { error: { code: 'request-invalid' } }], path);
  }
  t.equal((await call(at.port, 'GET', '/api/dse/history')).status, 400);
});
