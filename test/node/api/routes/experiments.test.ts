import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { RemoteEngine } from '../../../../node/api/remote-engine.ts';
import { realClock } from '../../../../node/clock.ts';
import { realRandom } from '../../../../node/random.ts';
import { runsQuerySchema } from '../../../../protocol/run-list.ts';
import { temporaryFolder } from '../../../support/cli.ts';
import { call, serve, TOKEN } from '../support.ts';

async function scene(t: Test) {
  const { api } = await serve(t);
  const file = join(temporaryFolder(t), 'a.log');
  writeFileSync(file, 'first\nsecond\n');
  const ask = async (query: string, options: object = {}): Promise<string> =>
    (await call(api.port, 'POST', '/api/runs', { query, files: [file], options })).body.run_id;
  const address = { port: api.port, token: TOKEN };
  const health = { public_key: null, relays: [], provider: null, runs_active: 0 };
  const remote = new RemoteEngine({ address, health, clock: realClock(), random: realRandom() });
  t.teardown(() => remote.close());
  return { port: api.port, ask, remote };
}

t.test('runs are filtered, sorted and paged, here and through a daemon', async (t) => {
  const { port, ask, remote } = await scene(t);
  for (const query of ['Why one?', 'who two', 'why three']) await ask(query);
  const list = async (query: string) => (await call(port, 'GET', `/api/runs?${query}`)).body;
  const first = await list('text=WHY&sort=query&order=asc&limit=1');
  t.match(first, { runs: [{ query: 'Why one?' }], total: 2 });
  const second = await list(`text=WHY&sort=query&order=asc&limit=1&cursor=${first.next_cursor}`);
  t.match(second, { runs: [{ query: 'why three' }], next_cursor: null, total: 2 });
  t.match(await remote.runs.page(runsQuerySchema.parse({ text: 'why', sort: 'query', order: 'asc', limit: 1 })), first);
  t.match(await list('since=2026-11-22'), { total: 0 });
  t.match(await list('cost_min_sats=0.026&method=pylon.map_reduce&status=done'), { total: 3 });
  for (const wrong of ['sort=beauty', 'since=yesterday', 'cost_max_sats=much', 'limit=1001', 'cursor=x', 'colour=red'])
    t.match(await call(port, 'GET', `/api/runs?${wrong}`), {
      status: 400,
      body: { error: { code: 'request-invalid' } },
    });
});

t.test('a run is filed, scored and noted over the API, and taken out again', async (t) => {
  const { port, ask, remote } = await scene(t);
  const id = await ask('Why?');
  const patch = (body: unknown) => call(port, 'PATCH', `/api/runs/${id}`, body);
  t.match(await patch({ experiment: 'é/1', scores: { accuracy: 0.84 }, note: 'n' }), {
    status: 200,
    body: { id, experiment: 'é/1', scores: { accuracy: 0.84 }, note: 'n' },
  });
  t.match(await remote.runs.annotate(id, { experiment: null, scores: { accuracy: null } }), { experiment: null });
  t.equal((await remote.runs.get(id))?.scores, undefined);
  for (const wrong of [{ scores: { a: 'x' } }, { experiment: '' }, { status: 'done' }, []])
    t.match(await patch(wrong), { status: 400, body: { error: { code: 'request-invalid' } } });
  t.match(await call(port, 'PATCH', '/api/runs/7ZZZ', { note: 'x' }), { status: 404 });
  t.equal((await call(port, 'PATCH', `/api/runs/${id}`, { note: 'x' }, { authorization: '' })).status, 401);
});

t.test('experiments of any name are listed, shown, noted and compared, here and through a daemon', async (t) => {
  const { port, ask, remote } = await scene(t);
  const name = `${'名'.repeat(120)}/%?#`;
  const ids = [await ask('Why?', { experiment: name }), await ask('Who?', { experiment: name })];
  await ask('alone');
  const path = `/api/experiments/${encodeURIComponent(name)}`;
  t.match(await call(port, 'GET', path), { status: 200, body: { experiment: { name, runs: 2 }, runs: [{}, {}] } });
  t.match(await call(port, 'PATCH', path, { note: 'both' }), { status: 200, body: { note: 'both' } });
  t.match(await remote.experiments.list(), { total: 1, experiments: [{ name, note: 'both', runs: 2 }] });
  t.match(await remote.experiments.view(name), { experiment: { note: 'both' }, comparison: { runs: [{}, {}] } });
  t.match(await remote.experiments.note(name, null), { note: null });
  await t.rejects(remote.experiments.view('nobody'), { code: 'experiment-unknown', value: 'nobody' });
  t.equal((await call(port, 'GET', '/api/experiments/nobody')).status, 404);
  const compared = await call(port, 'GET', `/api/compare?runs=${ids.join(',')},${ids[0]}`);
  t.match(compared, { status: 200, body: { runs: [{ run_id: ids[0] }, { run_id: ids[1] }], sides: [{}] } });
  t.equal(compared.body.runs.length, 2, 'named twice, there once');
  t.equal((await call(port, 'GET', '/api/compare?runs=')).status, 400);
  t.equal((await call(port, 'GET', '/api/compare')).status, 400);
  t.equal((await call(port, 'GET', '/api/compare?runs=7ZZZ')).status, 404);
});
