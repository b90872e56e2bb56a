import t from 'tap';
import { call, enter, type Json, LiveClient, refusedUpgrade, serve, TOKEN } from './support.ts';

const nobody = { authorization: '' };

t.test('without the token or a session everything is refused, with a hint of what to do', async (t) => {
  const { api, engine } = await serve(t);
  const { cookie } = await enter(api.port);
  const name = cookie.split('=')[0];
  for (const headers of [
    nobody,
    { authorization: 'Bearer wrong' },
    { authorization: 'Bearer wrong', cookie },
    { ...nobody, cookie: `${name}=${'0'.repeat(64)}` },
    { ...nobody, cookie: `${name}=` },
    { ...nobody, cookie: cookie.replace('pylon_session', 'session') },
  ]) {
    for (const [method, path] of [
      ['GET', '/api/runs'],
      ['POST', '/api/runs'],
      ['GET', '/api/wallet'],
      ['POST', '/api/session/links'],
      ['DELETE', '/api/session'],
      ['GET', '/api/nothing'],
    ] as const) {
      const reply = await call(api.port, method, path, method === 'POST' ? {} : undefined, {
        origin: `http://127.0.0.1:${api.port}`,
        ...headers,
      });
      t.equal(reply.status, 401, `${method} ${path} ${JSON.stringify(headers)}`);
      t.match(reply.body.error, { code: 'unauthorized', next: /`pylon dashboard`/ });
    }
  }
  t.equal(engine.requests.length, 0);
});

t.test('of all routes there are, a stranger gets an answer only where it is let in, and whether we live', async (t) => {
  const { api, engine } = await serve(t);
  const { body } = await call(api.port, 'GET', '/api/openapi.json');
  const routes = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => [method.toUpperCase(), path] as const),
  );
  t.ok(routes.length > 20, `${routes.length} routes`);
  const open: string[] = [];
  for (const [method, path] of routes) {
    const named = path.replace(/\{\w+\}/g, '01');
    const reply = await call(api.port, method, named, /^P/.test(method) ? {} : undefined, nobody);
    if (reply.status !== 401) open.push(`${method} ${path}`);
    else if (path.startsWith('/v1/')) t.match(reply.body.error, { code: 'invalid_api_key', message: /PYLON_HOME/ });
    else t.match(reply.body.error, { code: 'unauthorized', next: /`pylon dashboard`/ }, `${method} ${path}`);
  }
  t.same(open.sort(), ['GET /api/health', 'POST /api/session']);
  t.equal(engine.requests.length, 0);
});

t.test('a link lets a browser in, once; logging out ends that', async (t) => {
  const { api } = await serve(t);
  const origin = `http://127.0.0.1:${api.port}`;
  const made = await call(api.port, 'POST', '/api/session/links');
  t.equal(made.status, 200);
  t.ok(Date.parse(made.body.expires_at) > Date.now());
  const [page, code] = (made.body.url as string).split('#enter=');
  t.equal(page, `${origin}/rlm`);
  const entered = await call(api.port, 'POST', '/api/session', { code }, { ...nobody, origin });
  t.equal(entered.status, 204);
  const [cookie = ''] = entered.headers['set-cookie']!;
  t.match(cookie, /HttpOnly; SameSite=Strict/);
  const session = { ...nobody, cookie: cookie.split(';')[0]! };
  t.equal((await call(api.port, 'GET', '/api/runs', undefined, session)).status, 200);
  const again = await call(api.port, 'POST', '/api/session', { code }, { ...session, origin });
  t.equal(again.status, 204, 'the same browser reloads the page');
  t.match(await call(api.port, 'POST', '/api/session/links', {}, { ...session, origin }), {
    status: 401,
    body: { error: { message: /needs the token/ } },
  });
  const left = await call(api.port, 'DELETE', '/api/session', undefined, { ...session, origin });
  t.equal(left.status, 204);
  t.match(left.headers['set-cookie'], [/Max-Age=0/]);
  t.equal((await call(api.port, 'GET', '/api/runs', undefined, session)).status, 401);
  for (const wrong of [{ code }, { code: 'guessed' }])
    t.match(await call(api.port, 'POST', '/api/session', wrong, { ...nobody, origin }), {
      status: 401,
      body: { error: { code: 'link-used-up' } },
    });
});

