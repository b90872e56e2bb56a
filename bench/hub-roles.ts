// The wallet service of the hub benchmark, in a process of its own: the embedded hub on a synced store, or the service of
// `@getalby/sdk` with a trivial wallet in memory behind it. Talks to hub.ts over IPC.
import '../node/v8-flags.ts';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { Store } from '../ledger/store/store.ts';
import { realClock } from '../node/clock.ts';
import { RelayPool } from '../node/pool/relay-pool.ts';
import { realRandom } from '../node/random.ts';
import { Hub } from '../node/wallet/hub.ts';
import { KeyPair } from '../protocol/keypair.ts';

/** What a role tells when it is ready. */
export interface HubRole {
  /** Hex. */
  readonly publicKey: string;
  close(): Promise<void>;
}

/** Enough for every payment of the benchmark. */
const FUNDS_MSAT = 1_000_000_000;

async function hubRole(url: string, payer: string, payee: string): Promise<HubRole> {
  const [clock, random] = [realClock(), realRandom()];
  const pool = new RelayPool({ urls: [url], clock, random });
  await pool.ready();
  const folder = await mkdtemp(join(tmpdir(), 'pylon-bench-'));
  const keys = KeyPair.generate((length) => random.bytes(length));
  const store = await Store.open(folder);
  const log = (line: string) => console.error(line);
  const hub = await Hub.open({ store, keys, nodeSecret: randomBytes(32), pool, clock, random, log });
  await hub.admit({ clientPublicKey: payer, name: 'payer', fundMsat: FUNDS_MSAT });
  await hub.admit({ clientPublicKey: payee, name: 'payee' });
  return {
    publicKey: hub.publicKey,
    async close() {
      await hub.close();
      await pool.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Answers every payment at once: what is measured is the SDK's service alone. */
async function sdkRole(url: string, payer: string): Promise<HubRole> {
  globalThis.WebSocket = WebSocket as never;
  const { NWCWalletService, NWCWalletServiceKeyPair } = await import('@getalby/sdk');
  const secret = randomBytes(32);
  const keys = new KeyPair(secret, randomBytes);
  const service = new NWCWalletService({ relayUrl: url });
  await service.publishWalletServiceInfoEvent(secret.toString('hex'), ['pay_invoice'], []);
  const stop = await service.subscribe(new NWCWalletServiceKeyPair(secret.toString('hex'), payer), {
    payInvoice: async ({ invoice }) => {
      const preimage = createHash('sha256').update(invoice).digest('hex');
      return { result: { preimage, fees_paid: 0 }, error: undefined };
    },
  });
  return {
    publicKey: keys.publicKey,
    async close() {
      stop();
      service.close();
    },
  };
}

const [name, url = '', payer = '', payee = ''] = process.argv.slice(2);
if (name !== undefined && process.send !== undefined) {
  const role = name === 'hub' ? await hubRole(url, payer, payee) : await sdkRole(url, payer);
  process.once('message', async () => {
    await role.close();
    process.disconnect();
  });
  process.send({ publicKey: role.publicKey });
}
