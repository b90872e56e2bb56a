import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { processContext } from '../../../node/cli/context.ts';
import { buildProgram } from '../../../node/cli/program.ts';
import { nearest } from '../../../node/settings/suggest.ts';
import { VERSION } from '../../../node/version.ts';
import { runCli, temporaryFolder } from '../../support/cli.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

t.test('help goes to stdout and names every command', async (t) => {
  const { code, stdout, stderr } = await runCli(['--help'], { home: '/nowhere' });
  t.equal(code, 0);
  t.equal(stderr, '');
  for (const name of ['init', 'start', 'stop', 'status', 'doctor', 'rlm', 'provider', 'relay', 'config']) {
    t.match(stdout, new RegExp(`^  ${name}\\b`, 'm'));
  }
  t.match((await runCli(['rlm', '--help'], { home: '/nowhere' })).stdout, /--fanout <n>/);
  t.match((await runCli(['rlm', 'show', '--help'], { home: '/nowhere' })).stdout, /Usage: pylon rlm show/);
});

t.test('without a command the help goes to stderr, as a mistake', async (t) => {
  t.match(await runCli([], { home: '/nowhere' }), { code: 2, stdout: '', stderr: /^Usage: pylon/ });
});

t.test('the version is that of package.json', async (t) => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  t.equal(VERSION, version);
  t.equal((await runCli(['--version'], { home: '/nowhere' })).stdout, `${version}\n`);
});

t.test('bin/pylon.js can be run, and without a build it says how to build', async (t) => {
  const bin = join(ROOT, 'bin', 'pylon.js');
  accessSync(bin, constants.X_OK);
  t.equal(execFileSync(process.execPath, [bin, '--version'], { encoding: 'utf8' }), `${VERSION}\n`);
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'bin'));
  cpSync(bin, join(folder, 'bin', 'pylon.mjs'));
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin', 'pylon.mjs')], { encoding: 'utf8' });
  t.equal(status, 1);
  t.equal(stderr, 'pylon: not built yet: run `npm ci` (or `npm run build`) in the checkout\n');
});

t.test('a reader that goes away ends the command quietly', async (t) => {
  const command = `"${process.execPath}" "${join(ROOT, 'bin', 'pylon.js')}" --help | true`;
  const { stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  t.equal(stderr, '');
});

t.test('every flag and command of the CLI is in docs/cli.md', async (t) => {
  const text = readFileSync(join(ROOT, 'docs', 'cli.md'), 'utf8');
  const visit = (command: ReturnType<typeof buildProgram>, path: string) => {
    for (const option of command.options) t.match(text, new RegExp(`\\B${option.long}\\b`), `${path} ${option.long}`);
    for (const inner of command.commands) {
      t.match(text, `${path} ${inner.name()}`);
      visit(inner, `${path} ${inner.name()}`);
    }
  };
  visit(
    buildProgram(processContext(), () => undefined),
    'pylon',
  );
});

t.test('the nearest word is suggested only when it is near', async (t) => {
  t.equal(nearest('fanuot', ['fanout', 'quorum']), 'fanout');
  t.equal(nearest('zzz', ['fanout', 'quorum']), undefined);
  t.equal(nearest('x'.repeat(100_000), ['fanout']), undefined);
});
