// A hub on a relay of its own, with two accounts, and connections to them for whatever client a test brings.
import { randomBytes } from 'node:crypto';
import type { Test } from 'tap';
import { realClock } from '../../node/clock.ts';
import { RelayPool } from '../../node/pool/relay-pool.ts';
import { realRandom } from '../../node/random.ts';
import { Relay } from '../../node/relay/server.ts';
import { Hub, type HubOptions } from '../../node/wallet/hub.ts';
import { NwcClient } from '../../node/wallet/nwc-client.ts';
import { KeyPair } from '../../protocol/keypair.ts';
import { satsToMsat } from '../../protocol/money.ts';
import { WalletConnection } from '../../protocol/wallet/uri.ts';

export interface HubUnderTest {
  readonly relay: Relay;
  readonly hub: Hub;
  /** Admits a client of an own account. @returns its connection */
  connect(fundSats: number): Promise<WalletConnection>;
}

/** Closed when the test ends. */
export async function startHub(t: Test, options: Partial<HubOptions> = {}): Promise<HubUnderTest> {
  const [clock, random] = [realClock(), realRandom()];
  const relay = await Relay.start({ clock: Date.now, randomBytes });
  const pool = new RelayPool({ urls: [relay.url], clock, random });
  const keys = KeyPair.generate(randomBytes);
  const hub = await Hub.open({
    store: 'memory',
    keys,
    nodeSecret: randomBytes(32),
    pool,
    clock,
    random,
    ...options,
  });
  t.teardown(async () => {
    await hub.close();
    await pool.close();
    await relay.close();
  });
  await pool.ready();
  return {
    relay,
    hub,
    async connect(fundSats) {
      const secret = randomBytes(32).toString('hex');
      const connection = new WalletConnection({ service: hub.publicKey, relays: [relay.url], secret });
      const clientPublicKey = connection.keyPair(randomBytes).publicKey;
      await hub.admit({ clientPublicKey, name: 'a test', fundMsat: satsToMsat(fundSats) });
      return connection;
    },
  };
}

/** Our client, ready and closed when the test ends. */
export async function openClient(
  t: Test,
  connection: WalletConnection,
  options: Partial<ConstructorParameters<typeof NwcClient>[0]> = {},
): Promise<NwcClient> {
  const client = new NwcClient({ connection, clock: realClock(), random: realRandom(), ...options });
  t.teardown(() => client.close());
  await client.ready();
  return client;
}
