// Compiles over the API: a remote desk says and does what the desk of the store does.
import t, { type Test } from 'tap';
import { remoteCompiles } from '../../../../node/api/remote/compiles.ts';
import { compileDesk } from '../../../../node/engine/compiling.ts';
import { type CompileScene, compileStage, NEVER, SELECT } from '../../../support/compile-stage.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { openTestLedger } from '../../../support/test-ledger.ts';
import { call, serve, TOKEN } from '../support.ts';

class CompileEngine extends FakeEngine {
  override readonly compiles;

  constructor({ compiling }: ReturnType<typeof compileStage>) {
    super();
    this.compiles = compileDesk(compiling);
  }
}

async function stage(t: Test, scene: Partial<CompileScene> = {}) {
  const { store } = await openTestLedger(t);
  const compiled = compileStage({ store, ...scene });
  const engine = new CompileEngine(compiled);
  const { api } = await serve(t, {}, undefined, undefined, engine);
  return { ...compiled, api, here: engine.compiles, remote: remoteCompiles({ port: api.port, token: TOKEN }) };
}

t.test(
  'a compile over the API is planned, followed to its end, told and listed as on the machine itself',
  async (t) => {
    const { remote, here, model } = await stage(t);
    const request = { signatureId: SELECT, space: { repairsMax: [0, 1] } };
    t.same(await remote.plan(request), await here.plan(request));
    const { plan, finished } = await remote.start(request, NEVER);
    const report = await finished;
    t.match(report, { reportId: plan.reportId, status: 'done' });
    t.same(report, await here.read(plan.reportId));
    t.same(await remote.read(plan.reportId.slice(0, 6)), report);
    t.same(await remote.list(), await here.list());
    t.same(await remote.list('@x/Y.v1'), []);
    const { calls } = model;
    t.same(await (await remote.start(request, NEVER)).finished, report);
    t.equal(model.calls, calls);
    t.equal(await remote.stop(plan.reportId), false);
    await remote.over(plan.reportId);
  },
);

t.test('whoever began it stops it by an abort, and it can be gone on with', async (t) => {
  const { remote, model } = await stage(t);
  const controller = new AbortController();
  const begun = new Promise<void>((resolve) => {
    model.onCall = resolve;
  });
  const { finished } = await remote.start({ signatureId: SELECT }, controller.signal);
  await begun;
  controller.abort();
  t.match(await finished, { status: 'stopped', error: { code: 'compile-stopped' } });
  const again = await remote.start({ signatureId: SELECT, resume: true }, NEVER);
  t.match(await again.finished, { status: 'done' });
});

t.test('judges are pinned and told over the API', async (t) => {
  const { remote, here } = await stage(t);
  const pair = (at: number) => ({
    input: at,
    expected: { strategy: 'direct' },
    output: { strategy: at % 2 === 0 ? 'direct' : 'rlm_lite' },
    score: (at + 1) % 2,
  });
  const request = { rubric: 'the same', pairs: Array.from({ length: 20 }, (_, at) => pair(at)) };
  const judge = await remote.pinJudge(request, NEVER);
  t.same(await remote.judge(judge.judgeHash), judge);
  t.same(await here.judge(judge.judgeHash), judge);
});

t.test('what is refused is refused in the same words, and no request that is none comes through', async (t) => {
  const { api, remote, here, model } = await stage(t);
  const refused = [
    { signatureId: '@x/Y.v1' },
    { signatureId: SELECT, maxCalls: 1 },
    { signatureId: SELECT, space: { colour: [1] } },
    { signatureId: SELECT, reward: 'judge', judgeHash: 'a'.repeat(64) } as const,
  ];
  for (const request of refused) {
    const { code, message } = await here.plan(request).catch((thrown) => thrown);
    await t.rejects(remote.start(request, NEVER), { code, message });
    await t.rejects(remote.plan(request), { code, message });
  }
  await t.rejects(remote.read('none'), { code: 'compile-unknown' });
  const statuses: [method: string, path: string, body: unknown, status: number][] = [
    ['POST', '/api/dse/compile', { signatureId: SELECT, colour: 1 }, 400],
    ['POST', '/api/dse/compile', { signatureId: SELECT, maxCalls: 0 }, 400],
    ['GET', '/api/dse/compiles/none', undefined, 404],
    ['GET', `/api/dse/judges/${'a'.repeat(64)}`, undefined, 404],
    ['GET', '/api/dse/judges/none', undefined, 400],
    ['POST', '/api/dse/judges', { rubric: 'x', pairs: [] }, 400],
  ];
  for (const [method, path, body, status] of statuses)
    t.equal((await call(api.port, method, path, body)).status, status, `${method} ${path}`);
  t.equal(model.calls, 0);
});

t.test('without a store nothing is compiled', async (t) => {
  const desk = compileDesk(undefined);
  await t.rejects(desk.start({ signatureId: SELECT }, NEVER), { code: 'request-invalid', reason: /--no-log/ });
});
