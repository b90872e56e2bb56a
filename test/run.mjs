// Runs the compiled tests and says what failed in words: `npm test`, or `npm test -- test/protocol/seal.test.ts`.
// One process per floor or large room (a process per file costs half a second each), one per file in test/e2e and test/simulation, where most
// of the time is waiting for other processes; three at a time, which keeps two cores at work.
// The last line is always `N passed, N failed`; it counts assertions, as tap does.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** A suite that takes longer hangs: the longest needs a minute and a half, beside two others. */
const SUITE_TIMEOUT_MS = 300_000;
/** One browser goes through every page: three minutes on a quiet machine, several on one that other work is done on. */
const BROWSER_TIMEOUT_MS = 600_000;
const TORTURE_TIMEOUT_MS = 1_800_000;
const TAP_HEAD_START_SECONDS = 10;
const PROCESSES = 3;
const STDERR_CHARS_MAX = 8_000;

/** Test sources, because the compiled folder may still hold tests that are gone. */
function testFiles(wanted) {
  const all = readdirSync(join(ROOT, 'test'), { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/${file.split(sep).join('/')}`)
    .filter((file) => !file.startsWith('test/torture/') || wanted.some((name) => name.startsWith('test/torture')))
    .sort();
  if (wanted.length === 0) return all;
  const missed = wanted.filter((name) => !all.some((file) => file.includes(name)));
  if (missed.length > 0)
    throw new Error(`no test file has ${missed.map((name) => `"${name}"`).join(', ')} in its path`);
  return all.filter((file) => wanted.some((name) => file.includes(name)));
}

/** Rooms whose files are suites of their own. */
const LOOSE_ROOMS = new Set(['e2e', 'simulation', 'torture']);
/** Rooms that have so many tests, or need so much to be started first, that they are suites of their own. */
const LARGE_ROOMS = new Set(['node/swarm', 'node/wallet', 'web/browser']);

/** test/protocol/seal.test.ts belongs to the suite `protocol`; each file of test/e2e is its own. */
function suiteOf(file) {
  const [, floor, ...rest] = file.split('/');
  if (LOOSE_ROOMS.has(floor) || rest.length === 0) return file.slice('test/'.length);
  const room = `${floor}/${rest[0]}`;
  return LARGE_ROOMS.has(room) ? room : floor;
}

function suitesOf(files) {
  const suites = new Map();
  for (const file of files) {
    const name = suiteOf(file);
    suites.set(name, [...(suites.get(name) ?? []), file]);
  }
  const slowFirst = (name) => (/^(e2e|simulation|web\/browser)/.test(name) ? 0 : name.startsWith('node') ? 1 : 2);
  return [...suites].sort(([left], [right]) => slowFirst(left) - slowFirst(right));
}

/** No test may see the user's home, settings or models. */
function cleanEnvironment(home, suite) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PYLON_|OPENAI_|OLLAMA_|TAP_)/.test(name));
  return { ...Object.fromEntries(kept), HOME: home, TMPDIR: home, NO_COLOR: '1', TAP_TIMEOUT: tapSeconds(suite) };
}

const running = new Set();

function killGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // it ended by itself in the meantime
  }
}

function timeoutMs(suite) {
  if (suite === 'web/browser') return BROWSER_TIMEOUT_MS;
  return suite.startsWith('torture/') ? TORTURE_TIMEOUT_MS : SUITE_TIMEOUT_MS;
}

/** tap counts its time from the start of the process, not of a test; it ends a little earlier, to name the test that hangs. */
function tapSeconds(suite) {
  return String(timeoutMs(suite) / 1_000 - TAP_HEAD_START_SECONDS);
}

/** A file that was not compiled is left to the loader, which makes it a failed test of its suite. */
function runSuite(name, files) {
  const home = mkdtempSync(join(tmpdir(), 'pylon-test-'));
  const compiled = files.map((file) => join(ROOT, 'out', file.replace(/\.ts$/, '.js')));
  const reader = new TapReader();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', join(ROOT, 'out/test/support/load-suite.js'), name, ...compiled],
    { cwd: ROOT, env: cleanEnvironment(home, name), stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  running.add(child);
  let stderr = '';
  let timedOut = false;
  child.stdout.setEncoding('utf8').on('data', (text) => reader.write(text));
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr = (stderr + text).slice(-STDERR_CHARS_MAX);
  });
  const limit = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, timeoutMs(name));
  return new Promise((settle) => {
    child.on('close', (code) => {
      clearTimeout(limit);
      running.delete(child);
      killGroup(child);
      rmSync(home, { recursive: true, force: true });
      const seconds = (performance.now() - started) / 1_000;
      settle({ name, code, timedOut, stderr, seconds, ...reader.end() });
    });
  });
}

/** Failures of a suite that are not a failed assertion: it hung, crashed, or never said how many tests it ran. */
function faultOf(result) {
  if (result.timedOut)
    return `took longer than ${timeoutMs(result.name) / 1_000} s; the last test begun: ${result.lastTest}`;
  if (result.totals === undefined) return `ended (exit code ${result.code}) without telling how many tests it ran`;
  if (result.totals.total === 0) return 'ran no test';
  if (result.code !== 0 && result.totals.fail === 0) return `ended with exit code ${result.code} though no test failed`;
  return undefined;
}

function report(result) {
  const fault = faultOf(result);
  const failed = (result.totals?.fail ?? 0) + (fault === undefined ? 0 : 1);
  const passed = result.totals?.pass ?? 0;
  const mark = failed === 0 ? 'ok    ' : 'FAILED';
  console.log(`${mark} ${result.name.padEnd(36)} ${String(passed).padStart(6)} passed ${result.seconds.toFixed(1)} s`);
  for (const failure of result.failures) console.log(`\n${failure}\n`);
  if (result.name.startsWith('torture/')) for (const note of result.notes) console.log(`       ${note}`);
  for (const skipped of result.skipped) console.log(`       skipped: ${skipped}`);
  if (fault !== undefined) console.log(`\n  suite ${result.name} ${fault}`);
  if (failed > 0 && result.stderr.trim() !== '') console.log(`\n  its stderr ended with:\n${result.stderr}`);
  return { passed, failed };
}

async function main() {
  const suites = suitesOf(testFiles(process.argv.slice(2)));
  let passed = 0;
  let failed = 0;
  const worker = async () => {
    for (let suite = suites.shift(); suite !== undefined; suite = suites.shift()) {
      const counts = report(await runSuite(...suite));
      passed += counts.passed;
      failed += counts.failed;
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, worker));
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const child of running) killGroup(child);
    process.exit(130);
  });
}

const READER = new URL('../out/test/support/tap-reader.js', import.meta.url);
let TapReader;
try {
  if (!existsSync(READER)) throw new Error('nothing is compiled yet: run npm run build');
  ({ TapReader } = await import(READER));
  await main();
} catch (error) {
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
