// npm runs this after `npm ci`, and once more when `npx pylon` links the checkout for the first time: it builds, unless what is
// built is newer than every source. Otherwise the first question of a new user would wait for a second build.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = [
  'protocol',
  'ledger',
  'conductor',
  'dse',
  'node',
  'web',
  'bench',
  'test',
  'package.json',
  'tsconfig.json',
];
/** What a build makes first and last. */
const BUILT = ['out/node/cli/main.js', 'out/bundle/main.js', 'out/dashboard/index.html'];

/** The latest change below a path; that of a folder tells of files that are gone. */
function changedAtMs(path) {
  const stats = statSync(path);
  const { mtimeMs } = stats;
  if (!stats.isDirectory()) return mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, changedAtMs(`${path}/${name}`)), mtimeMs);
}

function isBuilt() {
  const built = BUILT.map((path) => ROOT + path);
  if (!built.every((path) => existsSync(path))) return false;
  const sources = SOURCES.map((path) => ROOT + path).filter((path) => existsSync(path));
  return statSync(built.at(-1)).mtimeMs > Math.max(...sources.map(changedAtMs));
}

if (!isBuilt()) {
  const { status } = spawnSync('npm', ['run', 'build'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
}
