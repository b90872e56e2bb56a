// A hub in a process of its own, to be killed: serves the store in the folder named on the relay named until it ends.
// Prints a line when it serves.

import { Store } from '../../ledger/store/store.ts';
import { realClock } from '../../node/clock.ts';
import { RelayPool } from '../../node/pool/relay-pool.ts';
import { realRandom } from '../../node/random.ts';
import { Hub } from '../../node/wallet/hub.ts';
import { seededKeys } from './keys.ts';

const [folder = '', relay = '', ...clients] = process.argv.slice(2);

/** What the first client is given, msat. */
const FUNDS_MSAT = 1_000_000;

const [clock, random] = [realClock(), realRandom()];
const pool = new RelayPool({ urls: [relay], clock, random });
await pool.ready();
const hub = await Hub.open({
  store: await Store.open(folder),
  keys: seededKeys('hub')[0]!,
  nodeSecret: Buffer.alloc(32, 7),
  pool,
  clock,
  random,
});
for (const [index, clientPublicKey] of clients.entries())
  await hub.admit({ clientPublicKey, name: `client ${index}`, ...(index === 0 ? { fundMsat: FUNDS_MSAT } : {}) });
process.stdout.write('serving\n');
