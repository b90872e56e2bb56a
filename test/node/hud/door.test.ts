import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { SHARE_RULES } from '../../../ledger/redact/rules.ts';
import { openHud } from '../../../node/hud/door.ts';
import type { HudChoice } from '../../../node/hud/settings.ts';
import { runOptionsSchema } from '../../../node/settings/run-options.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { temporaryFolder } from '../../support/cli.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const SECRET = `sk-${'a1B2'.repeat(12)}`;

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(port: number, path: string, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, agent: false }, async (incoming) => {
      let body = '';
      for await (const part of incoming.setEncoding('utf8')) body += part;
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

async function stage(t: { teardown(work: () => void | Promise<void>): void }, chosen: Partial<HudChoice> = {}) {
  const engine = new FakeEngine();
  const folder = temporaryFolder(t);
  const file = join(folder, 'build.log');
  writeFileSync(file, `password=hunter2hunter2 ${SECRET}\n`);
  const run = async (query: string, experiment?: string) => {
    const options = runOptionsSchema.parse(experiment === undefined ? {} : { experiment });
    const started = await engine.start({ query, files: [file], options }, new AbortController().signal);
    await started.finished;
    return started.runId;
  };
  const ids = [
    await run(`Why <b>red</b>? ${SECRET}`),
    await run('Not for others'),
    await run('Nightly one', 'nightly'),
  ];
  const clock = new VirtualClock();
  const logged: string[] = [];
  let choice: HudChoice | PylonError = {
    runs: [ids[0]!],
    experiments: ['nightly'],
    rules: SHARE_RULES,
    frameAncestors: [],
    ...chosen,
  };
  const hud = await openHud({
    engine,
    clock,
    log: (line) => logged.push(line),
    listen: { host: '127.0.0.1', port: 0 },
    choice: async () => {
      if (choice instanceof PylonError) throw choice;
      return choice;
    },
  });
  t.teardown(() => hud.close());
  const choose = (next: HudChoice | PylonError) => {
    choice = next;
  };
  return { engine, clock, logged, hud, ids: ids as [string, string, string], folder, choose, first: choice };
}

t.test('the public page lists what was chosen, redacted, and leads to each of it', async (t) => {
  const { hud, ids, folder } = await stage(t);
  const list = await ask(hud.port, '/');
  t.equal(list.status, 200);
  t.match(list.body, `href="/runs/${ids[0]}"`);
  t.match(list.body, 'Why &lt;b&gt;red&lt;/b&gt;?');
  t.match(list.body, 'href="/experiments/nightly"');
  const run = await ask(hud.port, `/runs/${ids[0]}`);
  t.match(run.body, /Why &lt;b&gt;red/);
  const experiment = await ask(hud.port, '/experiments/nightly');
  t.match(experiment.body, /Nightly one/);
  for (const { body } of [list, run, experiment]) {
    t.notMatch(body, SECRET);
    t.notMatch(body, folder);
    t.notMatch(body, 'Not for others');
    t.notMatch(body, /<script|https?:\/\/(?!www\.w3\.org)/);
  }
});

t.test('what was not chosen, what is not there and every other address look alike', async (t) => {
  const { hud, ids, logged } = await stage(t);
  const answers = [];
  for (const path of [
    `/runs/${ids[1]}`,
    '/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV',
    '/experiments/other',
    '/runs/%ff',
    '/api/runs',
  ])
    answers.push(await ask(hud.port, path));
  for (const path of ['/rlm', '/api/health', '/ws', `/runs/${ids[0]!.slice(0, 8)}`])
    answers.push(await ask(hud.port, path));
  for (const { status, body } of answers) t.same([status, body], [404, 'not shown here\n']);
  for (const method of ['POST', 'DELETE', 'PUT']) t.equal((await ask(hud.port, `/runs/${ids[0]}`, method)).status, 404);
  t.equal((await ask(hud.port, '/', 'HEAD')).status, 200);
  t.same(logged, []);
});

t.test('nobody may frame it until an origin is named, and then only that one', async (t) => {
  const closed = await stage(t);
  const { headers } = await ask(closed.hud.port, '/');
  t.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'$/);
  t.equal(headers['x-frame-options'], 'DENY');
  const open = await stage(t, { frameAncestors: ['https://example.org'] });
  for (const path of ['/', `/runs/${open.ids[0]}`]) {
    const framed = (await ask(open.hud.port, path)).headers;
    t.match(framed['content-security-policy'], /frame-ancestors https:\/\/example\.org$/);
    t.equal(framed['x-frame-options'], undefined);
    t.equal(framed['x-content-type-options'], 'nosniff');
  }
});

t.test('a page is made once for all who look within ten seconds, and what is withdrawn is gone at once', async (t) => {
  const { engine, hud, ids, clock, choose, first, logged } = await stage(t);
  let made = 0;
  const { file } = engine.runs;
  engine.runs.file = (asked) => {
    made++;
    return file(asked);
  };
  const path = `/runs/${ids[0]}`;
  await Promise.all([ask(hud.port, path), ask(hud.port, path), ask(hud.port, path)]);
  t.equal(made, 1);
  await clock.advance(10_000);
  await ask(hud.port, path);
  t.equal(made, 2);
  choose({ ...first, runs: [] });
  t.equal((await ask(hud.port, path)).status, 404);
  choose({ ...first, runs: [], experiments: [] });
  t.equal((await ask(hud.port, '/')).status, 404, 'nothing is chosen any more');
  choose(new PylonError('config-unreadable', { value: 'config.toml' }));
  t.same(
    [(await ask(hud.port, path)).status, logged.length],
    [503, 1],
    'a configuration that cannot be read shows nothing',
  );
});
