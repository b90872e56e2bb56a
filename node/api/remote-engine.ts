// A daemon's engine, reached over its API, with the interface of one in this process: the CLI's commands
// cannot tell the difference.
import type { Clock, Random } from '../../conductor/ports.ts';
import type { ExportedFile, ExportPreview, ExportRequest } from '../../ledger/export/exporter.ts';
import { printRules, type RedactionRules } from '../../ledger/redact/rules.ts';
import type { Annotation } from '../../protocol/annotation.ts';
import { PylonError } from '../../protocol/errors.ts';
import { foldEvent, type RunState, toRunRecord } from '../../protocol/fold.ts';
import { type ProvidersQuery, type ProvidersReport, providersReportSchema } from '../../protocol/provider-report.ts';
import { type RunRecord, runRecordSchema } from '../../protocol/run.ts';
import { type RunPage, type RunsQuery, runPageSchema } from '../../protocol/run-list.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import type { EngineMoney } from '../engine/money-port.ts';
import type {
  Engine,
  EngineHealth,
  ExperimentLibrary,
  ImportedRun,
  Predictions,
  RunFilter,
  RunLibrary,
  RunRequest,
  StartedRun,
} from '../engine/port.ts';
import type { ReplayReport } from '../engine/replaying.ts';
import { type ApiAddress, callApi } from './client.ts';
import { downloadApi } from './download.ts';
import { exportPath, exportPreviewSchema, importedFileSchema } from './export-schemas.ts';
import { followRun, type Hearing } from './follow.ts';
import { readAnswer as read } from './read-answer.ts';
import { RemoteImproving } from './remote/improving.ts';
import { remoteExperiments } from './remote-experiments.ts';
import { RemoteMoney } from './remote-money.ts';
import { remotePredictions } from './remote-predictions.ts';
import { replayReportSchema } from './routes/replay.ts';
import * as schemas from './schemas.ts';

const EVENTS_PER_PAGE = 1_000;
/** A file of many runs is read, checked and written before the answer. */
const IMPORT_TIMEOUT_MS = 600_000;
/** An exploration of a hundred megabytes is gone through before the answer. */
const REPLAY_TIMEOUT_MS = 120_000;

function isRunUnknown(thrown: unknown): boolean {
  return thrown instanceof PylonError && thrown.code === 'run-unknown';
}

class RemoteRuns implements RunLibrary {
  readonly #address: ApiAddress;

  constructor(address: ApiAddress) {
    this.#address = address;
  }

