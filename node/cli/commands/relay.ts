// `pylon relay`: our relay alone. The first line of stdout is its ws:// URL, so that a script can
// read it; everything else goes to stderr.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Relay } from '../../relay/server.ts';
import type { EventStore } from '../../relay/store/event-store.ts';

export interface RelayCommandOptions {
  readonly port: number;
  readonly host: string;
  /** Folder of the LevelDB store; memory when absent. */
  readonly store?: string;
  /** Leading zero bits an event id needs (NIP-13). */
  readonly minPow?: number;
}

export interface RelayCommandIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Aborted by SIGINT and SIGTERM; the relay then says goodbye to its clients and closes its store. */
  readonly signal: AbortSignal;
}

/** Runs until the signal. @throws PylonError `port-in-use` | `option-invalid` | `store-locked` | `store-corrupt` */
export async function relayCommand(options: RelayCommandOptions, io: RelayCommandIo): Promise<void> {
  const log = (line: string) => void io.stderr.write(`${line}\n`);
  const store = await openStore(options.store);
  const relay = await Relay.start({
    host: options.host,
    port: options.port,
    clock: Date.now,
    randomBytes,
    limits: { workBitsMin: options.minPow ?? 0 },
    log,
    ...(store === undefined ? {} : { store }),
  });
  io.stdout.write(`${relay.url}\n`);
  log(
    store === undefined
      ? 'events are kept in memory; --store FOLDER keeps them'
      : `events are kept in ${options.store}`,
  );
  if (!io.signal.aborted) await once(io.signal, 'abort');
  await relay.close();
}

async function openStore(folder: string | undefined): Promise<EventStore | undefined> {
  if (folder === undefined) return undefined;
  const { LevelStore } = await import('../../relay/store/level-store.ts');
  return LevelStore.open(folder);
}
