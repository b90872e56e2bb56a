import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runRecordSchema } from '../../../protocol/run.ts';
import { temporaryFolder } from '../../support/cli.ts';
import { call, type Json, serve } from './support.ts';

function input(t: Parameters<typeof temporaryFolder>[0]): string {
  const file = join(temporaryFolder(t), 'a.log');
  writeFileSync(file, 'first\nsecond\n');
  return file;
}

t.test('health is open, says who answers, and holds nothing of what was asked', async (t) => {
  const { api } = await serve(t);
  const { status, body } = await call(api.port, 'GET', '/api/health', undefined, { authorization: '' });
  t.equal(status, 200);
  t.match(body, { ok: true, instance: 'this-one', pid: process.pid, runs_active: 0 });
});

t.test('everything that reads or changes runs needs the token', async (t) => {
  const { api, engine } = await serve(t);
  for (const [method, path] of [
    ['GET', '/api/runs'],
    ['POST', '/api/runs'],
    ['GET', '/api/runs/01'],
    ['GET', '/api/runs/01/events'],
    ['POST', '/api/runs/01/cancel'],
    ['POST', '/api/runs/01/export'],
    ['POST', '/api/runs/import'],
    ['GET', '/api/nothing'],
  ] as const) {
    for (const authorization of ['', 'Bearer wrong', 'Basic eA==']) {
      const { status, body } = await call(api.port, method, path, method === 'POST' ? {} : undefined, {
        authorization,
      });
      t.equal(status, 401, `${method} ${path}`);
      t.equal(body.error.code, 'unauthorized');
    }
  }
  t.equal(engine.requests.length, 0);
});

t.test('another Host (DNS rebinding) or Origin is refused, also where no token is needed', async (t) => {
  const { api } = await serve(t);
  const refused = [
    { host: 'evil.example' },
    { host: `evil.example:${api.port}` },
    { host: '127.0.0.1.evil.example' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://127.0.0.1:${api.port + 1}` },
  ];
  for (const headers of refused) {
    const { status, body } = await call(api.port, 'GET', '/api/health', undefined, headers);
    t.equal(status, 403, JSON.stringify(headers));
    t.equal(body.error.code, 'origin-refused');
  }
  for (const headers of [
    { host: `localhost:${api.port}` },
    { host: '[::1]' },
    { origin: `http://localhost:${api.port}` },
  ]) {
    t.equal((await call(api.port, 'GET', '/api/health', undefined, headers)).status, 200, JSON.stringify(headers));
  }
});

t.test('a run is begun, listed, read by a prefix of its id, and followed page by page', async (t) => {
  const { api, engine } = await serve(t);
  const file = input(t);
  const begun = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [file], options: { fanout: 3 } });
  t.equal(begun.status, 202);
  const id: string = begun.body.run_id;
  t.equal(engine.requests[0]!.options.fanout, 3);
  t.equal(engine.requests[0]!.options.timeout_s, 60, 'defaults are filled in');
  const list = await call(api.port, 'GET', '/api/runs?limit=5&status=done');
  t.equal(list.body.runs[0].id, id);
  const one = await call(api.port, 'GET', `/api/runs/${id.slice(0, 12).toLowerCase()}`);
  t.equal(runRecordSchema.parse(one.body).status, 'done');
  const seqs: number[] = [];
  for (let next = 0, more = true; more; ) {
    const page = await call(api.port, 'GET', `/api/runs/${id}/events?from_seq=${next}&limit=2`);
    for (const event of page.body.events) seqs.push(event.seq);
    more = page.body.events.length > 0;
    next = page.body.next_seq;
  }
  t.same(
    seqs,
    seqs.map((_, index) => index),
    'no gaps, no repeats',
  );
});

t.test('cancelling ends a run with what it has', async (t) => {
  const { api } = await serve(t, { hold: new Promise(() => undefined) });
  const begun = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [input(t)] });
  const id: string = begun.body.run_id;
  t.equal((await call(api.port, 'GET', `/api/runs/${id}`)).body.status, 'running');
  const cancelled = await call(api.port, 'POST', `/api/runs/${id}/cancel`, {});
  t.match(cancelled, { status: 202, body: { cancelled: true } });
  let record: Json;
  do record = (await call(api.port, 'GET', `/api/runs/${id}`)).body;
  while (record.status === 'running');
  t.match(record, { status: 'partial', error: { code: 'interrupted' } });
  t.match(await call(api.port, 'POST', `/api/runs/${id}/cancel`, {}), { body: { cancelled: false } });
});

t.test('export and import answer with the folder and the run', async (t) => {
  const { api } = await serve(t);
  const begun = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [input(t)] });
  const out = await call(api.port, 'POST', `/api/runs/${begun.body.run_id}/export`, { folder: '/tmp/x' });
  t.equal(out.body.folder, '/tmp/x');
  const read = await call(api.port, 'POST', '/api/runs/import', { folder: '/known-run' });
  t.match(read, { status: 200, body: { imported: false } });
});