  async list({ limit, status, experiment }: RunFilter): Promise<readonly RunRecord[]> {
    const query = new URLSearchParams({ limit: String(limit) });
    if (status !== undefined) query.set('status', status);
    if (experiment !== undefined) query.set('experiment', experiment);
    return read(runPageSchema, await callApi(this.#address, 'GET', `/api/runs?${query}`)).runs;
  }

  async page(query: RunsQuery): Promise<RunPage> {
    const given = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
    const path = `/api/runs?${given}`;
    return read(runPageSchema, await callApi(this.#address, 'GET', path));
  }

  async get(id: string): Promise<RunRecord | undefined> {
    try {
      return read(runRecordSchema, await callApi(this.#address, 'GET', `/api/runs/${encodeURIComponent(id)}`));
    } catch (thrown) {
      if (isRunUnknown(thrown)) return undefined;
      throw thrown;
    }
  }

  async *events(id: string, fromSeq: number): AsyncGenerator<TraceEvent> {
    for (let next = fromSeq; ; ) {
      const path = `/api/runs/${encodeURIComponent(id)}/events?from_seq=${next}&limit=${EVENTS_PER_PAGE}`;
      const page = read(schemas.eventPageSchema, await callApi(this.#address, 'GET', path));
      yield* page.events;
      if (page.events.length < EVENTS_PER_PAGE) return;
      next = page.next_seq;
    }
  }

  async resolve(prefix: string): Promise<string> {
    const answer = await callApi(this.#address, 'GET', `/api/runs/${encodeURIComponent(prefix)}`);
    return read(runRecordSchema, answer).id;
  }

  async delete(id: string): Promise<void> {
    await callApi(this.#address, 'DELETE', `/api/runs/${encodeURIComponent(id)}`);
  }

  async export(id: string, folder?: string, rules?: RedactionRules): Promise<string> {
    const body = {
      ...(folder === undefined ? {} : { folder }),
      ...(rules === undefined ? {} : { redact: printRules(rules) }),
    };
    const answer = await callApi(this.#address, 'POST', `/api/runs/${encodeURIComponent(id)}/export`, body);
    return read(schemas.folderSchema, answer).folder;
  }

  async import(folder: string): Promise<{ runId: string; imported: boolean }> {
    const answer = read(schemas.importedSchema, await callApi(this.#address, 'POST', '/api/runs/import', { folder }));
    return { runId: answer.run_id, imported: answer.imported };
  }

  async importFile(file: string): Promise<readonly ImportedRun[]> {
    const answer = await callApi(this.#address, 'POST', '/api/runs/import-file', { file }, IMPORT_TIMEOUT_MS);
    return read(importedFileSchema, answer).runs.map(({ run_id, imported }) => ({ runId: run_id, imported }));
  }

  async file(request: ExportRequest): Promise<ExportedFile> {
    return downloadApi(this.#address, exportPath(request));
  }

  async filePreview(request: ExportRequest): Promise<ExportPreview> {
    const path = exportPath(request, '/preview');
    return read(exportPreviewSchema, await callApi(this.#address, 'GET', path, undefined, IMPORT_TIMEOUT_MS));
  }

  async annotate(id: string, annotation: Annotation): Promise<RunRecord> {
    const path = `/api/runs/${encodeURIComponent(id)}`;
    return read(runRecordSchema, await callApi(this.#address, 'PATCH', path, annotation));
  }
}

export interface RemoteEngineOptions {
  readonly address: ApiAddress;
  /** As /api/health gave it when the daemon was found. */
  readonly health: EngineHealth;
  readonly clock: Clock;
  readonly random: Random;
}

export class RemoteEngine extends RemoteImproving implements Engine {
  readonly runs: RunLibrary;
  readonly money: EngineMoney;
  readonly experiments: ExperimentLibrary;
  readonly predictions: Predictions;
  readonly #options: RemoteEngineOptions;
  readonly #stops = new Set<() => void>();

  constructor(options: RemoteEngineOptions) {
    super(options.address);
    this.#options = options;
    this.runs = new RemoteRuns(options.address);
    this.money = new RemoteMoney(options.address);
    this.experiments = remoteExperiments(options.address);
    this.predictions = remotePredictions(options.address, (runId, signal) => this.#finish(runId, signal));
  }

  async start(request: RunRequest, signal: AbortSignal): Promise<StartedRun> {
    const { address } = this.#options;
    const body = {
      query: request.query,
      files: request.files,
      options: request.options,
      ...(request.displayNames === undefined ? {} : { display_names: request.displayNames }),
      ...(request.within === undefined ? {} : { within: request.within }),
    };
    const runId = read(schemas.startedSchema, await callApi(address, 'POST', '/api/runs', body)).run_id;
    return { runId, finished: this.#finish(runId, signal) };
  }

  async resume(id: string, signal: AbortSignal): Promise<StartedRun> {
    const path = `/api/runs/${encodeURIComponent(id)}/resume`;
    const runId = read(schemas.startedSchema, await callApi(this.#options.address, 'POST', path, {})).run_id;
    return { runId, finished: this.#finish(runId, signal) };
  }

  async replay(id: string): Promise<ReplayReport> {
    const path = `/api/runs/${encodeURIComponent(id)}/replay`;
    return read(replayReportSchema, await callApi(this.#options.address, 'POST', path, {}, REPLAY_TIMEOUT_MS));
  }

  /** The daemon looks after its own. */
  async deadRuns(): Promise<readonly []> {
    return [];
  }

  /** The record is the fold of the events, here as there. */
  #finish(runId: string, signal: AbortSignal): Promise<RunRecord> {
    return new Promise<RunRecord>((resolve, reject) => {
      const cancel = () => {
        callApi(this.#options.address, 'POST', `/api/runs/${runId}/cancel`, {}).catch(reject);
      };
      if (signal.aborted) cancel();
      else signal.addEventListener('abort', cancel, { once: true });
      let state: RunState | undefined;
      const onEvent = (event: TraceEvent) => {
        state = foldEvent(state, event);
      };
      const onEnd = () => {
        signal.removeEventListener('abort', cancel);
        if (state === undefined) reject(new PylonError('run-unknown', { value: runId }));
        else resolve(toRunRecord(state));
      };
      this.#follow(runId, 0, { onEvent, onEnd, onFailure: reject });
    });
  }

  #follow(runId: string, fromSeq: number, hearing: Hearing) {
    const { address, clock, random } = this.#options;
    const stop = followRun({ address, clock, random, runId, fromSeq, ...hearing });
    this.#stops.add(stop);
    return () => {
      this.#stops.delete(stop);
      stop();
    };
  }

  subscribe(runId: string, fromSeq: number, listener: (event: TraceEvent) => void): () => void {
    // A follower that cannot go on has nothing to say here: `finished` tells the same failure to its caller.
    return this.#follow(runId, fromSeq, { onEvent: listener, onEnd: () => undefined, onFailure: () => undefined });
  }

  async providers(query: ProvidersQuery): Promise<ProvidersReport> {
    const { model, ...rest } = query;
    const given = new URLSearchParams({
      ...rest,
      limit: String(rest.limit),
      ...(model === undefined ? {} : { model }),
    });
    const path = `/api/providers?${given}`;
    return read(providersReportSchema, await callApi(this.#options.address, 'GET', path));
  }

  async payload(runId: string, hash: string): Promise<Uint8Array | undefined> {
    try {
      const { pieces } = await downloadApi(this.#options.address, `/api/runs/${runId}/blobs/${hash}`);
      let text = '';
      for await (const piece of pieces) text += piece;
      return Buffer.from(text);
    } catch (thrown) {
      if (thrown instanceof PylonError && thrown.code === 'payload-unknown') return undefined;
      throw thrown;
    }
  }

  health(): EngineHealth {
    return this.#options.health;
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#stops.clear();
  }
}
