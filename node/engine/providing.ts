// This process as a provider for others, or as a validator: its identity announces itself on the relays named and sells
// what the backend can do. Jobs taken and answered are remembered on disk, so that a restart repeats nothing.
import { join } from 'node:path';
import type { Backend, LanguageModel } from '../../conductor/ports.ts';
import { VALIDATOR_HANDLER_ID } from '../../protocol/handler.ts';
import { SEALED_PLAINTEXT_BYTES_MAX } from '../../protocol/limits.ts';
import { satsToMsat } from '../../protocol/money.ts';
import { parsePublicKey } from '../../protocol/public-key.ts';
import { RelayPool } from '../pool/relay-pool.ts';
import type { ProviderOptions } from '../settings/run-options.ts';
import { type JobRecords, MemoryJobRecords } from '../swarm/job-records.ts';
import { LevelJobRecords } from '../swarm/level-job-records.ts';
import { Provider } from '../swarm/provider.ts';
import { validatorBackend } from '../swarm/validator.ts';
import type { EngineHealth, EngineOptions } from './port.ts';
import type { Treasury } from './treasury.ts';

/** Waiting jobs beyond those at work; a customer may fill at most a quarter of them. */
const QUEUE_PER_SLOT = 64;

export class Providing {
  readonly #pool: RelayPool;
  readonly #provider: Provider;
  readonly #records: JobRecords;
  readonly #name: string;
  readonly #models: readonly string[];
  readonly #publicKey: string;

  private constructor(
    pool: RelayPool,
    provider: Provider,
    records: JobRecords,
    told: { name: string; models: readonly string[]; publicKey: string },
  ) {
    this.#pool = pool;
    this.#provider = provider;
    this.#records = records;
    this.#name = told.name;
    this.#models = told.models;
    this.#publicKey = told.publicKey;
  }

  /** @throws PylonError `relay-url-invalid` | `identity-invalid` | `store-*` */
  static async start(
    engine: EngineOptions,
    options: ProviderOptions,
    backend: Backend,
    model: LanguageModel | undefined,
    treasury: Treasury,
  ): Promise<Providing> {
    const { clock, random, notice } = engine;
    const keys = await engine.identity();
    const wallet = await treasury.earningWallet();
    const isFree = options.price_base_msat === 0 && options.price_msat_per_1k_chars === 0;
    if (wallet === undefined && !isFree)
      notice('no wallet is connected, so nobody can pay for the work; connect one with `pylon wallet connect <uri>`');
    const billing = treasury.billing(keys.publicKey, satsToMsat(options.credit_sats), wallet);
    const records =
      engine.store === 'disk' ? await LevelJobRecords.open(join(engine.home, 'jobs')) : new MemoryJobRecords();
    const pool = new RelayPool({ urls: options.relays, clock, random, signer: keys, log: notice });
    const { name, concurrency, price_base_msat: base_msat, price_msat_per_1k_chars: msat_per_1k_chars } = options;
    const queueMax = concurrency * QUEUE_PER_SLOT;
    const isValidator = engine.isValidator === true;
    const provider = new Provider({
      keys,
      pool,
      backend: isValidator ? validatorBackend({ keys, backend, clock }) : backend,
      ...(model === undefined || isValidator ? {} : { model }),
      ...(isValidator ? { handlerId: VALIDATOR_HANDLER_ID } : {}),
      announcement: {
        v: 1,
        name,
        models: [backend.name],
        base_msat,
        msat_per_1k_chars,
        max_input_bytes: SEALED_PLAINTEXT_BYTES_MAX,
        concurrency,
        ...(options.operator === undefined ? {} : { operator: parsePublicKey(options.operator) }),
      },
      clock,
      random,
      records,
      limits: { queueMax, perCustomerMax: Math.max(concurrency, queueMax / 4) },
      takesOpenJobs: !isValidator,
      billing,
      log: notice,
    });
    await provider.start();
    return new Providing(pool, provider, records, { name, models: [backend.name], publicKey: keys.publicKey });
  }

  health(): Pick<EngineHealth, 'public_key' | 'relays' | 'provider'> {
    return {
      public_key: this.#publicKey,
      relays: this.#pool.relays().map(({ url, status }) => ({ url, connected: status === 'open' })),
      provider: { name: this.#name, models: this.#models, jobs_done: this.#provider.stats.done },
    };
  }

  /** Takes no new jobs, finishes those in flight, withdraws the announcement. */
  async stop(): Promise<void> {
    await this.#provider.stop();
    await this.#pool.close();
    await this.#records.close();
  }
}