t.test('what is malformed gets the field, the reason and a 4xx, and starts nothing', async (t) => {
  const { api, engine } = await serve(t);
  const file = input(t);
  const cases: [unknown, number, RegExp][] = [
    [{ query: 'Why?', files: [file], options: { fanout: 0 } }, 400, /body\.options\.fanout: must be a whole number/],
    [{ query: 'Why?', files: ['relative'] }, 400, /body\.files\.0: must be an absolute path/],
    [{ query: 'Why?', files: [file], more: 1 }, 400, /body: .*more/],
    [{ query: 'Why?', files: [file], options: { log: false } }, 400, /a daemon keeps every run/],
    [{ files: [file] }, 400, /body\.query/],
    ['{"query": ', 400, /JSON/],
    [{ query: 'x'.repeat(2_000_000), files: [] }, 413, /larger than 1048576 bytes/],
  ];
  for (const [body, expected, message] of cases) {
    const reply = await call(api.port, 'POST', '/api/runs', body);
    t.equal(reply.status, expected);
    t.match(reply.body.error, { code: 'request-invalid', message });
  }
  t.equal(engine.requests.length, 0);
  t.match(await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: ['/nope'] }), {
    status: 400,
    body: { error: { code: 'input-missing', value: '/nope' } },
  });
  t.match(await call(api.port, 'GET', '/api/runs/ZZZ'), { status: 404, body: { error: { code: 'run-unknown' } } });
  t.match(await call(api.port, 'GET', '/api/runs?limit=-1'), { status: 400 });
  t.match(await call(api.port, 'GET', '/api/nothing'), { status: 404, body: { error: { code: 'request-invalid' } } });
});

/** Routes of predictions and of what improves them. */
const DSE_PATHS = [
  '/api/dse/active',
  '/api/dse/artifact/{compiledId}',
  '/api/dse/artifacts',
  '/api/dse/blob/{receiptId}/{blobId}',
  '/api/dse/canaries',
  '/api/dse/canary/judge',
  '/api/dse/canary/start',
  '/api/dse/canary/stop',
  '/api/dse/canary/{canaryId}',
  '/api/dse/compile',
  '/api/dse/compile/plan',
  '/api/dse/compiles',
  '/api/dse/compiles/{id}',
  '/api/dse/compiles/{id}/end',
  '/api/dse/compiles/{id}/stop',
  '/api/dse/datasets',
  '/api/dse/examples',
  '/api/dse/examples/import-file',
  '/api/dse/examples/{signatureId}/{exampleId}',
  '/api/dse/explored/{receiptId}',
  '/api/dse/history',
  '/api/dse/judges',
  '/api/dse/judges/{hash}',
  '/api/dse/label',
  '/api/dse/mine',
  '/api/dse/nights',
  '/api/dse/nights/{id}',
  '/api/dse/nights/{id}/check',
  '/api/dse/nights/{id}/end',
  '/api/dse/nights/{id}/stop',
  '/api/dse/overview',
  '/api/dse/predict',
  '/api/dse/promote',
  '/api/dse/promotions',
  '/api/dse/promotions/{promotionId}',
  '/api/dse/receipt/{receiptId}',
  '/api/dse/receipts/list',
  '/api/dse/rollback',
  '/api/dse/signatures',
  '/api/dse/tactics',
  '/api/dse/tactics/draft',
  '/api/dse/trace/export',
];

t.test('openapi.json documents every route that is served, from the schemas that check it', async (t) => {
  const { api } = await serve(t);
  const { status, body } = await call(api.port, 'GET', '/api/openapi.json', undefined, { authorization: '' });
  t.equal(status, 200);
  t.equal(body.openapi, '3.1.0');
  t.same(Object.keys(body.paths).sort(), [
    '/api/compare',
    ...DSE_PATHS,
    '/api/earnings',
    '/api/experiments',
    '/api/experiments/{name}',
    '/api/experiments/{name}/export',
    '/api/experiments/{name}/export/preview',
    '/api/health',
    '/api/ledger',
    '/api/ledger/verify',
    '/api/overview',
    '/api/providers',
    '/api/providers/{key}',
    '/api/providers/{key}/jobs',
    '/api/runs',
    '/api/runs/import',
    '/api/runs/import-file',
    '/api/runs/{id}',
    '/api/runs/{id}/blobs/{hash}',
    '/api/runs/{id}/cancel',
    '/api/runs/{id}/events',
    '/api/runs/{id}/export',
    '/api/runs/{id}/export/preview',
    '/api/runs/{id}/replay',
    '/api/runs/{id}/resume',
    '/api/runs/{id}/snapshot',
    '/api/runs/{id}/source',
    '/api/session',
    '/api/session/links',
    '/api/wallet',
    '/api/wallet/connections',
    '/api/wallet/invoices',
    '/api/wallet/payments',
    '/api/wallet/transactions',
    '/v1/chat/completions',
    '/v1/models',
    '/v1/models/{model}',
    '/v1/models/{owner}/{name}',
  ]);
  const { schema } = body.paths['/api/runs'].post.requestBody.content['application/json'];
  t.match(schema.properties.options.properties.fanout, { type: 'integer', minimum: 1, maximum: 1_000, default: 10 });
  t.same(body.paths['/api/health'].get.security, []);
  t.same(body.paths['/api/runs'].get.security, [{ token: [] }, { session: [] }]);
});

t.test('a taken port is told as such', async (t) => {
  const { api } = await serve(t);
  const { startApi } = await import('../../../node/api/server.ts');
  const { FakeEngine } = await import('../../support/fake-engine.ts');
  const { realClock } = await import('../../../node/clock.ts');
  const { realRandom } = await import('../../../node/random.ts');
  const options = {
    engine: new FakeEngine(),
    token: 'x',
    clock: realClock(),
    random: realRandom(),
    instance: 'y',
    log: () => undefined,
  };
  await t.rejects(startApi({ ...options, port: api.port }), { code: 'port-in-use' });
});
