// The engine of this process: store, journal, swarm, backends and conductor put together. Here the
// ledger's classes meet the conductor's ports, and the compiler checks the fit.

import type { Book, Clock, Journal } from '../../conductor/ports.ts';
import { Conductor } from '../../conductor/run/conductor.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { followRun } from '../../ledger/follow.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import {
  CHUNK_BYTES_DEFAULT,
  CHUNK_BYTES_EMBEDDED,
  JOB_ENVELOPE_BYTES,
  OUTPUT_CHARS_JUDGED,
} from '../../protocol/limits.ts';
import { parseVerification } from '../../protocol/policy.ts';
import type { ProvidersQuery, ProvidersReport } from '../../protocol/provider-report.ts';
import type { RunConfig, RunRecord } from '../../protocol/run.ts';
import { sealedChars } from '../../protocol/seal.ts';
import { ENGINE_NAME } from '../../protocol/signature.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { ulid } from '../../protocol/ulid.ts';
import { type ChosenBackend, chooseBackend } from '../backends/choose.ts';
import { extractiveBackend } from '../backends/extractive.ts';
import { Synonyms } from '../backends/synonyms.ts';
import { collect, tellSkipped } from '../input/collect.ts';
import { FileCorpus } from '../input/corpus.ts';
import type { RunOptions } from '../settings/run-options.ts';
import { gitSha } from '../version.ts';
import { LocalMoney } from './engine-money.ts';
import { type LedgerParts, openLedger } from './ledger-parts.ts';
import type { EngineMoney } from './money-port.ts';
import { OnceEach } from './once-each.ts';
import type { Engine, EngineHealth, EngineOptions, RunLibrary, RunRequest, StartedRun } from './port.ts';
import { Providing } from './providing.ts';
import type { Session } from './session.ts';
import { type Till, Tills } from './tills.ts';
import { Treasury } from './treasury.ts';

/** A sealed job's tags and frame beside its content. */
const FRAME_BYTES = 2_048;

function displayNameOf(request: RunRequest, location: string): string {
  return request.displayNames?.[location] ?? location;
}

/** A model's context window and foreign relays ask for small chunks; the embedded engine on loopback does not. */
function defaultChunkBytes(options: RunOptions, model: string): number {
  return options.relays.length === 0 && model === ENGINE_NAME ? CHUNK_BYTES_EMBEDDED : CHUNK_BYTES_DEFAULT;
}

/** Options as the record keeps them. */
function configOf(options: RunOptions, model: string): RunConfig {
  return {
    method: options.local_only ? 'pylon.local' : 'pylon.map_reduce',
    model,
    chunk_size: options.chunk_size ?? defaultChunkBytes(options, model),
    max_depth: 1,
    fanout: options.fanout,
    quorum: options.quorum,
    budget_sats: options.budget_sats,
    verification: options.verify,
    ...(options.verify_schema === undefined ? {} : { verification_schema: options.verify_schema }),
    strategy_id: 'map_reduce.v1',
    timeout_ms: Math.round(options.timeout_s * 1000),
    ...(options.deadline_s === undefined ? {} : { deadline_ms: Math.round(options.deadline_s * 1000) }),
    relays: options.relays,
    public: options.public,
    ...(options.escrow ? { escrow: true } : {}),
  };
}

/** Refuses a chunk that the relays would refuse, also beside its answer where a validator judges that. @throws PylonError `event-too-large` */
function checkChunkFits(session: Session, { chunk_size: chunkBytes, verification }: RunConfig): void {
  const answerChars = parseVerification(verification).kind === 'validated' ? OUTPUT_CHARS_JUDGED : 0;
  const bytesMax = session.messageBytesMax();
  if (sealedChars(chunkBytes + answerChars + JOB_ENVELOPE_BYTES) + FRAME_BYTES <= bytesMax) return;
  const reason = `a chunk of ${chunkBytes} bytes makes a larger message than the ${bytesMax} bytes the relays take`;
  throw new PylonError('event-too-large', { value: `--chunk-size ${chunkBytes}`, reason });
}

/** A run that failed is its caller's to hear of. */
function notOurs(): void {}

