// A swarm to ask: relays, and the market on them. Embedded, it brings its own relay and provider nodes
// on loopback: the same code that talks to a public relay, in one process.
import { Pace } from '../../conductor/market/pace.ts';
import type { Backend, Clock, Market, Random } from '../../conductor/ports.ts';
import { toPylonError } from '../../protocol/errors.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { MESSAGE_BYTES_OWN_RELAY, SEALED_PLAINTEXT_BYTES_MAX } from '../../protocol/limits.ts';
import { RelayPool, type RelayState } from '../pool/relay-pool.ts';
import { Relay } from '../relay/server.ts';
import { MEMORY_STORE_LIMITS, MemoryStore } from '../relay/store/memory-store.ts';
import type { Billing } from '../swarm/billing/port.ts';
import { MemoryJobRecords } from '../swarm/job-records.ts';
import { SwarmMarket } from '../swarm/market.ts';
import { Provider } from '../swarm/provider.ts';
import type { EscrowDesk } from '../wallet/ahead/payments-ahead.ts';

export interface SessionPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** A line for the user or the log. */
  readonly notice: (line: string) => void;
}

export interface Session {
  readonly market: Market & EscrowDesk;
  /** What its runs have learnt of the providers. */
  readonly pace: Pace;
  relays(): readonly RelayState[];
  /** Bytes of the largest message that all relays take. */
  messageBytesMax(): number;
  close(): Promise<void>;
}

/** Price of the embedded providers: 100 MB fits the default budget of 1,000 sats. */
const EMBEDDED_PRICE = { base_msat: 10, msat_per_1k_chars: 1 };
/** Jobs that one embedded provider works on at a time. */
const EMBEDDED_CONCURRENCY = 8;
/** How long announcements are waited for on relays that are not ours. */
const SURVEY_MS = 2_500;
/** Job traffic the embedded relay keeps for a reconnect: loopback is cut for milliseconds, not for minutes. */
const EMBEDDED_RING_BYTES = 4 * 1024 * 1024;

/**
 * Relays elsewhere, as this identity. While none can be reached the market has no offers and chunks fall back to the local
 * backend; a relay that comes back brings its offers to the next run. @throws PylonError `relay-url-invalid`
 */
export async function openSession(
  ports: SessionPorts,
  relays: readonly string[],
  keys: KeyPair,
  isPublic: boolean,
): Promise<Session> {
  const { clock, random, notice } = ports;
  const pool = new RelayPool({ urls: relays, clock, random, signer: keys, log: notice });
  const market = new SwarmMarket({ pool, keys, clock, public: isPublic, log: notice });
  try {
    await pool.ready();
    await market.surveyed(SURVEY_MS);
    if (market.offers().length === 0) notice('no provider announces itself on the relays; the local backend stands in');
  } catch (thrown) {
    notice(`${toPylonError(thrown).message}; the local backend stands in`);
  }
  return {
    market,
    pace: new Pace(clock),
    relays: () => pool.relays(),
    messageBytesMax: () => pool.messageBytesMax(),
    async close() {
      await market.close();
      await pool.close();
    },
  };
}

/** Who an embedded provider is, and how it is paid. */
export interface EmbeddedNode {
  readonly keys: KeyPair;
  readonly billing: Billing;
}

function embeddedProvider(
  ports: SessionPorts,
  url: string,
  backend: Backend,
  index: number,
  { keys, billing }: EmbeddedNode,
): { provider: Provider; pool: RelayPool } {
  const { clock, random, notice } = ports;
  const pool = new RelayPool({ urls: [url], clock, random, trustedUrls: new Set([url]), signer: keys, log: notice });
  const limits = { max_input_bytes: SEALED_PLAINTEXT_BYTES_MAX, concurrency: EMBEDDED_CONCURRENCY };
  const announcement = {
    v: 1 as const,
    name: `embedded ${index + 1}`,
    models: [backend.name],
    ...EMBEDDED_PRICE,
    ...limits,
  };
  const roomy = { queueMax: 4_096, perCustomerMax: 4_096 };
  const records = new MemoryJobRecords();
  return {
    pool,
    // It logs nothing: what goes wrong with a job is told by the run that asked for it.
    provider: new Provider({ keys, pool, backend, announcement, clock, random, records, limits: roomy, billing }),
  };
}

/** Our own providers are a few milliseconds away; a run must not begin with half of them. */
class Gathering {
  readonly gathered: Promise<void>;
  readonly #providers: number;
  #complete: () => void = () => {};

  constructor(providers: number, clock: Clock) {
    this.#providers = providers;
    this.gathered = new Promise((resolve) => {
      const cancel = clock.after(SURVEY_MS, resolve);
      this.#complete = () => {
        cancel();
        resolve();
      };
    });
  }

  look(market: Market): void {
    if (market.offers().length >= this.#providers) this.#complete();
  }
}

/** A relay and provider nodes of our own on loopback. @param keys who asks */
export async function openEmbeddedSession(
  ports: SessionPorts,
  backend: Backend,
  keys: KeyPair,
  embedded: readonly EmbeddedNode[],
): Promise<Session> {
  const { clock, random, notice } = ports;
  const randomBytes = (length: number) => random.bytes(length);
  const relay = await Relay.start({
    clock: () => clock.now(),
    randomBytes,
    store: new MemoryStore({ ...MEMORY_STORE_LIMITS, ringBytesMax: EMBEDDED_RING_BYTES }),
    limits: { messageBytesMax: MESSAGE_BYTES_OWN_RELAY },
    name: 'Pylon embedded relay',
    log: notice,
  });
  const nodes = embedded.map((node, index) => embeddedProvider(ports, relay.url, backend, index, node));
  const pool = new RelayPool({
    urls: [relay.url],
    clock,
    random,
    trustedUrls: new Set([relay.url]),
    signer: keys,
    log: notice,
  });
  const complete = new Gathering(nodes.length, clock);
  const market = new SwarmMarket({ pool, keys, clock, log: notice, onOffers: () => complete.look(market) });
  await Promise.all([pool.ready(), ...nodes.map(({ provider }) => provider.start())]);
  await complete.gathered;
  return {
    market,
    // They are our own and share this machine: asking another one as well would only do the work twice.
    pace: new Pace(clock, { hedges: false }),
    relays: () => pool.relays(),
    messageBytesMax: () => pool.messageBytesMax(),
    async close() {
      await market.close();
      await Promise.all(nodes.map(({ provider }) => provider.stop()));
      await Promise.all([pool.close(), ...nodes.map((node) => node.pool.close())]);
      await relay.close();
    },
  };
}
