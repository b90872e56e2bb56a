import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { RemoteEngine } from '../../../../node/api/remote-engine.ts';
import { realClock } from '../../../../node/clock.ts';
import { realRandom } from '../../../../node/random.ts';
import { temporaryFolder } from '../../../support/cli.ts';
import { call, serve, TOKEN } from '../support.ts';

async function stage(t: Parameters<typeof temporaryFolder>[0] & Parameters<typeof serve>[0]) {
  const folder = temporaryFolder(t);
  const file = join(folder, 'a.log');
  writeFileSync(file, 'first\nsecond\n');
  writeFileSync(join(folder, 'secret.txt'), 'hush hush\n');
  const { api, engine } = await serve(t);
  const names = { [file]: 'a.log' };
  const begun = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [file], display_names: names });
  const id: string = begun.body.run_id;
  const get = (path: string) => call(api.port, 'GET', `/api/runs/${id}/${path}`);
  const record = () => call(api.port, 'GET', `/api/runs/${id}`);
  while ((await record()).body.status === 'running');
  return { api, engine, folder, file, id, get, record };
}

t.test('a citation opens the lines it cites, and says whether they are what was read', async (t) => {
  const { get, record, file } = await stage(t);
  const [span] = (await record()).body.span_refs;
  const { path, start_line, end_line, start_byte, end_byte, content_hash } = span;
  const query = new URLSearchParams({ path, start_line, end_line, start_byte, end_byte, content_hash });
  t.match(await get(`source?${query}`), {
    status: 200,
    body: { path: 'a.log', start_line: 1, lines: ['first', 'second'], total_lines: 2, truncated: false, matches: true },
  });
  t.match((await get('source?path=a.log&start_line=2&around=0')).body, {
    start_line: 2,
    lines: ['second'],
    matches: null,
  });
  writeFileSync(file, 'FIRST\nsecond\n');
  t.match((await get(`source?${query}`)).body, { lines: ['FIRST', 'second'], matches: false });
  t.match(await get('source?path=a.log&start_line=9'), { status: 422, body: { error: { code: 'input-changed' } } });
  rmSync(file);
  t.match(await get(`source?${query}`), { status: 410, body: { error: { code: 'source-gone', value: 'a.log' } } });
});

t.test('only what the run read can be read, whatever the path says', async (t) => {
  const { api, get, file, folder } = await stage(t);
  for (const path of [
    file,
    join(folder, 'secret.txt'),
    'secret.txt',
    '../secret.txt',
    './a.log',
    '/etc/passwd',
    'a.log/',
  ])
    t.match(await get(`source?start_line=1&path=${encodeURIComponent(path)}`), {
      status: 404,
      body: { error: { code: 'source-unknown', value: path } },
    });
  for (const query of ['start_line=1', 'path=a.log', 'path=a.log&start_line=0', 'path=a.log&start_line=2&end_line=1'])
    t.match(await get(`source?${query}`), { status: 400 }, query);
  t.match(await get('source?path=a.log&start_line=1&around=501'), { status: 400 });
  t.match(await get('source?path=a.log&start_line=1&content_hash=x'), { status: 400 });
  t.equal((await call(api.port, 'GET', '/api/runs/ZZZ/source?path=a.log&start_line=1')).status, 404);
});

t.test('a payload that the trace names comes as text that a browser will not run', async (t) => {
  const { engine, get } = await stage(t);
  const payload = Buffer.from('{"x":"<script>alert(1)</script>\u202e"}');
  const hash = createHash('sha256').update(payload).digest('hex');
  engine.payloads.set(hash, payload);
  const { status, body, headers } = await get(`blobs/${hash}`);
  t.equal(status, 200);
  t.equal(body, payload.toString());
  t.match(headers, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-security-policy': /sandbox/,
  });
  t.match(await get(`blobs/${'0'.repeat(64)}`), { status: 404, body: { error: { code: 'payload-unknown' } } });
  t.match(await get('blobs/..%2f..'), { status: 400 });
  engine.payloads.set(hash, Buffer.alloc(16_777_217));
  t.match(await get(`blobs/${hash}`), { status: 404, body: { error: { message: /16777217 bytes/ } } });
});

t.test('a run that is over can be deleted, one that goes on cannot', async (t) => {
  const { api, engine, id } = await stage(t);
  t.match(await call(api.port, 'DELETE', `/api/runs/${id.slice(0, 15)}`), { status: 200, body: { run_id: id } });
  t.equal((await call(api.port, 'GET', `/api/runs/${id}`)).status, 404);
  t.match(await call(api.port, 'DELETE', `/api/runs/${id}`), { status: 404 });
  const health = engine.health();
  const address = { port: api.port, token: TOKEN };
  const remote = new RemoteEngine({ address, health, clock: realClock(), random: realRandom() });
  await t.rejects(remote.runs.delete(id), { code: 'run-unknown' });
});

t.test('a run that goes on is not deleted', async (t) => {
  const { api } = await serve(t, { hold: new Promise(() => undefined) });
  const file = join(temporaryFolder(t), 'a.log');
  writeFileSync(file, 'first\n');
  const begun = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [file] });
  t.match(await call(api.port, 'DELETE', `/api/runs/${begun.body.run_id}`), { status: 400 });
});
