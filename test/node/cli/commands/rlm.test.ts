import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PylonError } from '../../../../protocol/errors.ts';
import { runRecordSchema } from '../../../../protocol/run.ts';
import { runCli, startCli, temporaryFolder } from '../../../support/cli.ts';
import type { FakeEngine } from '../../../support/fake-engine.ts';

function scene(t: Parameters<typeof temporaryFolder>[0]) {
  const folder = temporaryFolder(t);
  const home = join(folder, 'home');
  writeFileSync(join(folder, 'build.log'), 'error: no space left\nmake: *** [all] Error 1\n');
  return { home, cwd: folder, file: join(folder, 'build.log') };
}

t.test('stdout is the answer and its citations with the quoted line, stderr is the rest', async (t) => {
  const { home, cwd } = scene(t);
  const { code, stdout, stderr } = await runCli(['rlm', 'Why?', '--file', 'build.log'], { home, cwd });
  t.equal(code, 0);
  t.equal(stdout, 'It broke because of this [1]\n\n[1] build.log:1\n    error: no space left\n');
  t.match(stderr, /^reading build\.log, 45 B, 10 chunks at a time$/m);
  t.match(stderr, /done: 1\/1 chunk · 100 % of 45 B · 1 provider · 0\.026 sats/);
});

t.test('--json prints exactly one RunRecord whose hashes are those of the cited bytes', async (t) => {
  const { home, cwd, file } = scene(t);
  const { code, stdout } = await runCli(['rlm', 'Why?', '--file', 'build.log', '--json'], { home, cwd });
  t.equal(code, 0);
  t.equal(stdout.trimEnd().split('\n').length, 1);
  const record = runRecordSchema.parse(JSON.parse(stdout));
  const [span] = record.span_refs;
  const bytes = readFileSync(file).subarray(span!.start_byte, span!.end_byte);
  t.equal(span!.content_hash, createHash('sha256').update(bytes).digest('hex'));
});

t.test('flags beat variables, variables beat config.toml, and all reach the engine', async (t) => {
  const { home, cwd } = scene(t);
  mkdirSync(home);
  writeFileSync(join(home, 'config.toml'), 'fanout = 3\ntimeout_s = 7\nquorum = "0.5"\n');
  const environment = { PYLON_TIMEOUT_S: '8', PYLON_QUORUM: '5' };
  const { engines } = await runCli(
    [
      'rlm',
      'Why?',
      '--file',
      'build.log',
      '--quorum',
      'best-effort',
      '--relay',
      'ws://a',
      '--relay',
      'ws://b',
      '--no-log',
    ],
    { home, cwd, environment },
  );
  const { options } = (engines[0]!.engine as FakeEngine).requests[0]!;
  t.match(options, { fanout: 3, timeout_s: 8, quorum: 'best-effort', relays: ['ws://a', 'ws://b'], log: false });
  t.equal(engines[0]!.options.store, 'memory');
});

t.test('a citation of a file that changed since is printed without a quote', async (t) => {
  const { home, cwd, file } = scene(t);
  let release: () => void = () => undefined;
  const hold = new Promise<void>((resolve) => {
    release = resolve;
  });
  const run = startCli(['rlm', 'Why?', '--file', 'build.log'], { home, cwd, script: { hold } });
  await once(run.stderr, 'written');
  writeFileSync(file, 'something else\n');
  release();
  t.equal(await run.code, 0);
  t.match(run.stdout.text, /\[1\] build\.log:1\n {4}\(the file has changed or is not here\)/);
});

t.test('standard input is read with `-` or from a pipe, cited as stdin, and its copy removed', async (t) => {
  const { home, cwd } = scene(t);
  for (const flags of [['--file', '-'], []]) {
    const { code, stdout } = await runCli(['rlm', 'Why?', ...flags], { home, cwd, stdin: 'first line\nsecond\n' });
    t.equal(code, 0);
    t.match(stdout, /\[1\] stdin:1\n {4}first line/);
  }
  t.same(readdirSync(join(home, 'spool')), []);
});

t.test('copies of standard input that a killed process left are removed by the next one', async (t) => {
  const { home, cwd } = scene(t);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  mkdirSync(join(home, 'spool', `${pid}-dead`), { recursive: true });
  mkdirSync(join(home, 'spool', `${process.ppid}-alive`));
  await runCli(['rlm', 'Why?', '--file', '-'], { home, cwd, stdin: 'a line\n' });
  t.same(readdirSync(join(home, 'spool')), [`${process.ppid}-alive`]);
});

