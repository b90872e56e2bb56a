import t, { type Test } from 'tap';
import { remoteNights } from '../../../../node/api/remote/nights.ts';
import { nightRequest, openNightHome, SELECT } from '../../../support/night-home.ts';
import { call, serve, TOKEN } from '../support.ts';

async function stage(t: Test) {
  const at = await openNightHome(t);
  const { api } = await serve(t, {}, undefined, undefined, at.engine);
  return { ...at, port: api.port, nights: remoteNights({ port: api.port, token: TOKEN }) };
}

t.test('over the API a night is as it is in the process', async (t) => {
  const at = await stage(t);
  const { nightId, isResumed, finished } = await at.nights.start(nightRequest(), new AbortController().signal);
  t.equal(isResumed, false);
  const night = await finished;
  t.match(night, { nightId, signatureId: SELECT, status: 'passed' });
  t.same(night, await at.engine.nights.read(nightId));
  t.same(await at.nights.list({ limit: 5, signature: SELECT }), { nights: [night], next_before: null });
  t.same(await at.nights.list({ limit: 5, signature: 'another.v1' }), { nights: [], next_before: null });
  const check = await at.nights.check(nightId.slice(0, 20));
  t.match(check, { nightId, dangling: [] });
  t.equal(await at.nights.stop(nightId), false);
});

t.test('a night of a daemon is stopped by whoever waits for it', async (t) => {
  const at = await stage(t);
  const stop = new AbortController();
  const { nightId, finished } = await at.nights.start(nightRequest(), stop.signal);
  stop.abort();
  await t.rejects(finished, { code: 'interrupted' });
  t.match(await at.nights.read(nightId), { status: 'running' });
  const again = await at.nights.start(nightRequest(), new AbortController().signal);
  t.match(again, { nightId, isResumed: true });
  t.match(await again.finished, { status: 'passed' });
});

t.test('what is wrong with a night is said with its code', async (t) => {
  const at = await stage(t);
  await t.rejects(at.nights.read('0000'), { code: 'night-unknown' });
  await t.rejects(at.nights.check('0000'), { code: 'night-unknown' });
  await t.rejects(at.nights.start(nightRequest({ untilMs: 1 }), new AbortController().signal), {
    code: 'night-refused',
  });
  for (const body of [{}, { ...nightRequest(), untilMs: 'dawn' }, { ...nightRequest(), more: 1 }]) {
    const { status, body: told } = await call(at.port, 'POST', '/api/dse/nights', body);
    t.match([status, told], [400, { error: { code: 'request-invalid' } }]);
  }
  t.equal((await call(at.port, 'GET', '/api/dse/nights?limit=0')).status, 400);
  t.equal((await call(at.port, 'GET', '/api/dse/nights/0000')).status, 404);
});
