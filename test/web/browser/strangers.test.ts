// A page of another server of this machine, in a browser that is logged in: the closest a stranger can come. And a name that was
// pointed at 127.0.0.1, which the browser takes for the stranger's own.
import { createServer } from 'node:http';
import t from 'tap';
import { openPage, whyNoBrowser } from '../../support/browser.ts';
import { openStage } from '../../support/dashboard-stage.ts';

const skip = { skip: whyNoBrowser };

/** A page at an origin of its own. */
async function openStranger(): Promise<{ url: string; close: () => void }> {
  const server = createServer((_request, reply) => {
    reply.setHeader('content-type', 'text/html').end('<title>stranger</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

/** What becomes of every way a page has to reach the daemon: `status:` and what it could read, or that it failed. */
const ATTEMPTS = `async (daemon) => {
  const tell = async (work) => {
    try { return await work(); } catch { return 'failed'; }
  };
  const ask = (path, more) => tell(async () => {
    const reply = await fetch(daemon + path, { credentials: 'include', ...more });
    return reply.type + reply.status + ':' + await reply.text();
  });
  const body = JSON.stringify({ query: 'stolen', files: ['/etc/hostname'] });
  return {
    read: await ask('/api/runs'),
    readBlind: await ask('/api/runs', { mode: 'no-cors' }),
    begin: await ask('/api/runs', { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
    beginBlind: await ask('/api/runs', { method: 'POST', body, mode: 'no-cors' }),
    form: await tell(() => new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.name = 'target';
      document.body.append(frame);
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action: daemon + '/api/runs', target: 'target', enctype: 'text/plain' });
      document.body.append(form);
      frame.onload = () => {
        try { resolve('read:' + frame.contentDocument.body.innerText); } catch { resolve('unreadable'); }
      };
      form.submit();
    })),
    script: await tell(() => new Promise((resolve) => {
      const script = document.createElement('script');
      script.src = daemon + '/api/runs';
      script.onload = () => resolve('loaded');
      script.onerror = () => resolve('failed');
      document.head.append(script);
    })),
    socket: await tell(() => new Promise((resolve) => {
      const socket = new WebSocket(daemon.replace('http', 'ws') + '/ws');
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('failed');
    })),
  };
}`;

const NOTHING = {
  read: 'failed',
  readBlind: 'failed',
  begin: 'failed',
  beginBlind: 'failed',
  script: 'failed',
  socket: 'failed',
};

t.test('it can neither read nor begin anything, although the browser is logged in', skip, async (t) => {
  const stage = await openStage();
  const stranger = await openStranger();
  t.teardown(stranger.close);
  await using opened = await stage.enter('/rlm');
  const page = await opened.page.context().newPage();
  await page.goto(stranger.url);
  const { form, ...others } = (await page.evaluate(`(${ATTEMPTS})(${JSON.stringify(stage.url)})`)) as Record<
    string,
    string
  >;
  t.same(others, NOTHING);
  t.notMatch(form ?? '', /run_id/);
  const runs = JSON.parse((await stage.pylon(['rlm', 'history', '--json'])).stdout) as unknown;
  t.notMatch(JSON.stringify(runs), /stolen/);
});

t.test('a name that was pointed here gets nothing, not even the page', skip, async (t) => {
  const stage = await openStage();
  await using opened = await openPage();
  const { page } = opened;
  const { port } = new URL(stage.url);
  // Browsers resolve every name below localhost to this machine by themselves, as a rebound name would be.
  const reply = await page.goto(`http://rebound.localhost:${port}/rlm`);
  t.equal(reply?.status(), 403);
  t.match(await page.locator('body').innerText(), /origin-refused/);
  const read = await page.evaluate(`fetch('/api/runs').then((reply) => reply.text(), () => 'failed')`);
  t.equal(read, 'failed', 'what the daemon said may not even ask');
  for (const path of ['/api/runs', '/api/health', '/api/openapi.json'])
    t.equal((await page.goto(`http://rebound.localhost:${port}${path}`))?.status(), 403, path);
});

t.test('a page of a stranger whose own name was pointed here afterwards is refused all it asks', skip, async (t) => {
  const stage = await openStage();
  const stranger = await openStranger();
  t.teardown(stranger.close);
  await using opened = await stage.enter('/rlm');
  const page = await opened.page.context().newPage();
  const { port } = new URL(stage.url);
  const rebound = `http://rebound.localhost:${port}`;
  // The page comes from the stranger's server; from then on the name is this machine, and the browser sees one origin.
  const html = await (await fetch(stranger.url)).text();
  await page.route(`${rebound}/`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto(`${rebound}/`);
  t.equal(await page.title(), 'stranger');
  const { form, ...others } = (await page.evaluate(`(${ATTEMPTS})(${JSON.stringify(rebound)})`)) as Record<
    string,
    string
  >;
  const { script, socket, ...replies } = others;
  t.same({ script, socket }, { script: 'failed', socket: 'failed' });
  for (const [what, reply] of Object.entries(replies)) {
    t.match(reply, /^basic403:.*origin-refused/, what);
    t.notMatch(reply, stage.runs[0]!.id, what);
  }
  t.notMatch(form ?? '', /run_id/);
  const runs = JSON.parse((await stage.pylon(['rlm', 'history', '--json'])).stdout) as unknown;
  t.notMatch(JSON.stringify(runs), /stolen/);
});
