// What people mistype and what machines lack: each gets one clear line with the value, the reason
// and the next step, the exit code that fits, and loses nothing.
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { homePaths } from '../../node/home.ts';
import { QUERY_CHARS_MAX } from '../../protocol/limits.ts';
import { CHECKOUT, type CommandOptions, type Finished, pylon, startPylon } from '../support/command.ts';
import { inMountNamespace, whyNoMount } from '../support/mount-namespace.ts';
import { ScriptedRelay } from '../support/scripted-relay.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const QUESTION = 'Why did the pump fail?';
const TEXT = '12:00:01 belt started\n12:00:02 the pump failed: its valve leaks\n12:00:03 belt stopped\n';

/** A home, and a folder with one good file. */
async function stage(t: Test): Promise<CommandOptions & { cwd: string }> {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'in.log'), TEXT);
  return { home: join(folder, 'home'), cwd: folder };
}

/** Exactly one line of complaint, with everything in it that somebody needs. */
function checkRefused(
  t: Test,
  { code, stdout, stderr }: Finished,
  exit: number,
  error: string,
  ...parts: RegExp[]
): void {
  const complaints = stderr.split('\n').filter((line) => line.startsWith('pylon:'));
  t.equal(complaints.length, 1, `one line: ${stderr}`);
  const [line = ''] = complaints;
  t.ok(line.startsWith(`pylon: ${error}: `), line);
  for (const part of parts) t.match(line, part);
  t.equal(code, exit);
  t.equal(stdout, '', 'stdout is for answers');
  t.notMatch(stderr, /^\s+at /m, 'no stack trace');
}

t.test('an input that cannot be read is refused by its name and reason', async (t) => {
  const options = await stage(t);
  const { cwd } = options;
  await writeFile(join(cwd, 'binary.dat'), Buffer.from([1, 0, 2, 0, 255]));
  await writeFile(join(cwd, 'empty.txt'), '');
  await symlink('loop', join(cwd, 'loop')); // unreadable also to root
  await mkdir(join(cwd, 'hollow'));
  await mkdir(join(cwd, 'pictures'));
  await writeFile(join(cwd, 'pictures', 'one.dat'), Buffer.from([1, 0, 2, 0, 255]));
  const cases: [file: string, error: string, reason: RegExp][] = [
    ['nope.txt', 'input-missing', /does not exist \("nope.txt"\): check the path/],
    ['loop', 'input-unreadable', /cannot be read \(ELOOP\) \("loop"\): check/],
    ['empty.txt', 'input-empty', /the file is empty \("empty.txt"\): name a file/],
    ['binary.dat', 'input-binary', /not text \("binary.dat"\): convert/],
    ['hollow', 'input-empty', /no text to read \(it is empty\) \("hollow"\)/],
    ['pictures', 'input-empty', /no text to read \(1 binary\) \("pictures"\)/],
  ];
  for (const [file, error, reason] of cases)
    checkRefused(t, await pylon(t, ['rlm', QUESTION, '--file', file], options), 2, error, reason);
  const piped = await pylon(t, ['rlm', QUESTION, '--file', '-'], { ...options, stdin: '' });
  checkRefused(t, piped, 2, 'input-empty', /standard input is empty/);
});

t.test('an option that makes no sense is refused by its flag, before anything is opened', async (t) => {
  const options = await stage(t);
  const long = 'x'.repeat(120_000); // the system takes 128 KB in one argument
  const cases: [argv: string[], error: string, reason: RegExp][] = [
    [['', '--file', 'in.log'], 'query-empty', /\(""\): put a question in quotes/],
    [[long, '--file', 'in.log'], 'query-too-long', /4,096 characters \("120000 characters"\): .*--file/],
    [[QUESTION, '--file', 'in.log', '--fanout', '0'], 'option-invalid', /--fanout .* 1 to 1,000 \("0"\)/],
    [[QUESTION, '--file', 'in.log', '--fanout', '-1'], 'option-invalid', /--fanout .* 1 to 1,000 \("-1"\)/],
    [[QUESTION, '--file', 'in.log', '--fanout', '1e9'], 'option-invalid', /--fanout .* 1 to 1,000 \("1e9"\)/],
    [[QUESTION, '--file', 'in.log', '--quorum', 'most'], 'quorum-invalid', /\("most"\): use --quorum all, 0.8/],
    [[QUESTION, '--file', 'in.log', '--relay', 'https://x'], 'relay-url-invalid', /\("https:\/\/x"\): write it as wss/],
  ];
  for (const [argv, error, reason] of cases)
    checkRefused(t, await pylon(t, ['rlm', ...argv], options), 2, error, reason);
  await t.rejects(readFile(join(options.home, 'store', 'CURRENT')), { code: 'ENOENT' }, 'no store was made');
});

