import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { readDaemonRecord } from '../../../../node/daemon/record.ts';
import { runCli, temporaryFolder } from '../../../support/cli.ts';
import { call } from '../../api/support.ts';

const PYLON = fileURLToPath(new URL('../../../support/fake-pylon.js', import.meta.url));

/** Runs `pylon …` as a process of its own, because it starts the daemon by its own command. */
function pylon(home: string, argv: readonly string[], environment: Record<string, string> = {}) {
  const env = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', PYLON_HOME: home, ...environment };
  const child = spawn(process.execPath, [PYLON, ...argv], { env, cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part) => {
    stdout += part;
  });
  child.stderr.on('data', (part) => {
    stderr += part;
  });
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

/** A folder with a browser in it that writes down what it was asked to open. */
function fakeBrowser(t: Parameters<typeof temporaryFolder>[0]) {
  const folder = temporaryFolder(t);
  const opened = join(folder, 'opened');
  writeFileSync(
    join(folder, 'xdg-open'),
    `#!/bin/sh\nprintf '%s\\n' "$1" > "${opened}.new"\nmv "${opened}.new" "${opened}"\n`,
  );
  chmodSync(join(folder, 'xdg-open'), 0o755);
  const untilOpened = async () => {
    const watcher = watch(folder);
    while (!existsSync(opened)) await new Promise((resolve) => watcher.once('change', resolve));
    watcher.close();
    return readFileSync(opened, 'utf8').trim();
  };
  return { folder, untilOpened };
}

t.test('it starts the daemon, opens a link that lets the browser in once, and finds that daemon again', async (t) => {
  const home = temporaryFolder(t);
  t.teardown(() => runCli(['stop'], { home }));
  const browser = fakeBrowser(t);
  const first = await pylon(home, ['dashboard', '--port', '0'], {
    DISPLAY: ':0',
    PATH: `${browser.folder}:${process.env.PATH}`,
  });
  t.equal(first.code, 0, first.stderr);
  const { port, pid } = (await readDaemonRecord(home))!;
  t.match(first.stdout, new RegExp(`^http://127\\.0\\.0\\.1:${port}/rlm#enter=[0-9a-f]{64}\n$`));
  t.match(first.stderr, /opened in your browser; the link works once/);
  t.equal(await browser.untilOpened(), first.stdout.trim());
  const code = first.stdout.trim().split('#enter=')[1];
  const entered = await call(port, 'POST', '/api/session', { code }, { authorization: '' });
  t.equal(entered.status, 204);
  const cookie = entered.headers['set-cookie']![0]!.split(';')[0]!;
  t.equal((await call(port, 'GET', '/api/runs', undefined, { authorization: '', cookie })).status, 200);

  const second = await pylon(home, ['dashboard', '--json']);
  t.match(JSON.parse(second.stdout), { url: new RegExp(`:${port}/rlm#enter=`), opened: false });
  const noOpen = await pylon(home, ['dashboard', '--no-open'], { DISPLAY: ':0', PATH: '/nowhere' });
  t.match(noOpen, { code: 0, stderr: /^open this in a browser on this machine; / });
  const failed = await pylon(home, ['dashboard'], { DISPLAY: ':0', PATH: '/nowhere' });
  t.match(failed, { code: 0, stdout: /#enter=/, stderr: /\(not opened: .*ENOENT\)/ });
  t.equal((await readDaemonRecord(home))!.pid, pid);

  await runCli(['stop'], { home });
  await pylon(home, ['start', '--port', String(port)]);
  t.equal(
    (await call(port, 'GET', '/api/runs', undefined, { authorization: '', cookie })).status,
    200,
    'a restart logs nobody out',
  );
});

t.test('a daemon that cannot come up is told as `pylon start` tells it', async (t) => {
  const home = temporaryFolder(t);
  t.match(await pylon(home, ['dashboard', '--port', '0'], { FAKE_ENGINE_FAILS: 'throw' }), {
    code: 1,
    stdout: '',
    stderr: /^pylon: store-corrupt: /,
  });
  t.match(await pylon(home, ['dashboard', '--port', 'x']), { code: 2, stderr: /option-invalid: .*--port/ });
});
