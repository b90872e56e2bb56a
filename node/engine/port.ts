// The seam between what people touch (CLI, daemon, API) and what does the work. One Engine per process:
// it owns the store, the relay, the pool, the providers and the conductor. A daemon's engine is also
// reached over HTTP (cli/remote-engine.ts), with this same interface.
import type { Clock, Random } from '../../conductor/ports.ts';
import type { ExportedFile, ExportPreview, ExportRequest } from '../../ledger/export/exporter.ts';
import type { Delivery } from '../../ledger/foreign-runs.ts';
import type { Spent } from '../../ledger/leaderboard/leaderboard.ts';
import type { ReceiptLibrary } from '../../ledger/receipts.ts';
import type { RedactionRules } from '../../ledger/redact/rules.ts';
import type { Annotation } from '../../protocol/annotation.ts';
import type { ExperimentList, ExperimentReport, ExperimentView } from '../../protocol/experiment-report.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { type Msat, satsToMsat } from '../../protocol/money.ts';
import type { ProviderHistory, ProviderJobs, ProviderQuery } from '../../protocol/provider-history.ts';
import type { ProvidersQuery, ProvidersReport } from '../../protocol/provider-report.ts';
import type { RunRecord, RunStatus } from '../../protocol/run.ts';
import type { RunPage, RunsQuery } from '../../protocol/run-list.ts';
import type { SyncStanding } from '../../protocol/sync.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { defaults } from '../settings/fields.ts';
import type { PredictRequest } from '../settings/predict-request.ts';
import type { ProviderOptions, RunOptions } from '../settings/run-options.ts';
import type { Improvement } from './improvement-port.ts';
import type { EngineMoney } from './money-port.ts';
import type { ReplayReport } from './replaying.ts';

export interface EngineOptions {
  /** PYLON_HOME: an absolute path to a folder that exists (0700). Not touched when `store` is `memory`. */
  readonly home: string;
  /** `memory` keeps nothing: `--no-log`. `disk` may fail with `store-locked`, `store-corrupt` or `home-unwritable`. */
  readonly store: 'disk' | 'memory';
  /** The user's identity; made on first use, so an engine that never signs with it never pays for it. */
  readonly identity: () => Promise<KeyPair>;
  readonly clock: Clock;
  readonly random: Random;
  /** Where OPENAI_BASE_URL, OPENAI_API_KEY and the like are read from; process.env in production. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** One line for the user (stderr or the daemon's log): which backend was taken, a relay that is gone. */
  readonly notice: (line: string) => void;
  /** How money is handled; the defaults where absent. */
  readonly money?: MoneyOptions;
  /** Looks up from the start what earlier processes left unknown, and not only when somebody needs the wallet: a daemon does. */
  readonly takesUpPayouts?: boolean;
  /** When present this process also serves as a provider, from `openEngine` until `close`. */
  readonly provider?: ProviderOptions;
  /** It then judges answers of others, and gives none itself. */
  readonly isValidator?: boolean;
}

export interface MoneyOptions {
  /** Where others reach the embedded hub; none means on loopback only. */
  readonly hubRelays: readonly string[];
  /** What is owed to one provider is paid at this amount while a run goes on. */
  readonly payoutThresholdMsat: Msat;
  /** Set aside for routing on top of each price, in millionths; not for the hub, which routes nothing. */
  readonly feeReservePpm: number;
}

const MONEY_DEFAULTS: MoneyOptions = {
  hubRelays: [],
  payoutThresholdMsat: satsToMsat(defaults.payout_threshold_sats),
  feeReservePpm: defaults.fee_reserve_ppm,
};

export function moneyOf({ money }: EngineOptions): MoneyOptions {
  return money ?? MONEY_DEFAULTS;
}

export type OpenEngine = (options: EngineOptions) => Promise<ServedEngine>;

export interface RunRequest {
  readonly query: string;
  /** Absolute paths of files and directories, or globs; standard input was spooled to a file before. */
  readonly files: readonly string[];
  /** Absolute path → the name to print and record for it (as the user wrote it, or `stdin`). */
  readonly displayNames?: Readonly<Record<string, string>>;
  /** Absolute folders that everything read must be in, links followed, and not in PYLON_HOME; anywhere when absent. */
  readonly within?: readonly string[];
  readonly options: RunOptions;
}

