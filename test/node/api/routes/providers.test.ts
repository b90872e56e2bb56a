import t from 'tap';
import { RemoteEngine } from '../../../../node/api/remote-engine.ts';
import { realClock } from '../../../../node/clock.ts';
import { realRandom } from '../../../../node/random.ts';
import { providerHistorySchema, providerJobsSchema } from '../../../../protocol/provider-history.ts';
import { providersQuerySchema, providersReportSchema } from '../../../../protocol/provider-report.ts';
import { call, serve, TOKEN } from '../support.ts';

t.test('the leaderboard is served as asked, and only with the token', async (t) => {
  const { api, engine } = await serve(t);
  const { status, body } = await call(api.port, 'GET', '/api/providers?sort=latency&since=7d&model=extractive&limit=5');
  t.equal(status, 200);
  t.match(providersReportSchema.parse(body), { sort: 'latency', model: 'extractive', providers: [{ name: 'carol' }] });
  t.same(engine.asked, [{ sort: 'latency', since: '7d', model: 'extractive', limit: 5 }]);
  await call(api.port, 'GET', '/api/providers');
  t.same(engine.asked[1], { sort: 'success', since: '24h', limit: 100 });
  t.equal((await call(api.port, 'GET', '/api/providers', undefined, { authorization: '' })).status, 401);
});

t.test('what cannot be asked is refused with the field and what it may be', async (t) => {
  const { api, engine } = await serve(t);
  const refusals = [
    ['sort=beauty', /query\.sort: must be one of success, latency, cost, jobs, trust/],
    ['since=yesterday', /query\.since: must be a number of hours, days or weeks/],
    ['since=0h', /query\.since/],
    ['since=99999w', /query\.since/],
    ['model=', /query\.model: must name a model/],
    ['limit=0', /query\.limit: must be a whole number from 1 to 1000/],
    ['limit=many', /query\.limit/],
    ['order=jobs', /order/],
  ] as const;
  for (const [query, message] of refusals)
    t.match(await call(api.port, 'GET', `/api/providers?${query}`), {
      status: 400,
      body: { error: { code: 'request-invalid', message } },
    });
  t.same(engine.asked, []);
  const unknown = await call(api.port, 'GET', '/api/providers?model=nobody');
  t.match(unknown, { status: 404, body: { error: { code: 'model-unknown', value: 'nobody' } } });
});

t.test('through a daemon the command gets the same report, and the same error', async (t) => {
  const { api, engine } = await serve(t);
  const address = { port: api.port, token: TOKEN };
  const remote = new RemoteEngine({ address, health: engine.health(), clock: realClock(), random: realRandom() });
  const query = providersQuerySchema.parse({ sort: 'cost', model: 'a b&c' });
  t.same(await remote.providers(query), await engine.providers(query));
  t.same(engine.asked[0], query);
  await t.rejects(remote.providers({ ...query, model: 'nobody' }), { code: 'model-unknown' });
});

t.test('one provider is served by its key, for the time asked for', async (t) => {
  const { api, engine } = await serve(t);
  const { status, body } = await call(api.port, 'GET', `/api/providers/${'cd'.repeat(32)}?since=7d`);
  t.equal(status, 200);
  t.match(providerHistorySchema.parse(body), { report: { provider: 'cd'.repeat(32), name: 'carol' }, points: [] });
  t.match(engine.asked, [{ since: '7d' }]);
  const bad = await call(api.port, 'GET', '/api/providers/abc?since=ever');
  t.match(bad, { status: 400, body: { error: { message: /query\.since/ } } });
  t.equal((await call(api.port, 'GET', '/api/providers/abc', undefined, { authorization: '' })).status, 401);
  const jobs = await call(api.port, 'GET', '/api/providers/abc/jobs');
  t.same(providerJobsSchema.parse(jobs.body), { jobs: [], runs_read: 0 });
});
