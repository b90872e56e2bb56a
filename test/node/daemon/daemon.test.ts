import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { processStart } from '../../../node/daemon/process-start.ts';
import { isAlive, readDaemonRecord } from '../../../node/daemon/record.ts';
import { runCli, temporaryFolder } from '../../support/cli.ts';

const PYLON = fileURLToPath(new URL('../../support/fake-pylon.js', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `pylon …` as a process of its own; `said` resolves once its stderr matches. */
function launch(home: string, argv: readonly string[], environment: Record<string, string> = {}) {
  const env = { ...process.env, PYLON_HOME: home, ...environment };
  const child = spawn(process.execPath, [PYLON, ...argv], { env, cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part) => {
    stdout += part;
  });
  child.stderr.on('data', (part) => {
    stderr += part;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
  const said = async (words: RegExp) => {
    while (!words.test(stderr)) await once(child.stderr, 'data');
  };
  return { ended, said };
}

/** Runs `pylon …` as a process of its own to its end. */
function pylon(home: string, argv: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return launch(home, argv, environment).ended;
}

t.test('start answers only once the API does; status, rlm, history and stop find it', async (t) => {
  const home = temporaryFolder(t);
  t.teardown(() => runCli(['stop'], { home }));
  const started = await pylon(home, ['start', '--port', '0']);
  t.equal(started.code, 0, started.stderr);
  t.match(started.stdout, /^http:\/\/127\.0\.0\.1:\d+\n$/);
  const record = (await readDaemonRecord(home))!;
  t.ok(await isAlive(record));
  for (const name of ['daemon.json', 'token', 'pylon.log'])
    t.equal(statSync(join(home, name)).mode & 0o777, 0o600, name);

  const status = await runCli(['status'], { home });
  t.match(status, { code: 0, stdout: new RegExp(`^running +pid ${record.pid},`) });
  t.match(JSON.parse((await runCli(['status', '--json'], { home })).stdout), { state: 'running', pid: record.pid });
  t.match(await pylon(home, ['start', '--port', '0']), { code: 1, stderr: /daemon-running: .*pid \d+/ });

  writeFileSync(join(home, 'a.log'), 'first\n');
  const asked = await runCli(['rlm', 'Why?', '--file', 'a.log'], { home });
  t.equal(asked.code, 0, asked.stderr);
  t.match(asked.stdout, /\[1\] a\.log:1\n {4}first/);
  t.equal(asked.engines.length, 0, 'the work was done in the daemon');
  const history = await runCli(['rlm', 'history'], { home });
  t.match(history.stdout, /Why\?/);
  t.equal(history.engines.length, 0);
  const shown = await runCli(['rlm', 'show', history.stdout.slice(0, 26)], { home });
  t.match(shown.stdout, /^\[1\] a\.log:1$/m);
  const piped = await runCli(['rlm', 'Why?', '--file', '-'], { home, stdin: 'from a pipe\n' });
  t.match(piped.stdout, /\[1\] stdin:1\n {4}from a pipe/);
  t.equal(
    (await runCli(['rlm', 'Why?', '--file', 'a.log', '--no-log'], { home })).engines.length,
    1,
    '--no-log asks no daemon',
  );
  t.match((await runCli(['doctor'], { home })).stdout, /^ok +daemon +pid \d+ answers/m);

  t.match(await runCli(['stop'], { home }), { code: 0, stderr: new RegExp(`stopped pid ${record.pid}`) });
  t.notOk(await isAlive(record));
  t.equal(await readDaemonRecord(home), undefined);
  t.match(readFileSync(join(home, 'pylon.log'), 'utf8'), /serves http.*\n.*stopping.*\n.*stopped\n$/s);
  t.match(await runCli(['status'], { home }), { code: 1, stdout: /no daemon runs/ });
  t.match(await runCli(['stop'], { home }), { code: 0, stderr: /no daemon runs/ });
});

t.test('a daemon killed with -9 leaves a record that fools nobody', async (t) => {
  const home = temporaryFolder(t);
  t.teardown(() => runCli(['stop'], { home }));
  await pylon(home, ['start', '--port', '0']);
  const record = (await readDaemonRecord(home))!;
  process.kill(record.pid, 'SIGKILL');
  while (await isAlive(record)) await new Promise(setImmediate);
  t.match(await runCli(['status'], { home }), { code: 1, stdout: /ended without a goodbye/ });
  t.match(await runCli(['doctor'], { home }), {
    stdout: /ok +daemon +none runs, the last one ended without a goodbye/,
  });
  writeFileSync(join(home, 'a.log'), 'first\n');
  t.equal((await runCli(['rlm', 'Why?', '--file', 'a.log'], { home })).engines.length, 1, 'the run is done in process');
  // The pid given to another process since: this very one, which must not be stopped.
  writeFileSync(join(home, 'daemon.json'), JSON.stringify({ ...record, pid: process.pid }));
  t.match(await runCli(['stop'], { home }), { code: 0, stderr: /no daemon runs/ });
  t.match(await pylon(home, ['start', '--port', '0']), { code: 0 });
});

t.test('stopping ends a run in flight with what it has, and its asker gets that', async (t) => {
  const home = temporaryFolder(t);
  t.teardown(() => runCli(['stop'], { home }));
  await pylon(home, ['start', '--port', '0'], { FAKE_ENGINE_HOLDS: '1' });
  writeFileSync(join(home, 'a.log'), 'first\n');
  const asking = launch(home, ['rlm', 'Why?', '--file', 'a.log']);
  await asking.said(/^reading a\.log/m);
  await runCli(['stop'], { home });
  const asked = await asking.ended;
  t.equal(asked.code, 130, asked.stderr);
  t.match(asked.stdout, /So far nothing/);
});

t.test('a daemon that cannot come up says why to who started it, and leaves no record', async (t) => {
  const home = temporaryFolder(t);
  t.match(await pylon(home, ['start', '--port', '0'], { FAKE_ENGINE_FAILS: 'throw' }), {
    code: 1,
    stderr: /^pylon: store-corrupt: .*"a secret place"/,
  });
  t.match(await pylon(home, ['start', '--port', '0'], { FAKE_ENGINE_FAILS: 'exit' }), {
    code: 1,
    stderr: /^pylon: daemon-start-failed: the daemon ended at once with code 7/,
  });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  t.match(await pylon(home, ['start', '--port', String(port)]), { code: 1, stderr: /^pylon: port-in-use: .*--port/ });
  t.equal(await readDaemonRecord(home), undefined);
});

t.test('--foreground serves until it is told to stop', async (t) => {
  const home = temporaryFolder(t);
  const serving = launch(home, ['start', '--foreground', '--port', '0']);
  await serving.said(/serves http/);
  t.match(await runCli(['stop'], { home }), { code: 0, stderr: /stopped pid/ });
  t.match(await serving.ended, { code: 0, stderr: /serves http.*stopped\n$/s });
});

t.test('two processes never have the same start', async (t) => {
  t.equal(await processStart(process.pid), await processStart(process.pid));
  t.not(await processStart(process.pid), await processStart(process.ppid));
  t.equal(await processStart(2 ** 22 + 1), undefined);
});
