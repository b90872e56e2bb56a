import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import t from 'tap';
import { temporaryFolder } from '../../support/cli.ts';
import { call, serve } from './support.ts';

const INDEX = '<!doctype html><title>Pylon</title><script type="module" src="/rlm/assets/app-abc.js"></script>';
const SCRIPT = `console.log(${JSON.stringify('a'.repeat(5_000))});\n`;
const nobody = { authorization: '' };

async function stage(t: Parameters<typeof temporaryFolder>[0] & Parameters<typeof serve>[0]) {
  const folder = join(temporaryFolder(t), 'dashboard');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), INDEX);
  writeFileSync(join(folder, 'assets', 'app-abc.js'), SCRIPT);
  writeFileSync(join(folder, '..', 'secret.txt'), 'hush hush');
  const { api } = await serve(t, {}, undefined, folder);
  return { folder, port: api.port };
}

/** The body as it came, not decoded; the path as it is, not normalised. */
function raw(port: number, path: string, headers: Record<string, string>): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, headers, agent: false }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part) => parts.push(part));
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(parts) }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

t.test('every address of the app is the one page, without a session, under a strict policy', async (t) => {
  const { port } = await stage(t);
  for (const path of ['/rlm', '/rlm/', '/rlm/runs', '/rlm/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/rlm/experiments/a%2Fb']) {
    const { status, body, headers } = await call(port, 'GET', path, undefined, nobody);
    t.equal(status, 200, path);
    t.equal(body, INDEX);
    t.match(headers, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    t.equal(
      headers['content-security-policy'],
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
  }
  t.match(await call(port, 'GET', '/', undefined, nobody), { status: 302, headers: { location: '/rlm' } });
  t.match(await call(port, 'GET', '/rlm', undefined, { ...nobody, host: 'evil.example' }), { status: 403 });
});

t.test('assets are kept by the browser for ever, and by their ETag otherwise', async (t) => {
  const { port, folder } = await stage(t);
  const asset = await call(port, 'GET', '/rlm/assets/app-abc.js', undefined, nobody);
  t.match(asset, {
    status: 200,
    body: SCRIPT,
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    },
  });
  const index = await call(port, 'GET', '/rlm', undefined, nobody);
  const known = { ...nobody, 'if-none-match': index.headers.etag! };
  t.match(await call(port, 'GET', '/rlm', undefined, known), { status: 304, body: null });
  t.equal((await call(port, 'HEAD', '/rlm', undefined, nobody)).status, 200);
  writeFileSync(join(folder, 'index.html'), INDEX.replace('abc', 'xyz'));
  utimesSync(join(folder, 'index.html'), 1, 1);
  t.match(await call(port, 'GET', '/rlm', undefined, known), { status: 200, body: /xyz/ }, 'built anew');
  t.match(await call(port, 'GET', '/rlm/assets/gone.js', undefined, nobody), {
    status: 404,
    body: { error: { message: /no such page/ } },
  });
});

t.test('text travels compressed as the browser can take it', async (t) => {
  const { port } = await stage(t);
  const path = '/rlm/assets/app-abc.js';
  const [zipped, brotli, plain] = await Promise.all([
    raw(port, path, { 'accept-encoding': 'gzip, deflate' }),
    raw(port, path, { 'accept-encoding': 'gzip, deflate, br, zstd' }),
    raw(port, path, {}),
  ]);
  t.equal(gunzipSync(zipped.body).toString(), SCRIPT);
  t.equal(brotliDecompressSync(brotli.body).toString(), SCRIPT);
  t.equal(plain.body.toString(), SCRIPT);
  t.ok(zipped.body.length < SCRIPT.length / 2);
});

t.test('no path leads out of the folder', async (t) => {
  const { port, folder } = await stage(t);
  symlinkSync(join(folder, '..', 'secret.txt'), join(folder, 'assets', 'link.txt'));
  writeFileSync(join(folder, '.hidden'), 'hush hush');
  const up = ['../secret.txt', '..%2fsecret.txt', '%2e%2e/secret.txt', '%2e%2e%2fsecret.txt', '..%5csecret.txt'];
  const deep = ['assets/../../secret.txt', 'assets/..%2f..%2fsecret.txt', 'assets/%2e%2e/%2e%2e/secret.txt'];
  const odd = [
    'assets/link.txt',
    '.hidden',
    'assets//../secret.txt',
    '/etc/passwd',
    '%00',
    'assets/%00',
    `${'a/'.repeat(200)}x`,
  ];
  for (const path of [...up, ...deep, ...odd]) {
    const { status, body } = await raw(port, `/rlm/${path}`, {});
    t.notMatch(body.toString(), /hush hush|root:/, `${path} ${status}`);
    t.ok(status < 500, `${path} ${status}`);
  }
});

t.test('where nothing was built it says so, to a person in words and to a program in JSON', async (t) => {
  const { port, folder } = await stage(t);
  t.match((await call(port, 'POST', '/api/session/links')).body, { built: true });
  rmSync(folder, { recursive: true });
  t.match(await call(port, 'GET', '/rlm', undefined, { ...nobody, accept: 'text/html,*/*' }), {
    status: 503,
    body: /^pylon: dashboard-unbuilt: .*npm run build/,
  });
  t.match(await call(port, 'GET', '/rlm', undefined, nobody), {
    status: 503,
    body: { error: { code: 'dashboard-unbuilt' } },
  });
  t.match((await call(port, 'POST', '/api/session/links')).body, { built: false });
});