export interface StartedRun {
  /** A whole ULID. */
  readonly runId: string;
  /**
   * The record of the finished run, also when it failed or was interrupted (`status`, `error`). Rejects only when
   * the record itself could not be made or kept.
   */
  readonly finished: Promise<RunRecord>;
}

export interface DeadRun {
  readonly runId: string;
  /** Processes that died while they worked on it. */
  readonly deaths: number;
}

export interface RunFilter {
  readonly limit: number;
  readonly status?: RunStatus;
  readonly experiment?: string;
}

export interface ImportedRun {
  readonly runId: string;
  /** False when it was there already. */
  readonly imported: boolean;
}

/** The history. */
export interface RunLibrary {
  /** Newest first. */
  list(filter: RunFilter): Promise<readonly RunRecord[]>;
  /** One page of the runs that pass the filters, in any order, and how many there are. @throws PylonError `request-invalid` (cursor) */
  page(query: RunsQuery): Promise<RunPage>;
  /** @param id a whole id. Undefined when there is no such run */
  get(id: string): Promise<RunRecord | undefined>;
  /** Events from `fromSeq` on, in order, as far as the run has come. */
  events(id: string, fromSeq: number): AsyncIterable<TraceEvent>;
  /** The whole id of a unique prefix, any letter case. @throws PylonError `run-unknown` | `run-ambiguous` */
  resolve(prefix: string): Promise<string>;
  /**
   * Removes a run that is over, with its trace, its payloads and its folder under PYLON_HOME. What it owed stays owed.
   * @param id a whole id. @throws PylonError `run-unknown` | `request-invalid` while it goes on
   */
  delete(id: string): Promise<void>;
  /**
   * Writes the open run folder and returns its path.
   * @param folder absolute; `$PYLON_HOME/runs/<id>` when absent
   * @param rules what is taken out of it; nothing when absent
   */
  export(id: string, folder?: string, rules?: RedactionRules): Promise<string>;
  /** A run or an experiment as one file, made while it is read. @throws PylonError `run-unknown` */
  file(request: ExportRequest): Promise<ExportedFile>;
  /** What that file would be without; nothing is written. @throws PylonError `run-unknown` */
  filePreview(request: ExportRequest): Promise<ExportPreview>;
  /**
   * Reads an open run folder back; a run that is already there, equal, is not imported twice.
   * @throws PylonError `run-folder-invalid` | `run-conflict` | `trace-invalid`
   */
  import(folder: string): Promise<ImportedRun>;
  /** Reads the runs of a file of JSON lines back, in its order. @param path absolute. @throws PylonError as `import` does */
  importFile(path: string): Promise<readonly ImportedRun[]>;
  /**
   * Files a run that is over under an experiment or none, gives it scores and a note; its open folder is renewed where there is one.
   * @param id a whole id. @throws PylonError `run-unknown` | `request-invalid` while the run goes on, or with too many scores
   */
  annotate(id: string, annotation: Annotation): Promise<RunRecord>;
}

/** Runs that carry one name, together. */
export interface ExperimentLibrary {
  /** What changed last comes first. */
  list(): Promise<ExperimentList>;
  /** With its newest runs, side by side. @throws PylonError `experiment-unknown` */
  view(name: string): Promise<ExperimentView>;
  /** @param note null or empty takes it away. @throws PylonError `experiment-unknown` */
  note(name: string, note: string | null): Promise<ExperimentReport>;
}

/** Predictions by signature, and the receipts of all predictions. */
export interface Predictions extends ReceiptLibrary {
  /**
   * Begins a run that is one prediction: its output, as JSON, is the run's. A question about a text that is read by more than one prompt is
   * a run like that of a question about a file: its output is the answer, its citations the evidence. Resolves once RunInit is in the journal.
   * @throws PylonError `signature-unknown` | `request-invalid` (the input is not the signature's) | `strategy-unavailable` |
   * `budget-limit-missing` | `backend-*`, before anything is recorded
   */
  start(request: PredictRequest, signal: AbortSignal): Promise<StartedRun>;
}

