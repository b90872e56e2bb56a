import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { temporaryFolder } from '../../../support/cli.ts';
import { call, serve } from '../support.ts';

t.test('one request tells what runs, what ran, what today has cost, and how to begin', async (t) => {
  const { api } = await serve(t, { hold: new Promise(() => undefined) });
  const before = (await call(api.port, 'GET', '/api/overview')).body;
  t.match(before, { running: [], recent: [], spent_today_msat: 0, jobs_today: 0, health: { instance: 'this-one' } });
  t.match(before.wallet, { kind: 'hub' });
  t.match(before.demo, { query: 'Why does this build fail?', file: /examples\/build\.log$/ });
  t.ok(statSync(before.demo.file).size > 1_000_000);
  t.ok(Date.parse(before.today_since) <= Date.now());
  const file = join(temporaryFolder(t), 'a.log');
  writeFileSync(file, 'first\n');
  const { run_id } = (await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [file] })).body;
  t.match((await call(api.port, 'GET', '/api/overview')).body, { running: [{ id: run_id }], recent: [{ id: run_id }] });
  t.equal((await call(api.port, 'GET', '/api/overview', undefined, { authorization: '' })).status, 401);
});

t.test('what was spent is there when a run is over', async (t) => {
  const { api } = await serve(t);
  const file = join(temporaryFolder(t), 'a.log');
  writeFileSync(file, 'first\n');
  await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [file] });
  let seen: { running: unknown[]; spent_today_msat: number; jobs_today: number };
  do seen = (await call(api.port, 'GET', '/api/overview')).body;
  while (seen.running.length > 0 || seen.jobs_today === 0);
  t.match(seen, { spent_today_msat: 26, jobs_today: 1 });
});
