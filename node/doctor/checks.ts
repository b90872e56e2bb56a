// What `pylon doctor` looks at. Each check answers with one finding or more and never throws: a check that
// cannot be made is a finding, too.

import { access, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Level } from 'level';
import { toPylonError } from '../../protocol/errors.ts';
import { findDaemon } from '../daemon/find.ts';
import { errnoOf, homePaths, openHome } from '../home.ts';
import { readIdentity } from '../identity.ts';
import { type Config, loadConfig, unknownVariables } from '../settings/config.ts';
import { type Finding, finding, type Scene } from './finding.ts';
import { checkModels, checkRelays } from './network-checks.ts';
import { checkWallet } from './wallet-check.ts';

export type Check = (scene: Scene) => Promise<readonly Finding[]>;

/** The oldest Node whose features we use (package.json, engines). */
const NODE_MIN = [20, 19] as const;
/** A run of 100 MB leaves about 20 MB behind; below this the next runs may fail. */
const DISK_BYTES_WANTED = 536_870_912;
const DISK_BYTES_NEEDED = 33_554_432;
/** This version did not exist before: an earlier clock is wrong, and its signatures would be refused everywhere. */
const RELEASED_MS = Date.UTC(2026, 10, 1);

async function checkNode(): Promise<Finding[]> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  const words = `${process.version} on ${process.platform} ${process.arch}`;
  return [
    good ? finding('ok', 'node', words) : finding('fail', 'node', words, `install Node ${NODE_MIN.join('.')} or newer`),
  ];
}

async function checkHome({ home }: Scene): Promise<Finding[]> {
  try {
    await openHome(home);
    const { mode } = await stat(home);
    if ((mode & 0o077) === 0) return [finding('ok', 'home', `${home} is writable and private`)];
    return [finding('warn', 'home', `others can look into ${home}`, `chmod 700 ${home}`)];
  } catch (thrown) {
    const { reason, next } = toPylonError(thrown);
    return [finding('fail', 'home', `${home}: ${reason}`, next)];
  }
}

async function checkDisk({ home }: Scene): Promise<Finding[]> {
  try {
    const { bavail, bsize } = await statfs(home);
    const free = bavail * bsize;
    const words = `${(free / 1e9).toFixed(1)} GB free`;
    if (free < DISK_BYTES_NEEDED)
      return [finding('fail', 'disk', words, 'free some space, or set PYLON_HOME elsewhere')];
    if (free < DISK_BYTES_WANTED) return [finding('warn', 'disk', words, 'free some space soon')];
    return [finding('ok', 'disk', words)];
  } catch (thrown) {
    return [finding('warn', 'disk', `free space is unknown (${errnoOf(thrown)})`)];
  }
}

async function checkClock({ clock }: Scene): Promise<Finding[]> {
  const nowMs = clock.now();
  const words = new Date(nowMs).toISOString();
  if (nowMs >= RELEASED_MS) return [finding('ok', 'clock', words)];
  return [finding('fail', 'clock', `${words} is in the past`, 'set the clock: relays refuse events of another time')];
}

async function checkConfig({ home, environment }: Scene): Promise<Finding[]> {
  const unknown = unknownVariables(environment).map((name) =>
    finding('warn', 'config', `${name} is not a variable of pylon`, 'see `pylon config` for the keys there are'),
  );
  try {
    const set = [...(await loadConfig(home, environment)).values()].filter(({ source }) => source !== 'default');
    return [
      finding('ok', 'config', set.length === 0 ? 'all defaults' : `${set.map(({ key }) => key).join(', ')} set`),
      ...unknown,
    ];
  } catch (thrown) {
    const { reason, next } = toPylonError(thrown);
    return [finding('fail', 'config', reason, next), ...unknown];
  }
}

async function checkIdentity({ home, random }: Scene): Promise<Finding[]> {
  try {
    const identity = await readIdentity(home, random);
    if (identity === undefined) return [finding('ok', 'identity', 'none yet; the first run makes one')];
    const { mode } = await stat(homePaths.identity(home));
    if ((mode & 0o077) === 0) return [finding('ok', 'identity', identity.npub)];
    return [finding('warn', 'identity', 'others can read identity.json', `chmod 600 ${homePaths.identity(home)}`)];
  } catch (thrown) {
    const { reason, next } = toPylonError(thrown);
    return [finding('fail', 'identity', reason, next)];
  }
}

/** Undefined when the port can be listened on. */
function whyNotFree(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(errnoOf(error)));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });
}

async function portOf(scene: Scene): Promise<number> {
  const config: Config | undefined = await loadConfig(scene.home, scene.environment).catch(() => undefined); // told by checkConfig
  return (config?.get('port')?.value as number | undefined) ?? 0;
}

/** The daemon when there is one; else whether the store can be had and the port is free. */
async function checkDaemon(scene: Scene): Promise<Finding[]> {
  const sighting = await findDaemon(scene.home);
  if (sighting.state === 'running') {
    const { pid, port } = sighting.record;
    return [finding('ok', 'daemon', `pid ${pid} answers on port ${port} and holds the store`)];
  }
  if (sighting.state === 'silent') {
    return [
      finding(
        'fail',
        'daemon',
        `pid ${sighting.record.pid} does not answer`,
        `see ${homePaths.log(scene.home)}, then \`pylon stop\``,
      ),
    ];
  }
  const stale = sighting.state === 'stale' ? ', the last one ended without a goodbye' : '';
  const port = await portOf(scene);
  const taken = await whyNotFree(port);
  return [
    finding('ok', 'daemon', `none runs${stale}`),
    taken === undefined
      ? finding('ok', 'port', port === 0 ? 'any' : `${port} is free`)
      : finding('warn', 'port', `${port} is taken (${taken})`, 'choose another: `pylon start --port 0`'),
    await checkStore(scene),
  ];
}

/** Opens the store as a run would; a store that is not there yet is not made. */
async function checkStore({ home }: Scene): Promise<Finding> {
  const path = homePaths.store(home);
  try {
    await access(path);
  } catch {
    return finding('ok', 'store', 'none yet; the first run makes it');
  }
  const store = new Level(path, { createIfMissing: false });
  try {
    await store.open();
    return finding('ok', 'store', `${path} opens`);
  } catch (thrown) {
    const { cause } = thrown as { cause?: unknown };
    if (errnoOf(cause) === 'LEVEL_LOCKED') {
      return finding('warn', 'store', 'another process holds it and is no daemon', 'wait for the other `pylon` to end');
    }
    return finding(
      'fail',
      'store',
      toPylonError(cause ?? thrown).reason,
      `move ${path} away and import the runs from ${homePaths.runs(home)}`,
    );
  } finally {
    await store.close();
  }
}

/** In the order in which a person would ask. */
export const CHECKS: readonly Check[] = [
  checkNode,
  checkHome,
  checkDisk,
  checkClock,
  checkConfig,
  checkIdentity,
  checkDaemon,
  checkRelays,
  checkWallet,
  checkModels,
];