t.test('--no-log leaves nothing behind, not even a home', async (t) => {
  const { home, cwd } = scene(t);
  const { code } = await runCli(['rlm', 'Why?', '--file', '-', '--no-log'], { home, cwd, stdin: 'a line\n' });
  t.equal(code, 0);
  t.notOk(existsSync(home));
});

t.test('what a provider wrote cannot steer the terminal', async (t) => {
  const { home, cwd } = scene(t);
  const script = { output: 'owned \x1b]0;title\x07\x1b[2J [1]' };
  const { stdout } = await runCli(['rlm', 'Why?', '--file', 'build.log'], { home, cwd, script });
  t.match(stdout, /^owned {2}\[1\]/);
});

t.test('a failed run prints no answer, one line of why, and ends with its code', async (t) => {
  const { home, cwd } = scene(t);
  for (const [error, expected] of [
    ['budget-too-small', 3],
    ['quorum-not-reached', 4],
    ['no-providers', 1],
  ] as const) {
    const script = { fail: new PylonError(error) };
    const { code, stdout, stderr } = await runCli(['rlm', 'Why?', '--file', 'build.log'], { home, cwd, script });
    t.equal(code, expected);
    t.equal(stdout, '');
    t.match(stderr, new RegExp(`^pylon: ${error}: `, 'm'));
    const asJson = await runCli(['rlm', 'Why?', '--file', 'build.log', '--json'], { home, cwd, script });
    t.equal(JSON.parse(asJson.stdout).error.code, error, 'the record is still printed');
  }
});

t.test('the first Ctrl-C gives the partial answer and 130, the second ends the process', async (t) => {
  const { home, cwd } = scene(t);
  const run = startCli(['rlm', 'Why?', '--file', 'build.log'], {
    home,
    cwd,
    script: { hold: new Promise(() => undefined) },
  });
  await once(run.stderr, 'written');
  run.interrupt();
  run.interrupt();
  t.equal(await run.code, 130);
  t.match(run.stdout.text, /So far nothing/);
  t.match(run.stderr.text, /partial: 0\/1 chunk · 0 % of 45 B/);
  t.same(run.exits, [130]);
});

