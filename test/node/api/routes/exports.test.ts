import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { FILE_FORMATS } from '../../../../ledger/export/file-formats.ts';
import { parseRules } from '../../../../ledger/redact/rules.ts';
import { RemoteEngine } from '../../../../node/api/remote-engine.ts';
import { realClock } from '../../../../node/clock.ts';
import { realRandom } from '../../../../node/random.ts';
import { temporaryFolder } from '../../../support/cli.ts';
import { textOf } from '../../../support/exported.ts';
import { call, serve, TOKEN } from '../support.ts';

async function scene(t: Test) {
  const { api, engine } = await serve(t, { repeat: 200 });
  const file = join(temporaryFolder(t), 'a.log');
  writeFileSync(file, 'first\n');
  const asked = await call(api.port, 'POST', '/api/runs', {
    query: 'Why nsec1qqqqqqqqqqqqq?',
    files: [file],
    options: { experiment: 'x y' },
  });
  const id = asked.body.run_id as string;
  const ended = async () => (await call(api.port, 'GET', `/api/runs/${id}`)).body.status !== 'running';
  while (!(await ended()));
  const address = { port: api.port, token: TOKEN };
  const remote = new RemoteEngine({ address, health: engine.health(), clock: realClock(), random: realRandom() });
  t.teardown(() => remote.close());
  return { port: api.port, id, engine, remote };
}

/** What a browser gets. */
function download(port: number, path: string, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, headers, agent: false }, async (incoming) => {
      let text = '';
      for await (const part of incoming) text += String(part);
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

t.test('a download is a file with a name, never a page of the daemon', async (t) => {
  const { port, id } = await scene(t);
  const page = await download(port, `/api/runs/${id}/export?format=html`);
  t.match(page, {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-disposition': `attachment; filename="run-${id}.html"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
    text: /^<!doctype html>/,
  });
  t.notMatch(page.text, 'nsec1qq', 'redacted where nobody says otherwise');
  const folder = await download(port, `/api/runs/${id}/export?format=folder`);
  t.match(folder.text, /^\{"format":"pylon\.runs","v":1\}\n/);
  t.match(folder.text, 'nsec1qq', 'whole, as the folder is');
  t.notMatch((await download(port, `/api/runs/${id}/export?format=jsonl&redact=secrets`)).text, 'nsec1qq');
  const experiment = await download(port, '/api/experiments/x%20y/export?format=csv');
  t.match(experiment.headers, { 'content-disposition': 'attachment; filename="experiment-x-y.csv"' });
});

t.test('what would be removed can be seen before', async (t) => {
  const { port, id } = await scene(t);
  const { status, body } = await call(port, 'GET', `/api/runs/${id}/export/preview?format=html`);
  t.equal(status, 200);
  t.match(body, {
    runs: 1,
    rules: ['secrets', 'input', 'prompts', 'paths', 'keys', 'notes'],
    kept: ['answer', 'query', 'names'],
  });
  t.ok(body.removed.some(({ what }: { what: string }) => what === 'nsec'));
  const experiment = await call(port, 'GET', '/api/experiments/x%20y/export/preview?format=csv&redact=all');
  t.match(experiment, { status: 200, body: { runs: 1, kept: [] } });
});

t.test('without the token there is no download, and what is asked wrongly is said', async (t) => {
  const { port, id } = await scene(t);
  t.equal((await download(port, `/api/runs/${id}/export`, {})).status, 401);
  t.equal((await download(port, '/api/experiments/none/export')).status, 404);
  t.match(await call(port, 'GET', `/api/runs/${id}/export?format=pdf`), {
    status: 400,
    body: { error: { code: 'request-invalid' } },
  });
  t.match(await call(port, 'GET', `/api/runs/${id}/export?redact=x`), {
    status: 400,
    body: { error: { code: 'option-invalid' } },
  });
});

t.test('a file through the daemon is the file of the daemon, in every format', async (t) => {
  const { engine, remote, id } = await scene(t);
  for (const format of FILE_FORMATS) {
    for (const rules of [undefined, parseRules('none'), parseRules('all')]) {
      const wanted = { scope: { run: id }, format, ...(rules === undefined ? {} : { rules }) } as const;
      const [near, far] = [await engine.runs.file(wanted), await remote.runs.file(wanted)];
      t.same([far.name, far.type], [near.name, near.type]);
      t.equal(await textOf(far.pieces), await textOf(near.pieces));
      t.same(await remote.runs.filePreview(wanted), await engine.runs.filePreview(wanted));
    }
  }
  await t.rejects(remote.runs.file({ scope: { experiment: 'none' }, format: 'csv' }), { code: 'run-unknown' });
  t.same(await remote.runs.importFile('/a/known.jsonl'), [{ runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', imported: false }]);
});
