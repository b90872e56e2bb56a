// A small swarm in one process: a real relay on loopback, pools that speak to it, providers with scripted
// backends. Everything made here is closed by `close`.
import { randomBytes } from 'node:crypto';
import type { Ask, Backend, Clock } from '../../conductor/ports.ts';
import { realClock } from '../../node/clock.ts';
import { RelayPool, type RelayPoolOptions } from '../../node/pool/relay-pool.ts';
import { realRandom } from '../../node/random.ts';
import { Relay, type RelayOptions } from '../../node/relay/server.ts';
import { MemoryJobRecords } from '../../node/swarm/job-records.ts';
import { SwarmMarket, type SwarmMarketOptions } from '../../node/swarm/market.ts';
import { Provider, type ProviderOptions } from '../../node/swarm/provider.ts';
import type { Announcement, Offer } from '../../protocol/handler.ts';
import type { JobRequest } from '../../protocol/job.ts';
import { KeyPair } from '../../protocol/keypair.ts';
import { msat } from '../../protocol/money.ts';
import { EXTRACTOR, type ExtractorInput, NO_USAGE } from '../../protocol/signature.ts';

/** Real time, with delays a tenth as long: back-offs are waited for, not slept through. */
export function hurriedClock(): Clock {
  const clock = realClock();
  return { now: () => clock.now(), after: (delayMs, callback) => clock.after(delayMs / 10, callback) };
}

/** Quotes the first line of every chunk; `before` is awaited first. */
export function quotingBackend(
  before: (input: ExtractorInput, signal: AbortSignal) => unknown = () => undefined,
): Backend {
  return {
    name: 'quoting',
    async predict(signature, input, { signal }) {
      const given = input as ExtractorInput;
      await before(given, signal);
      const output = { findings: [{ quote: given.text.split('\n')[0]!, score: 1, line: 1 }] };
      return { output: signature.output.parse(output), usage: NO_USAGE, repairs: 0 };
    },
  };
}

export const ANNOUNCEMENT: Announcement = {
  v: 1,
  name: 'test',
  models: ['quoting'],
  base_msat: 10,
  msat_per_1k_chars: 1,
  max_input_bytes: 40_960,
  concurrency: 2,
};

export const LIMITS = { queueMax: 1_000, perCustomerMax: 1_000 };

export function newKeys(): KeyPair {
  return KeyPair.generate(randomBytes);
}

let chunks = 0;

export function jobRequest(text: string, change: Partial<JobRequest> = {}): JobRequest {
  chunks += 1;
  return {
    job: 'job',
    chunk: chunks % 1_000,
    attempt: 0,
    nonce: randomBytes(16).toString('hex'),
    signature: EXTRACTOR.signatureId,
    text,
    query: 'What is in it?',
    span: '{}',
    maxOutputChars: 12_000,
    ...change,
  };
}

export function askOf(offer: Offer, text: string, change: Partial<JobRequest> = {}): Ask {
  return { request: jobRequest(text, change), offer, bidMsat: msat(1_000), expiresAtMs: Date.now() + 60_000 };
}

/** Waits for a condition that some callback will bring about; a hang fails the test with its description. */
export async function eventually(description: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`never came true: ${description}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export class Swarm {
  readonly relay: Relay;
  readonly #closers: (() => Promise<unknown>)[] = [];

  private constructor(relay: Relay) {
    this.relay = relay;
  }

  static async start(options: Partial<RelayOptions> = {}): Promise<Swarm> {
    return new Swarm(await Relay.start({ clock: Date.now, randomBytes, ...options }));
  }

  pool(options: Partial<RelayPoolOptions> = {}): RelayPool {
    const pool = new RelayPool({ urls: [this.relay.url], clock: hurriedClock(), random: realRandom(), ...options });
    this.#closers.push(() => pool.close());
    return pool;
  }

  async provider(options: Partial<ProviderOptions> = {}): Promise<Provider> {
    const provider = new Provider({
      keys: newKeys(),
      pool: options.pool ?? this.pool(),
      backend: quotingBackend(),
      announcement: ANNOUNCEMENT,
      clock: realClock(),
      random: realRandom(),
      records: new MemoryJobRecords(),
      limits: LIMITS,
      ...options,
    });
    await provider.start();
    this.#closers.push(() => provider.stop(1_000));
    return provider;
  }

  market(options: Partial<SwarmMarketOptions> = {}): SwarmMarket {
    const market = new SwarmMarket({
      pool: options.pool ?? this.pool(),
      keys: newKeys(),
      clock: realClock(),
      ...options,
    });
    this.#closers.push(() => market.close());
    return market;
  }

  /** Last made, first closed. */
  async close(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
    await this.relay.close();
  }
}