t.test('every mistake is one line with the value, the reason and the next step, and exit code 2', async (t) => {
  const { home, cwd } = scene(t);
  const ask = ['rlm', 'Why?', '--file', 'build.log'];
  const mistakes: [string[], RegExp][] = [
    [[...ask, '--fanout', '0'], /option-invalid: --fanout must be a whole number from 1 to 1,000 \("0"\): see/],
    [[...ask, '--fanout', '-1'], /--fanout must be a whole number from 1 to 1,000 \("-1"\)/],
    [[...ask, '--fanout', '1e9'], /--fanout must be a whole number from 1 to 1,000 \("1e9"\)/],
    [[...ask, '--fanout', 'ten'], /--fanout must be a whole number from 1 to 1,000 \("ten"\)/],
    [[...ask, '--budget', '1.5'], /money-invalid: --budget must be a whole number .* \("1.5"\): write whole sats/],
    [[...ask, '--quorum', 'most'], /quorum-invalid: --quorum: .* \("most"\): use --quorum all/],
    [[...ask, '--relay', 'http://x'], /relay-url-invalid: --relay: .* \("http:\/\/x"\): write it as wss/],
    [[...ask, '--backend', 'gpt'], /backend-unknown: --backend: there is no such backend \("gpt"\)/],
    [[...ask, '--verify', 'maybe'], /verification-invalid: --verify: .*unknown \("maybe"\): use --verify none, cred/],
    [
      [...ask, '--verify', 'redundancy:5of3'],
      /--verify: 5 of 3 cannot agree: .* \("redundancy:5of3"\): use redundancy:3of5/,
    ],
    [
      [...ask, '--verify', 'validated:'],
      /--verify: it does not name the key .* \("validated:"\): write it as validated:<npub>/,
    ],
    [
      [...ask, '--verify', 'objective:no.json'],
      /schema-invalid: the schema file does not exist \("no.json"\): check the path/,
    ],
    [
      [...ask, '--verify', 'objective:build.log'],
      /schema-invalid: the schema is not JSON: .* \("build.log"\): give a JSON Schema/,
    ],
    [[...ask, '--verify', 'objective:.'], /schema-invalid: the schema file cannot be read \(EISDIR\) \("."\)/],
    [[...ask, '--chunk-size', '1'], /--chunk-size must be a whole number from [\d,]+ to 524,288 \("1"\)/],
    [[...ask, '--timeout', '0'], /--timeout must be a number of seconds above 0/],
    [[...ask, '--provider', '3'], /unknown option \("--provider"\): did you mean --providers\?/],
    [[...ask, '--fanout'], /option '--fanout <n>' argument missing|argument missing/],
    [['rlm', '', '--file', 'build.log'], /query-empty/],
    [['rlm', '--file', 'build.log'], /query-empty/],
    [['rlm', 'x'.repeat(1_000_000), '--file', 'build.log'], /query-too-long: .*"1000000 characters"/],
    [['rlm', 'Why?', '--file', ''], /input-missing: the path is empty \(""\)/],
    [['rlm', 'Why?'], /input-missing: no input is named: add --file/],
    [['rlm', 'Why?', '--file', 'nope.log'], /input-missing: .* \("nope.log"\)/],
    [['frobnicate'], /unknown command \("frobnicate"\)/],
    [['stats'], /unknown command \("stats"\): did you mean status\?/],
    [['start', '--port', '70000'], /--port must be a whole number from 0 to 65,535 \("70000"\)/],
    [['provider', '--concurrency', '0', '--relay', 'ws://a'], /--concurrency must be a whole number/],
    [['provider'], /no relay is named to serve on: add --relay/],
    [['relay', '--min-pow', 'x'], /--min-pow must be a whole number from 0 to 64 \("x"\)/],
    [['rlm', 'history', '--limit', '0'], /--limit must be a whole number from 1 to 1000 \("0"\)/],
    [['rlm', 'history', '--status', 'odd'], /--status must be one of running, done, partial, failed \("odd"\)/],
    [['rlm', 'show'], /missing required argument \("run"\)/],
    [['config', 'get', 'fanuot'], /config-invalid: .* \("fanuot"\): did you mean fanout\?/],
    [['config', 'set', 'fanout', 'many'], /config-invalid: fanout must be a whole number .* \("many"\)/],
  ];
  for (const [argv, expected] of mistakes) {
    const { code, stdout, stderr } = await runCli(argv, { home, cwd });
    t.equal(code, 2, argv.join(' '));
    t.equal(stdout, '');
    t.match(stderr, expected);
    t.match(stderr, /^pylon: .*\n$/, 'one line');
  }
});

t.test('a store that another process holds is told as such, and --no-log still answers', async (t) => {
  const { home, cwd } = scene(t);
  const openEngine = async (options: { store: string }) => {
    if (options.store === 'disk') throw new PylonError('store-locked');
    return new (await import('../../../support/fake-engine.ts')).FakeEngine();
  };
  const ask = ['rlm', 'Why?', '--file', 'build.log'];
  const locked = await runCli(ask, { home, cwd, openEngine });
  t.equal(locked.code, 1);
  t.match(locked.stderr, /store-locked: another process holds the store, and no daemon answers .*--no-log/);
  t.equal((await runCli([...ask, '--no-log'], { home, cwd, openEngine })).code, 0);
});

t.test('a home that cannot be made is one line, too', async (t) => {
  const { cwd, file } = scene(t);
  const { code, stderr } = await runCli(['rlm', 'Why?', '--file', file], { home: join(file, 'home'), cwd });
  t.equal(code, 1);
  t.match(stderr, /home-unwritable: PYLON_HOME cannot be made: a part of its path is a file/);
});

t.test('the home is private to its owner; a folder that was there keeps its rights', async (t) => {
  const { home, cwd } = scene(t);
  await runCli(['rlm', 'Why?', '--file', 'build.log'], { home, cwd });
  t.equal(statSync(home).mode & 0o777, 0o700);
  chmodSync(home, 0o755);
  await runCli(['rlm', 'Why?', '--file', 'build.log'], { home, cwd });
  t.equal(statSync(home).mode & 0o777, 0o755);
  t.match((await runCli(['doctor'], { home, cwd })).stdout, /^warn +home +others can look into/m);
});