t.test('a broken key of the configuration is named with its file', async (t) => {
  const options = await stage(t);
  await mkdir(options.home);
  const cases: [toml: string, error: string, reason: RegExp][] = [
    ['fanout = "many"', 'config-invalid', /fanout in .*config\.toml .*\("many"\): fix it there/],
    ['fanuot = 3', 'config-invalid', /no key of this name \("fanuot"\): did you mean fanout\?/],
    ['fanout = = 3', 'config-unreadable', /line 1.*config\.toml.*fix the line/],
  ];
  for (const [toml, error, reason] of cases) {
    await writeFile(homePaths.config(options.home), toml);
    checkRefused(t, await pylon(t, ['rlm', QUESTION, '--file', 'in.log'], options), 2, error, reason);
  }
});

t.test('a home that cannot be used is refused, and --no-log does without', async (t) => {
  const options = await stage(t);
  const argv = ['rlm', QUESTION, '--file', 'in.log'];
  const home = join(options.cwd, 'in.log');
  checkRefused(t, await pylon(t, argv, { ...options, home }), 1, 'home-unwritable', /a file is in its place.*--no-log/);
  const anyway = await pylon(t, [...argv, '--no-log'], { ...options, home: join(options.cwd, 'none') });
  t.match(anyway, { code: 0, stdout: /the pump failed: its valve leaks \[1\]/ });
});

t.test('a read-only home is refused in one line', { skip: whyNoMount() }, async (t) => {
  const options = await stage(t);
  await mkdir(options.home);
  const launcher = inMountNamespace('mount -t tmpfs -o ro,size=1m tmpfs "$PYLON_HOME" && exec "$@"');
  const refused = await pylon(t, ['rlm', QUESTION, '--file', 'in.log'], { ...options, launcher });
  checkRefused(t, refused, 1, 'home-unwritable', /read-only.*--no-log/);
});

t.test('a full disk ends a run with one line and loses no earlier one', { skip: whyNoMount() }, async (t) => {
  const options = await stage(t);
  await mkdir(options.home);
  const script = `
    mount -t tmpfs -o size=4m tmpfs "$PYLON_HOME" || exit 77
    "$1" rlm "$2" --file in.log --experiment first >/dev/null 2>&1 || exit 76
    free=$(df -k --output=avail "$PYLON_HOME" | tail -1)
    dd if=/dev/zero of="$PYLON_HOME/filler" bs=1k count=$((free - 60)) 2>/dev/null
    "$1" rlm "$2" --file ${CHECKOUT}/examples/build.log >/dev/null; echo "middle: $?" >&2
    dd if=/dev/zero of="$PYLON_HOME/rest" bs=1k 2>/dev/null
    "$1" rlm "$2" --file in.log >/dev/null; echo "full: $?" >&2
    rm "$PYLON_HOME/filler" "$PYLON_HOME/rest"
    "$1" rlm history --json --experiment first`;
  const { code, stdout, stderr } = await pylon(t, [QUESTION], { ...options, launcher: inMountNamespace(script) });
  t.equal(code, 0, stderr);
  t.match(stderr, /^pylon: store-failed: .*disk.*--no-log$[\s\S]*^middle: 1$/m);
  t.match(stderr, /^pylon: home-unwritable: .*the disk is full.*--no-log$\n^full: 1$/m);
  t.notMatch(stderr, /^\s+at /m, 'no stack trace');
  t.match(JSON.parse(stdout), [{ status: 'done', query: QUESTION, experiment: 'first' }], 'it is still there');
});

t.test('a store that another process holds is not waited for, and neither is a daemon that hangs', async (t) => {
  const options = await stage(t);
  const relay = await ScriptedRelay.start();
  t.teardown(() => relay.close());
  const holder = startPylon(t, ['provider', '--relay', relay.url], options);
  await holder.said('stderr', /Ctrl-C stops it/);
  const argv = ['rlm', QUESTION, '--file', 'in.log'];
  checkRefused(t, await pylon(t, argv, options), 1, 'store-locked', /no daemon answers.*home\/store.*--no-log/);
  t.equal((await pylon(t, [...argv, '--no-log'], options)).code, 0, 'as the line says');
  holder.kill('SIGTERM');
  t.equal((await holder.ended).code, 0);

  const daemon = startPylon(t, ['start', '--foreground', '--port', '0'], options);
  await daemon.said('stderr', /serves http/);
  daemon.kill('SIGSTOP');
  checkRefused(t, await pylon(t, argv, options), 1, 'daemon-unreachable', /pid \d+, port \d+.*pylon stop/);
  daemon.kill('SIGCONT');
  t.equal((await pylon(t, argv, options)).code, 0, 'once it goes on, it answers');

  const { port } = JSON.parse(await readFile(homePaths.daemon(options.home), 'utf8')) as { port: number };
  const authorization = `Bearer ${(await readFile(homePaths.token(options.home), 'utf8')).trim()}`;
  const body = JSON.stringify({ query: 'x'.repeat(1_000_000), files: [join(options.cwd, 'in.log')] });
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`http://127.0.0.1:${port}/api/runs`, { method: 'POST', headers, body });
  t.equal(answer.status, 400);
  const told = `longer than ${QUERY_CHARS_MAX.toLocaleString('en')} characters`;
  t.match(await answer.json(), { error: { code: 'query-too-long', message: told, value: '1000000 characters' } });
});
