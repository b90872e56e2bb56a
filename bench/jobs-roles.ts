// One of the three processes of the job benchmark, told by its first argument: relay, provider or conductor. Each as
// it is in production, or as a bare sketch (`sketch-…`, jobs-sketch.ts). Talks to jobs.ts over IPC.
import '../node/v8-flags.ts';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend } from '../conductor/ports.ts';
import { realClock } from '../node/clock.ts';
import { RelayPool } from '../node/pool/relay-pool.ts';
import { realRandom } from '../node/random.ts';
import { Relay } from '../node/relay/server.ts';
import { LevelJobRecords } from '../node/swarm/level-job-records.ts';
import { SwarmMarket } from '../node/swarm/market.ts';
import { Provider } from '../node/swarm/provider.ts';
import { KeyPair } from '../protocol/keypair.ts';
import { msat } from '../protocol/money.ts';
import { NO_USAGE } from '../protocol/signature.ts';
import { chunkJob, chunkText, inParallel, instantOutput, type Role } from './jobs-load.ts';
import { sketchConductor, sketchProvider, sketchRelay } from './jobs-sketch.ts';

const EXPIRES_AFTER_MS = 120_000;
const MAX_INPUT_BYTES = 655_360;

const instantBackend: Backend = {
  name: 'instant',
  async predict(_signature, input) {
    return { output: instantOutput((input as { text: string }).text) as never, usage: NO_USAGE, repairs: 0 };
  },
};

async function relayRole(): Promise<Role> {
  const relay = await Relay.start({ clock: Date.now, randomBytes });
  return { url: relay.url, close: () => relay.close() };
}

async function providerRole(url: string): Promise<Role> {
  const clock = realClock();
  const random = realRandom();
  const pool = new RelayPool({ urls: [url], clock, random });
  await pool.ready();
  const folder = await mkdtemp(join(tmpdir(), 'pylon-bench-'));
  const records = await LevelJobRecords.open(folder);
  const provider = new Provider({
    keys: KeyPair.generate((length) => random.bytes(length)),
    pool,
    backend: instantBackend,
    announcement: {
      v: 1,
      name: 'bench',
      models: ['instant'],
      base_msat: 0,
      msat_per_1k_chars: 0,
      max_input_bytes: MAX_INPUT_BYTES,
      concurrency: 4,
    },
    clock,
    random,
    records,
    limits: { queueMax: 1_000, perCustomerMax: 1_000 },
  });
  await provider.start();
  return {
    async close() {
      await provider.stop();
      await pool.close();
      await records.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function conductorRole(url: string, bytes: number): Promise<Role> {
  const clock = realClock();
  const random = realRandom();
  const pool = new RelayPool({ urls: [url], clock, random });
  await pool.ready();
  let found: () => void = () => undefined;
  const isFound = new Promise<void>((resolve) => {
    found = resolve;
  });
  const market = new SwarmMarket({
    pool,
    keys: KeyPair.generate((length) => random.bytes(length)),
    clock,
    onOffers: () => found(),
  });
  await isFound;
  const offer = market.offers()[0]!;
  const text = chunkText(bytes);
  return {
    run: (jobs, inFlight) =>
      inParallel(jobs, inFlight, async (index) => {
        const ask = {
          request: chunkJob(index, text),
          offer,
          bidMsat: msat(0),
          expiresAtMs: clock.now() + EXPIRES_AFTER_MS,
        };
        await market.ask(ask, { signal: new AbortController().signal, onSignOfLife: () => undefined });
      }),
    async close() {
      await market.close();
      await pool.close();
    },
  };
}

const ROLES: Record<string, (url: string, bytes: number) => Promise<Role>> = {
  relay: relayRole,
  provider: providerRole,
  conductor: conductorRole,
  'sketch-relay': sketchRelay,
  'sketch-provider': sketchProvider,
  'sketch-conductor': sketchConductor,
};

async function serve(name: string, url: string, bytes: number): Promise<void> {
  const role = await ROLES[name]!(url, bytes);
  const answer = (value: object) => void process.send?.(value);
  process.on('message', async (message: { run?: [number, number]; cpu?: true; close?: true }) => {
    if (message.run !== undefined) {
      await role.run!(...message.run);
      answer({ ran: true });
    } else if (message.cpu) {
      const { user, system } = process.cpuUsage();
      answer({ cpuSeconds: (user + system) / 1e6 });
    } else {
      await role.close();
      process.disconnect();
    }
  });
  answer({ url: role.url ?? '' });
}

const [name, url = '', bytes = '0'] = process.argv.slice(2);
if (name !== undefined && process.send !== undefined) await serve(name, url, Number(bytes));
