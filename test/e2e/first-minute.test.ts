// The first minute with Pylon, as the README promises it: one command, a cited answer, and what is kept of it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { sha256Hex } from '../../protocol/event.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { CHECKOUT, pylon, recordOf } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** examples/README.md: the disk is full (8011), and find says so too (8012). */
const TRUE_CAUSE = [8_011, 8_012];
const QUESTION = 'Why does this build fail?';

/** The arguments of the first command of the README. */
function readmeCommand(): string[] {
  const readme = readFileSync(join(CHECKOUT, 'README.md'), 'utf8');
  const words = /npx pylon (rlm .*)$/m.exec(readme)?.[1]?.match(/"[^"]*"|\S+/g) ?? [];
  return words.map((word) => word.replace(/^"|"$/g, ''));
}

/** A network of its own in which only loopback is up; undefined where this machine does not let us make one. */
function loopbackOnly(): string[] | undefined {
  const launcher = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
  const tried = spawnSync(launcher[0]!, [...launcher.slice(1), 'true']);
  return tried.status === 0 ? launcher : undefined;
}

function citedLines(stdout: string, path: string): number[] {
  return [...stdout.matchAll(/^\[\d+\] (\S+?):(\d+)/gm)]
    .filter((match) => match[1] === path)
    .map(([, , n]) => Number(n));
}

function checkCitations(test: Test, record: RunRecord, root: string): void {
  test.ok(record.span_refs.length > 0, 'something is cited');
  for (const { path, start_byte, end_byte, start_line, end_line, content_hash } of record.span_refs) {
    const bytes = readFileSync(join(root, path));
    test.equal(sha256Hex(bytes.subarray(start_byte, end_byte)), content_hash, `${path}:${start_line} is those bytes`);
    const lineOf = (byte: number) => bytes.subarray(0, byte).toString('latin1').split('\n').length;
    test.same([lineOf(start_byte), lineOf(end_byte - 1)], [start_line, end_line], 'its lines are where its bytes are');
  }
}

t.test(
  'the command of the README names the true cause among its first three citations, without a network',
  async (t) => {
    const home = await temporaryFolder(t);
    const launcher = loopbackOnly();
    if (launcher === undefined) t.comment('this machine makes no network namespaces: run beside the real network');
    const argv = readmeCommand();
    t.same(argv.slice(0, 4), ['rlm', QUESTION, '--file', 'examples/build.log'], 'the README has its command');
    const { code, stdout, stderr } = await pylon(t, argv, { home, ...(launcher === undefined ? {} : { launcher }) });
    t.equal(code, 0, stderr);
    const cited = citedLines(stdout, 'examples/build.log');
    t.ok(
      cited.slice(0, 3).some((line) => TRUE_CAUSE.includes(line)),
      `cited: ${cited.join(', ')}`,
    );
    t.match(stdout, /No space left on device \[\d+\]/, 'the answer says it');
    t.notMatch(stdout, /backend:|reading|chunks|sats/, 'stdout is the answer and nothing else');
    t.match(stderr, /backend: extractive/);
    t.match(stderr, /reading examples\/build\.log, 1\.7 MB/);
    t.match(stderr, /^done: (\d+)\/\1 chunks · 100 % of 1\.7 MB · 4 providers · \S+ sats/m);
  },
);

t.test('a run can be printed, listed, shown, exported and imported without loss or duplicates', async (t) => {
  const [home, other, elsewhere] = [await temporaryFolder(t), await temporaryFolder(t), await temporaryFolder(t)];
  const asked = await pylon(t, ['rlm', QUESTION, '--file', 'examples/build.log', '--json', '--experiment', 'e2e'], {
    home,
  });
  t.equal(asked.code, 0, asked.stderr);
  const record = recordOf(asked);
  t.match(record, { status: 'done', query: QUESTION, experiment: 'e2e', error: null });
  t.match(record.metrics, { coverage: 1, providers: 4, bytes_given: statSync('examples/build.log').size });
  checkCitations(t, record, CHECKOUT);

  const folder = join(home, 'runs', record.id);
  t.same(readdirSync(folder).sort(), ['artifacts', 'config.json', 'metrics.json', 'output.txt', 'trace.jsonl']);
  t.match(readFileSync(join(folder, 'output.txt'), 'utf8'), record.output ?? 'nothing');
  t.same(JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8')).metrics, record.metrics);

  const listed = await pylon(t, ['rlm', 'history', '--json'], { home });
  t.same(JSON.parse(listed.stdout), [record], 'history holds what --json printed');
  const prefix = record.id.slice(0, 8);
  const shown = await pylon(t, ['rlm', 'show', prefix, '--json'], { home });
  t.same(JSON.parse(shown.stdout).run, record);
  t.match((await pylon(t, ['rlm', 'show', prefix], { home })).stdout, /No space left on device[\s\S]*timeline/);

  const target = join(elsewhere, 'exported');
  const exported = await pylon(t, ['rlm', 'export', prefix, '--to', target], { home });
  t.equal(exported.stdout.trim(), target, exported.stderr);
  for (const times of ['imported', 'imported again']) {
    const { code, stdout, stderr } = await pylon(t, ['rlm', 'import', target], { home: other });
    t.same([code, stdout.trim()], [0, record.id], `${times} ${stderr}`);
  }
  const there = await pylon(t, ['rlm', 'history', '--json'], { home: other });
  t.same(JSON.parse(there.stdout), [record], 'once, and the same');
  t.same((await pylon(t, ['rlm', 'show', prefix, '--json'], { home: other })).stdout, shown.stdout, 'event for event');
});

t.test('standard input is cited by that name, and --no-log leaves nothing behind', async (t) => {
  const folder = await temporaryFolder(t);
  const [home, temporary] = [join(folder, 'home'), await temporaryFolder(t)];
  const handbook = readFileSync('examples/job-system-handbook.md');
  const { code, stdout, stderr } = await pylon(
    t,
    ['rlm', 'How long does a restore of the database take?', '--no-log', '--file', '-'],
    { home, stdin: handbook, environment: { TMPDIR: temporary } },
  );
  t.equal(code, 0, stderr);
  t.ok(citedLines(stdout, 'stdin').slice(0, 5).includes(391), stdout);
  t.match(stdout, /52 minutes/, 'the quote is read back from what was piped in');
  t.notOk(existsSync(home), 'no home was made');
  t.same(readdirSync(temporary), [], 'the copy of standard input is gone');
});

t.test('of a directory .gitignore is respected and the binary is counted', async (t) => {
  const home = await temporaryFolder(t);
  const argv = ['rlm', 'Where is the retry limit set?', '--file', 'examples/source', '--json'];
  const { code, stdout, stderr } = await pylon(t, argv, { home });
  t.equal(code, 0, stderr);
  const record = recordOf({ stdout });
  checkCitations(t, record, CHECKOUT);
  t.match(stderr, /^skipped: 1 binary, 1 ignored$/m);
  const read = record.inputs.map(({ path }) => path);
  t.ok(read.includes('examples/source/internal/delivery/policy.go'));
  t.notOk(read.some((path) => /courier\.local\.conf|icon\.png/.test(path)));
  t.notMatch(stdout, /retry limit 99/);
  t.ok(record.span_refs.slice(0, 5).some(({ path }) => path.endsWith('delivery/policy.go')));
});
