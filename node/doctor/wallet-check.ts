// The check of `pylon doctor` that asks the wallet: which one pays, on which network, and what is in it.
import { toPylonError } from '../../protocol/errors.ts';
import { readConnection } from '../wallet/connection.ts';
import { NwcClient } from '../wallet/nwc-client.ts';
import { type Finding, finding, type Scene } from './finding.ts';

/** A wallet that takes longer than this makes every run wait. */
const WALLET_MS_MAX = 5_000;

export async function checkWallet({ home, environment, clock, random }: Scene): Promise<Finding[]> {
  try {
    const stored = await readConnection(home, environment);
    if (stored === undefined)
      return [finding('ok', 'wallet', 'none is connected: the embedded hub pays embedded providers with play money')];
    const wallet = new NwcClient({ connection: stored.connection, clock, random, timeoutMs: WALLET_MS_MAX });
    try {
      await wallet.ready();
      const [{ alias, network }, balance] = await Promise.all([wallet.getInfo(), wallet.getBalance()]);
      const words = `${stored.source}: ${alias || 'a wallet'} on ${network}, ${balance / 1_000} sats`;
      return [finding('ok', 'wallet', words)];
    } finally {
      await wallet.close();
    }
  } catch (thrown) {
    const { reason, next } = toPylonError(thrown);
    return [finding('fail', 'wallet', reason, next)];
  }
}