t.test(
  'a page of another origin, or of a name that was pointed here, can neither read nor change anything',
  async (t) => {
    const { api, engine } = await serve(t);
    const { cookie } = await enter(api.port);
    const own = `http://127.0.0.1:${api.port}`;
    const { code } = await link(api.port);
    const strangers: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${api.port + 1}` },
      { origin: `https://127.0.0.1:${api.port}` },
      { host: 'evil.example' },
      { host: `evil.example:${api.port}`, origin: `http://evil.example:${api.port}` },
      { host: `127.0.0.1.evil.example:${api.port}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const stranger of strangers) {
      const headers = { ...nobody, cookie, ...stranger };
      for (const [method, path] of [
        ['GET', '/api/runs'],
        ['POST', '/api/runs'],
        ['POST', '/api/runs/01/cancel'],
        ['DELETE', '/api/session'],
      ] as const) {
        const reply = await call(api.port, method, path, method === 'POST' ? {} : undefined, headers);
        t.match(reply, { status: 403, body: { error: { code: 'origin-refused' } } }, JSON.stringify([path, stranger]));
        t.equal(reply.headers['access-control-allow-origin'], undefined);
      }
      if (stranger['sec-fetch-site'] !== undefined) continue;
      t.equal((await call(api.port, 'POST', '/api/session', { code }, { ...nobody, ...stranger })).status, 403);
      t.equal(await refusedUpgrade(api.port, '/ws', { cookie, ...stranger }), 403, JSON.stringify(stranger));
    }
    t.match(await call(api.port, 'POST', '/api/runs', {}, { ...nobody, cookie }), {
      status: 403,
      body: { error: { message: /must send its Origin/ } },
    });
    t.equal(await refusedUpgrade(api.port, '/ws', { cookie }), 403);
    const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    t.equal((await call(api.port, 'OPTIONS', '/api/runs', undefined, { ...nobody, ...preflight })).status, 403);
    t.equal(engine.requests.length, 0);
    const fine = { ...nobody, cookie, origin: own, 'sec-fetch-site': 'same-origin' };
    t.equal((await call(api.port, 'POST', '/api/runs', {}, fine)).status, 400, 'our own page gets as far as its body');
    t.equal((await call(api.port, 'POST', '/api/session', { code }, { ...nobody, origin: own })).status, 204);
  },
);

async function link(port: number): Promise<{ code: string }> {
  const { body } = await call(port, 'POST', '/api/session/links');
  return { code: (body.url as string).split('#enter=')[1]! };
}

t.test('a WebSocket takes the cookie, the token, or the token in its first message', async (t) => {
  const { api, engine } = await serve(t);
  const { cookie } = await enter(api.port);
  const origin = `http://127.0.0.1:${api.port}`;
  for (const headers of [{ cookie, origin }, { authorization: `Bearer ${TOKEN}` }] as Record<string, string>[]) {
    const client = new LiveClient(api.port, headers);
    await client.send({ type: 'subscribe', run_id: 'ZZZ', from_seq: 0 });
    t.match(await client.until((message: Json) => message.type === 'error'), { error: { code: 'run-unknown' } });
    client.socket.terminate();
  }
  t.equal(await refusedUpgrade(api.port, '/ws', { authorization: 'Bearer wrong', cookie, origin }), 401);
  const stranger = new LiveClient(api.port, { cookie: cookie.replace(/.$/, 'x'), origin });
  await stranger.send({ type: 'subscribe', run_id: 'ZZZ', from_seq: 0 });
  t.match(await stranger.until((message: Json) => message.type === 'error'), { error: { code: 'unauthorized' } });
  t.equal((await stranger.closed).code, 1008);
  t.equal(engine.requests.length, 0);
});

t.test('what the API answers may do nothing in a browser, and is kept by none', async (t) => {
  const { api } = await serve(t);
  for (const path of ['/api/health', '/api/runs', '/api/nothing', '/api/openapi.json']) {
    const { headers } = await call(api.port, 'GET', path);
    t.match(headers, {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': /default-src 'none'.*sandbox/,
    });
  }
});
