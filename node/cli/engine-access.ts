// The engine a command works with: the daemon's when one runs for this home, else one in this process.

import { PylonError } from '../../protocol/errors.ts';
import { satsToMsat } from '../../protocol/money.ts';
import type { Engine, EngineOptions, MoneyOptions } from '../engine/port.ts';
import { homeOf, homePaths, openHome } from '../home.ts';
import { type Config, loadConfig } from '../settings/config.ts';
import type { CliContext } from './context.ts';
import type { Notices } from './notices.ts';

/** Everything an engine in this process needs. Identities are only made where something is kept. */
export function engineOptions(
  context: CliContext,
  home: string,
  store: EngineOptions['store'],
  notice: (line: string) => void,
  money?: MoneyOptions,
): EngineOptions {
  const { clock, random, environment } = context;
  // Loaded where an engine of this process wants it: asking a daemon needs no keys, and no curve.
  const identity = async () => {
    const { openIdentity, readIdentity } = await import('../identity.ts');
    if (store === 'disk') return (await openIdentity(home, random)).keyPair;
    const existing = await readIdentity(home, random);
    const { KeyPair } = await import('../../protocol/keypair.ts');
    return existing?.keyPair ?? KeyPair.generate((length) => random.bytes(length));
  };
  return { home, store, identity, clock, random, environment, notice, ...(money === undefined ? {} : { money }) };
}

/** How money is handled, by the configuration. */
export function moneyOptionsOf(config: Config): MoneyOptions {
  return {
    hubRelays: config.get('hub.relays')?.value as readonly string[],
    payoutThresholdMsat: satsToMsat(config.get('wallet.payout_threshold_sats')?.value as number),
    feeReservePpm: config.get('wallet.fee_reserve_ppm')?.value as number,
  };
}

async function remoteEngine(context: CliContext, home: string): Promise<Engine | undefined> {
  const { readDaemonRecord } = await import('../daemon/record.ts');
  if ((await readDaemonRecord(home)) === undefined) return undefined; // spares the common case the HTTP client
  const { findDaemon } = await import('../daemon/find.ts');
  const sighting = await findDaemon(home);
  if (sighting.state === 'silent') {
    throw new PylonError('daemon-unreachable', { value: `pid ${sighting.record.pid}, port ${sighting.record.port}` });
  }
  if (sighting.state !== 'running') return undefined;
  const [{ RemoteEngine }, { readToken }] = await Promise.all([
    import('../api/remote-engine.ts'),
    import('../api/auth.ts'),
  ]);
  const address = { port: sighting.record.port, token: (await readToken(home)) ?? '' };
  return new RemoteEngine({ address, health: sighting.health, clock: context.clock, random: context.random });
}

/** Opens the store of a home in this process. @throws PylonError `store-locked` that says no daemon answered */
async function localEngine(context: CliContext, home: string, notices: Notices): Promise<Engine> {
  await openHome(home);
  const money = moneyOptionsOf(await loadConfig(home, context.environment));
  try {
    return await context.openEngine(engineOptions(context, home, 'disk', (line) => notices.line(line), money));
  } catch (thrown) {
    if (!(thrown instanceof PylonError) || thrown.code !== 'store-locked') throw thrown;
    throw new PylonError('store-locked', {
      value: homePaths.store(home),
      reason: 'another process holds the store, and no daemon answers for this home',
      next: 'wait for the other `pylon` to end, set PYLON_HOME elsewhere, or use --no-log',
      cause: thrown,
    });
  }
}

/** @param store `memory` keeps nothing and never asks a daemon, which would */
export async function accessEngine(
  context: CliContext,
  notices: Notices,
  store: EngineOptions['store'] = 'disk',
): Promise<Engine> {
  const home = homeOf(context.environment);
  if (store === 'memory') return context.openEngine(engineOptions(context, home, store, (line) => notices.line(line)));
  return (await remoteEngine(context, home)) ?? localEngine(context, home, notices);
}

/** Opens an engine for one command and closes it whatever happens. */
export async function withEngine<Result>(
  context: CliContext,
  notices: Notices,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await accessEngine(context, notices);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
