import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readToken } from '../../node/api/auth.ts';
import { call, type Json } from '../node/api/support.ts';
import { temporaryFolder } from '../support/cli.ts';
import { pylon, recordOf, startPylon } from '../support/command.ts';

const LOG = Array.from({ length: 2_000 }, (_, line) => `step ${line}: ${line === 1_700 ? 'error: parse.c' : 'ok'}`);

t.test(
  'of a real run the daemon shows the cited lines, the payloads and the cost, and nothing once it is deleted',
  async (t) => {
    const home = temporaryFolder(t);
    writeFileSync(join(home, 'build.log'), `${LOG.join('\n')}\n`);
    const daemon = startPylon(t, ['start', '--foreground', '--port', '0'], { home });
    const [, port = ''] = await daemon.said('stderr', /http:\/\/127\.0\.0\.1:(\d+)/);
    const authorization = `Bearer ${await readToken(home)}`;
    const ask = (method: string, path: string) => call(Number(port), method, path, undefined, { authorization });
    const asking = ['rlm', 'What failed?', '--file', 'build.log', '--chunk-size', '4000', '--json'];
    const record = recordOf(await pylon(t, asking, { home, cwd: home }));
    t.equal(record.status, 'done');
    const run = `/api/runs/${record.id}`;

    t.ok(record.span_refs.length > 0);
    for (const { path, start_line, end_line, start_byte, end_byte, content_hash } of record.span_refs) {
      const span = { path, start_line, end_line, start_byte, end_byte, content_hash };
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...span, around: 3 })) query.set(name, `${value}`);
      const { status, body } = await ask('GET', `${run}/source?${query}`);
      t.equal(status, 200);
      t.equal(body.matches, true);
      t.same(
        body.lines,
        LOG.slice(body.start_line - 1, end_line + 3),
        'the lines have the numbers they are said to have',
      );
    }
    const { body: page } = await ask('GET', `${run}/events?limit=5000`);
    const returned = page.events.filter((event: { type: string }) => event.type === 'SubQueryReturn');
    const payload = await ask('GET', `${run}/blobs/${returned[0].output_hash}`);
    t.match(payload, { status: 200, headers: { 'content-type': /^text\/plain/ } });
    t.ok(JSON.parse(payload.body));

    let overview: Json;
    do overview = (await ask('GET', '/api/overview')).body;
    while (overview.wallet === null); // it tells what it knows, and does not wait for the wallet
    t.match(overview, {
      running: [],
      recent: [{ id: record.id }],
      spent_today_msat: record.metrics.cost_msat,
      jobs_today: record.metrics.sub_queries,
      wallet: { kind: 'hub' },
    });

    const folder = join(home, 'runs', record.id);
    while (!existsSync(folder)) await ask('GET', '/api/health'); // it is written behind the answer
    t.match(await pylon(t, ['rlm', 'delete', record.id], { home }), { code: 0, stdout: `${record.id}\n` });
    t.notOk(existsSync(folder));
    t.equal((await ask('GET', `${run}/source?path=build.log&start_line=1`)).status, 404);
    t.equal((await ask('GET', `${run}/blobs/${returned[0].output_hash}`)).status, 404);
  },
);
