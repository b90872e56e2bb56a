// The daemon's life: open the engine, serve the API, write the record that says so, wait for a signal, end
// every run with what it has, close. The store's lock decides who owns a home; the record only tells where.
import type { Clock, Random } from '../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { runsQuerySchema } from '../../protocol/run-list.ts';
import { openToken } from '../api/auth.ts';
import { startApi } from '../api/server.ts';
import type { EngineOptions, OpenEngine, ServedEngine } from '../engine/port.ts';
import { homePaths } from '../home.ts';
import { type Hud, openHud } from '../hud/door.ts';
import { type HudSettings, showsNothing } from '../hud/settings.ts';
import type { RunOptions } from '../settings/run-options.ts';
import { type Door, openDoor, type SyncSettings } from '../sync/door.ts';
import { VERSION } from '../version.ts';
import { findDaemon } from './find.ts';
import { processStart } from './process-start.ts';
import { type DaemonRecord, removeDaemonRecord, writeDaemonRecord } from './record.ts';

const INSTANCE_BYTES = 16;

export interface ServeOptions {
  readonly home: string;
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly openEngine: OpenEngine;
  readonly engineOptions: EngineOptions;
  /** Goes on with the runs that died with an earlier process. */
  readonly resumesDead: boolean;
  /** Options of a run that is asked for over the chat endpoint, where the request says nothing; the defaults when absent. */
  readonly runOptions?: () => Promise<RunOptions>;
  /** Who may send runs, and where; nobody when absent. */
  readonly sync?: SyncSettings;
  /** What everybody may see, and where; nothing when absent. */
  readonly hud?: HudSettings;
  readonly log: (line: string) => void;
  /** Called once the API answers. */
  readonly onReady: (record: DaemonRecord) => void;
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** @throws PylonError `daemon-running` when one serves this home already */
export async function refuseSecondDaemon(home: string): Promise<void> {
  const sighting = await findDaemon(home);
  if (sighting.state !== 'running' && sighting.state !== 'silent') return;
  throw new PylonError('daemon-running', { value: `pid ${sighting.record.pid}, port ${sighting.record.port}` });
}

async function recordOf(options: ServeOptions, instance: string, port: number): Promise<DaemonRecord> {
  const { pid } = process;
  return {
    pid,
    process_start: (await processStart(pid)) ?? '',
    port,
    instance,
    version: VERSION,
    started_at: new Date(options.clock.now()).toISOString(),
  };
}

/** The list of runs is made of all of them once, and then kept: whoever looks at it first need not wait for that. */
function readAhead({ runs }: ServedEngine, { signal, log }: ServeOptions): void {
  runs.page(runsQuerySchema.parse({ limit: 0 })).catch((thrown: unknown) => {
    if (!signal.aborted) log(`the list of runs is not ready: ${toPylonError(thrown).message}`);
  });
}

/** Opened where somebody is let in. @throws PylonError `port-in-use` */
async function syncDoor(
  { receive }: ServedEngine,
  { sync, home, clock, log }: ServeOptions,
): Promise<Door | undefined> {
  if (sync === undefined || sync.allow.length === 0) return undefined;
  const door = await openDoor({ ...sync, home, clock, log, receive });
  log(`takes synced runs of ${sync.allow.length} key(s) at ${door.url}`);
  return door;
}

/** Opened where something was chosen to be seen. @throws PylonError `port-in-use` | `config-*` */
async function publicPage(engine: ServedEngine, { hud, clock, log }: ServeOptions): Promise<Hud | undefined> {
  if (hud === undefined || showsNothing(await hud.choice())) return undefined;
  const opened = await openHud({ ...hud, engine, clock, log });
  log(`shows what hud.runs and hud.experiments name to everybody at ${opened.url}`);
  return opened;
}

/** Serves until the signal. @throws PylonError `daemon-running` | `store-locked` | `port-in-use` | `home-unwritable` */
export async function serveDaemon(options: ServeOptions): Promise<void> {
  const { home, clock, random, log } = options;
  await refuseSecondDaemon(home);
  const token = await openToken(home, random);
  const engine = await options.openEngine(options.engineOptions);
  const instance = Buffer.from(random.bytes(INSTANCE_BYTES)).toString('hex');
  try {
    const api = await startApi({
      engine,
      token,
      clock,
      random,
      instance,
      port: options.port,
      log,
      sessionsPath: homePaths.sessions(home),
      resumesDead: options.resumesDead,
      home,
      ...(options.runOptions === undefined ? {} : { runOptions: options.runOptions }),
    });
    let door: Door | undefined;
    let hud: Hud | undefined;
    try {
      door = await syncDoor(engine, options);
      hud = await publicPage(engine, options);
      const record = await recordOf(options, instance, api.port);
      await writeDaemonRecord(home, record);
      log(`pylon ${VERSION} serves ${api.url} for ${home}, pid ${record.pid}`);
      options.onReady(record);
      readAhead(engine, options);
      await untilAborted(options.signal);
      log('stopping: runs in flight end with what they have');
    } finally {
      await hud?.close();
      await door?.close();
      await api.close();
    }
  } finally {
    await engine.close();
    await removeDaemonRecord(home, instance);
  }
  log('stopped');
}