class LocalEngine implements Engine {
  readonly runs: RunLibrary;
  readonly money: EngineMoney;
  readonly #options: EngineOptions;
  readonly #ledger: LedgerParts;
  readonly #clock: Clock;
  readonly #book: Book;
  readonly #embedded = extractiveBackend();
  readonly #synonyms = new Synonyms();
  readonly #backends = new OnceEach<ChosenBackend>();
  readonly #tills: Tills;
  readonly #treasury: Treasury;
  readonly #active = new Set<Promise<unknown>>();
  #providing: Providing | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: EngineOptions, ledger: LedgerParts) {
    this.#options = options;
    this.#clock = options.clock;
    this.#ledger = ledger;
    this.#book = new RunBudgets(ledger.book);
    this.runs = ledger.library;
    const { book, store, journal } = ledger;
    this.#treasury = new Treasury({ engine: options, book, post: (operation) => journal.post(operation) });
    this.#tills = new Tills(options, this.#treasury);
    this.money = new LocalMoney({ book, store, treasury: this.#treasury, nowMs: () => options.clock.now() });
  }

  /** In the background: the wallet may be away, and nothing here waits for it. */
  takeUpPayouts(): void {
    void this.#treasury.takeUpPayouts();
  }

  /** Begins to serve as a provider, where the options say so. */
  async provide(): Promise<void> {
    const { provider } = this.#options;
    if (provider === undefined) return;
    const { backend, languageModel } = await this.#backend(provider);
    this.#providing = await Providing.start(this.#options, provider, backend, languageModel, this.#treasury);
  }

  /** Begins to look up what an earlier process was paying; a wallet that is away does not keep anybody waiting. */
  lookUpPayments(): void {
    this.#treasury.lookUpLeft().catch((thrown: unknown) => this.#options.notice(toPylonError(thrown).message));
  }

  async start(request: RunRequest, signal: AbortSignal): Promise<StartedRun> {
    const { options } = request;
    const [collected, chosen] = await Promise.all([
      collect(request.files.map((location) => ({ location, path: displayNameOf(request, location) }))),
      this.#backend(options),
    ]);
    const skipped = tellSkipped(collected.skipped);
    if (skipped !== '') this.#options.notice(`skipped: ${skipped}`);
    const till = options.local_only ? undefined : await this.#tills.open(options, chosen);
    const budget_sats = till === undefined ? options.budget_sats : await this.#tills.budgetSats(options, till);
    const config = { ...configOf(options, chosen.backend.name), budget_sats };
    if (till !== undefined) checkChunkFits(till.session, config);
    await this.#ledger.book.recover(); // a run that could not be written may have left it ahead of the disk
    const runId = ulid(this.#clock.now(), this.#options.random.bytes(10));
    const sha = await gitSha();
    const running = this.#conductor(chosen, till).run(
      {
        runId,
        query: request.query,
        corpus: new FileCorpus(collected.files),
        config,
        feeReservePpm: till?.purse?.feePpm ?? 0,
        ...(sha === undefined ? {} : { gitSha: sha }),
        ...(options.dataset === undefined ? {} : { dataset: options.dataset }),
        ...(options.experiment === undefined ? {} : { experiment: options.experiment }),
      },
      signal,
    );
    await this.#begun(runId, running);
    const finished = this.#finished(runId, running);
    if (till !== undefined) finished.then((record) => this.#tills.tellUnpaid(till, record), notOurs);
    return { runId, finished };
  }

  subscribe(runId: string, fromSeq: number, listener: (event: TraceEvent) => void): () => void {
    const onFailure = (error: PylonError) => this.#options.notice(error.message);
    return followRun(this.#ledger.source, { runId, fromSeq, listener, onFailure });
  }

  providers(query: ProvidersQuery): Promise<ProvidersReport> {
    return this.#ledger.leaderboard.report(query);
  }

  health(): EngineHealth {
    return {
      public_key: null,
      relays: [],
      provider: null,
      runs_active: this.#active.size,
      ...this.#providing?.health(),
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    await Promise.allSettled(this.#active);
    await this.#tills.close();
    await this.#providing?.stop();
    await this.#treasury.close();
    this.#synonyms.close();
    await this.#ledger.close();
  }

  #conductor(chosen: ChosenBackend, till: Till | undefined): Conductor {
    const { clock, random } = this.#options;
    const journal: Journal = this.#ledger.journal;
    const synonyms = (word: string) => this.#synonyms.of(word);
    const { reputation } = this.#ledger;
    const own = { local: chosen.backend, engine: this.#embedded, synonyms };
    const ports = { clock, random, journal, book: this.#book, reputation, ...own };
    if (till === undefined) return new Conductor(ports);
    const { market, pace } = till.session;
    return new Conductor({ ...ports, market, pace, ...till.payers });
  }

  /** One detection for all runs that ask for the same; a failed one is tried again. */
  #backend(wanted: Pick<RunOptions, 'backend' | 'model'>): Promise<ChosenBackend> {
    const { clock, random, environment, notice } = this.#options;
    const { OPENAI_BASE_URL: openAiBaseUrl, OPENAI_API_KEY: openAiApiKey } = environment;
    const choice = {
      backend: wanted.backend,
      model: wanted.model,
      openAiBaseUrl,
      openAiApiKey,
      clock,
      random,
      log: notice,
    };
    return this.#backends.get(JSON.stringify([wanted.backend, wanted.model]), () => chooseBackend(choice));
  }

  /** Resolves once RunInit is stored, rejects when the run was refused before. */
  #begun(runId: string, running: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const unsubscribe = this.#ledger.journal.subscribe((events) => {
        if (!events.some((event) => event.run_id === runId)) return;
        unsubscribe();
        resolve();
      });
      running.catch((thrown: unknown) => {
        unsubscribe();
        reject(toPylonError(thrown));
      });
    });
  }

  /** The record, once the run is over; its open folder is written behind it, and `close` waits for that. */
  #finished(runId: string, running: Promise<void>): Promise<RunRecord> {
    const finished = running.then(async () => {
      const record = await this.runs.get(runId);
      if (record === undefined) throw new PylonError('run-unknown', { value: runId });
      return record;
    });
    const kept = finished
      .then(() => this.#ledger.keepFolder(runId))
      .catch((thrown: unknown) => this.#options.notice(toPylonError(thrown).message));
    this.#active.add(kept);
    void kept.finally(() => this.#active.delete(kept));
    return finished;
  }
}

/** Opens everything a process of Pylon needs. @throws PylonError `store-*` | `home-unwritable` | `backend-*` | `relay-url-invalid` */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const engine = new LocalEngine(options, await openLedger(options));
  try {
    if (options.takesUpPayouts === true) engine.takeUpPayouts();
    await engine.provide();
    engine.lookUpPayments();
    return engine;
  } catch (thrown) {
    await engine.close();
    throw thrown;
  }
}