/** The part of the library that lets runs out and in. */
export type Exporting = Pick<RunLibrary, 'export' | 'import' | 'importFile' | 'file' | 'filePreview'>;

/** What is true of an engine now; `/api/health` serves it, so nothing in it may be a secret or the user's text. */
export interface EngineHealth {
  readonly public_key: string | null;
  readonly relays: readonly { readonly url: string; readonly connected: boolean }[];
  readonly provider: { readonly name: string; readonly models: readonly string[]; readonly jobs_done: number } | null;
  readonly runs_active: number;
}

export interface Engine extends Improvement {
  /**
   * Begins a run. Resolves once RunInit is in the journal; input that cannot be read and options that cannot be met
   * reject here, before anything is recorded. Aborting `signal` ends the run with a partial answer, its coverage
   * and the error `interrupted`.
   */
  start(request: RunRequest, signal: AbortSignal): Promise<StartedRun>;
  /**
   * Goes on with a run that was interrupted: the same run, its trace and its budget. What it has settled is not bought again.
   * Resolves once RunResume is in the journal; input that is not what it was rejects here, before anything is spent.
   * @param runId a whole id. @throws PylonError `run-unknown` | `run-not-resumable` | `input-changed`, and as `start` does
   */
  resume(runId: string, signal: AbortSignal): Promise<StartedRun>;
  /**
   * Goes through the exploration of a run again, without its input and without a model.
   * @param runId a whole id. @throws PylonError `run-unknown` | `run-not-replayable` | `rlm-trace-invalid` | `replay-differs`
   */
  replay(runId: string): Promise<ReplayReport>;
  /** Runs of this home whose process died, oldest first; those that somebody else looks after are not among them. */
  deadRuns(): Promise<readonly DeadRun[]>;
  /**
   * Replays the run's events from `fromSeq`, then follows it live: each event exactly once, in order. The listener
   * must not block. Ends by itself after RunDone or RunFailed; the function returned ends it earlier.
   */
  subscribe(runId: string, fromSeq: number, listener: (event: TraceEvent) => void): () => void;
  readonly runs: RunLibrary;
  readonly experiments: ExperimentLibrary;
  readonly predictions: Predictions;
  readonly money: EngineMoney;
  /** The leaderboard. @throws PylonError `model-unknown` | `store-*` */
  providers(query: ProvidersQuery): Promise<ProvidersReport>;
  /** A payload that the run's trace names by its sha256; undefined when it names none such, or it was not kept. @throws PylonError `store-corrupt` */
  payload(runId: string, hash: string): Promise<Uint8Array | undefined>;
  health(): EngineHealth;
  /** Withdraws announcements, lets jobs in flight finish, flushes and closes the store. Safe to call twice. */
  close(): Promise<void>;
}

/** What can be asked only of the process that has the store: the daemon's API asks it for the dashboard. */
export interface ServedEngine extends Engine {
  /** Absolute path of each input of a run, in the order of its record. Undefined for a run of another home, or of an older Pylon. */
  inputs(runId: string): Promise<readonly string[] | undefined>;
  /**
   * JSON of a RunSnapshot (protocol/snapshot.ts), at most some events older than the run; those from its `next_seq` on tell the rest.
   * @throws PylonError `run-unknown` | `store-corrupt`
   */
  snapshot(runId: string): Promise<Uint8Array>;
  /** Takes a piece of a run that another home sends (ledger/foreign-runs.ts). Need not be called on the engine. @throws PylonError as `ForeignRuns.take` does */
  readonly receive: (key: string, delivery: Delivery, quotaBytes: number) => Promise<SyncStanding>;
  /** Hears all events of all runs, in order, once they are stored. The listener must not block. @returns a function that ends it */
  hear(listener: (events: readonly TraceEvent[]) => void): () => void;
  /** What providers were owed for accepted work since a time, and how many jobs they were asked, by whole hours. */
  spentSince(sinceMs: number): Promise<Spent>;
  /** A provider, by its key; zeros where nothing is known of it. @throws PylonError `store-*` */
  provider(key: string, query: ProviderQuery): Promise<ProviderHistory>;
  /** What it was asked lately, as far as the traces of the latest runs tell. @throws PylonError `store-*` */
  providerJobs(key: string): Promise<ProviderJobs>;
}
