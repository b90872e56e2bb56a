// Which wallet this home uses: PYLON_NWC, else wallet.json (0600), which `pylon wallet connect` writes. Both hold a
// secret that can spend, so nothing here quotes what it read, and no cause is kept that would.
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { WalletConnection } from '../../protocol/wallet/uri.ts';
import {
  type Environment,
  errnoOf,
  homeError,
  homePaths,
  openHome,
  readPrivateFile,
  writePrivateFile,
} from '../home.ts';

export const WALLET_VARIABLE = 'PYLON_NWC';

const walletFileSchema = z.object({ v: z.literal(1), uri: z.string() });

export interface StoredConnection {
  readonly connection: WalletConnection;
  /** Where it stands; for messages. */
  readonly source: 'PYLON_NWC' | 'wallet.json';
}

function parsed(uri: string, source: StoredConnection['source']): StoredConnection {
  try {
    return { connection: WalletConnection.parse(uri), source };
  } catch (thrown) {
    throw new PylonError('wallet-uri-invalid', { reason: `${source}: ${toPylonError(thrown).reason}` });
  }
}

function uriIn(text: string): string {
  try {
    return walletFileSchema.parse(JSON.parse(text)).uri;
  } catch {
    throw new PylonError('wallet-uri-invalid', {
      reason: 'wallet.json is damaged',
      next: 'connect the wallet anew with `pylon wallet connect <uri>`',
    });
  }
}

/** The wallet in use; undefined when none is connected. @throws PylonError `wallet-uri-invalid` | `home-unwritable` */
export async function readConnection(home: string, environment: Environment): Promise<StoredConnection | undefined> {
  const fromEnvironment = environment[WALLET_VARIABLE]?.trim() ?? '';
  if (fromEnvironment !== '') return parsed(fromEnvironment, 'PYLON_NWC');
  const path = homePaths.wallet(home);
  let text: string | undefined;
  try {
    text = await readPrivateFile(path);
  } catch (thrown) {
    throw new PylonError('home-unwritable', { value: path, reason: 'wallet.json cannot be read', cause: thrown });
  }
  return text === undefined ? undefined : parsed(uriIn(text), 'wallet.json');
}

/** Connects: replaces wallet.json as a whole, 0600. @throws PylonError `home-unwritable` */
export async function writeConnection(home: string, connection: WalletConnection): Promise<void> {
  await openHome(home);
  await writePrivateFile(homePaths.wallet(home), `${JSON.stringify({ v: 1, uri: connection.reveal() })}\n`);
}

/** Disconnects. @returns false when nothing was connected. @throws PylonError `home-unwritable` */
export async function removeConnection(home: string): Promise<boolean> {
  const path = homePaths.wallet(home);
  try {
    await rm(path);
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return false;
    throw homeError(thrown, path);
  }
}
