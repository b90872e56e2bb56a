import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { temporaryFolder } from '../support/cli.ts';
import { pylon, recordOf, startPylon } from '../support/command.ts';

const LOG = Array.from(
  { length: 400 },
  (_, line) => `step ${line}: ${line === 170 ? 'error: parse.c password=hunter2hunter2' : 'ok'}`,
);

t.test('an experiment goes to another daemon, and what it cost there is nobody’s money', async (t) => {
  const [home, other] = [temporaryFolder(t), temporaryFolder(t)];
  writeFileSync(join(home, 'build.log'), LOG.join('\n'));
  const npub = /npub1\w+/.exec((await pylon(t, ['init'], { home })).stdout)?.[0] ?? '';
  const asked = ['rlm', 'What failed?', '--file', 'build.log', '--experiment', 'grid', '--json'];
  const run = recordOf(await pylon(t, asked, { home, cwd: home }));
  t.ok(run.cost_sats > 0, 'it cost something');

  const doorOf = ['--sync-allow', npub, '--sync-listen', '127.0.0.1:0'];
  const daemon = startPylon(t, ['start', '--foreground', '--port', '0', ...doorOf], { home: other });
  const [, url = ''] = await daemon.said('stderr', /takes synced runs of 1 key\(s\) at (http:\/\/127\.0\.0\.1:\d+)/);
  const sync = async (...more: string[]) => {
    const { code, stdout, stderr } = await pylon(t, ['rlm', 'sync', '--to', url, '--json', ...more], { home });
    t.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  t.match(await sync('--experiment', 'grid'), { runs: [{ run_id: run.id, complete: true }] });
  await pylon(t, ['rlm', 'tag', run.id, 'accuracy=0.84'], { home });
  const own = startPylon(t, ['start', '--foreground', '--port', '0'], { home });
  await own.said('stderr', /serves http/);
  t.match(await sync(run.id), { runs: [{ run_id: run.id, events_sent: 1 }] }, 'through a daemon, the rest');

  const there = async (...argv: string[]) => JSON.parse((await pylon(t, [...argv, '--json'], { home: other })).stdout);
  const { run: shown } = await there('rlm', 'show', run.id);
  t.match(shown, { id: run.id, cost_sats: run.cost_sats, experiment: 'grid', scores: { accuracy: 0.84 } });
  t.match(shown.origin, /^[0-9a-f]{64}$/);
  t.notMatch(JSON.stringify(shown), /hunter2|What failed|parse\.c/);
  const listed = await there('rlm', 'history');
  t.match(listed, [{ id: run.id, origin: shown.origin }]);
  t.same((await there('providers')).providers, []);
  t.notMatch(JSON.stringify(await there('ledger')), run.id);
  const refused = await pylon(t, ['rlm', 'resume', run.id], { home: other });
  t.match(refused, { code: 2, stderr: /run-not-resumable/ });

  const stranger = await pylon(t, ['rlm', 'sync', run.id, '--to', url], { home: other });
  t.match(stranger, { code: 1, stderr: /key-refused/ });
  const plain = await pylon(t, ['rlm', 'sync', run.id, '--to', 'http://192.0.2.7:7781'], { home });
  t.match(plain, { code: 2, stderr: /option-invalid.*--insecure/ });
});
