// An engine in memory for tests of the CLI and the API: a run reads its files, cites a first line of each, and
// goes through the same events as a real one, one chunk per file. It can be held in the middle.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type {
  EngineHealth,
  EngineOptions,
  RunFilter,
  RunLibrary,
  RunRequest,
  ServedEngine,
} from '../../node/engine/port.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { foldEvent, type RunState, toRunRecord } from '../../protocol/fold.ts';
import type { ProviderHistory, ProviderJobs, ProviderQuery } from '../../protocol/provider-history.ts';
import { type ProvidersQuery, type ProvidersReport, providersQuerySchema } from '../../protocol/provider-report.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { encodeSnapshot } from '../../protocol/snapshot.ts';
import type { SpanRef } from '../../protocol/span.ts';
import { type TraceEvent, type TraceFact, traceEventSchema } from '../../protocol/trace.ts';
import { ulid } from '../../protocol/ulid.ts';
import { exporterOf } from './exported.ts';
import { FakeDesks, NO_PREDICTIONS } from './fake-desks.ts';
import { fakeExperiments, pageOf } from './fake-experiments.ts';
import { answerOf, firstLine, initOf } from './fake-facts.ts';
import { FakeMoney } from './fake-money.ts';
import { FAKE_PROVIDERS, fakeHistory, PROVIDER } from './fake-providers.ts';
import { seededBytes } from './keys.ts';

export interface FakeEngineScript {
  /** What the answer says; default: a line that cites the first file. */
  readonly output?: string;
  /** The run waits here, after RunInit and the fragments, before it asks anything. */
  readonly hold?: Promise<void>;
  /** Extra sub-queries per file, for long traces. */
  readonly repeat?: number;
  /** Ends the run with this error instead of an answer. */
  readonly fail?: PylonError;
}

interface FakeRun {
  readonly events: TraceEvent[];
  state: RunState | undefined;
  /** Absolute paths of its inputs. */
  readonly locations: readonly string[];
  readonly listeners: Set<(event: TraceEvent) => void>;
}

export class FakeEngine extends FakeDesks implements ServedEngine {
  readonly requests: RunRequest[] = [];
  readonly exported: string[] = [];
  /** What `deadRuns` says. */
  dead: { runId: string; deaths: number }[] = [];
  closed = 0;
  readonly runs: RunLibrary;
  readonly money = new FakeMoney();
  readonly experiments = fakeExperiments(this);
  readonly predictions = NO_PREDICTIONS;
  readonly #script: FakeEngineScript;
  readonly #runs = new Map<string, FakeRun>();
  readonly #hearers = new Set<(events: readonly TraceEvent[]) => void>();
  #nowMs = Date.UTC(2026, 10, 21, 12);
  readonly #bytes = seededBytes('fake engine');

  constructor(script: FakeEngineScript = {}, readonlyOptions?: EngineOptions) {
    super();
    this.#script = script;
    this.runs = this.library();
    readonlyOptions?.notice('the fake engine is open');
  }

  #emit(id: string, fact: TraceFact): void {
    const run = this.#runs.get(id)!;
    this.#nowMs += 5;
    const header = { v: 1, run_id: id, seq: run.events.length, timestamp_ms: this.#nowMs };
    const event = traceEventSchema.parse({ ...header, ...fact });
    run.events.push(event);
    run.state = foldEvent(run.state, event);
    for (const listener of [...run.listeners]) listener(event);
    for (const listener of this.#hearers) listener([event]);
  }

  async start(request: RunRequest, signal: AbortSignal) {
    this.requests.push(request);
    const files: { path: string; bytes: Buffer }[] = [];
    for (const file of request.files) {
      const path = request.displayNames?.[file] ?? file;
      const bytes = await readFile(file).catch((cause: unknown) => {
        throw new PylonError('input-missing', { value: path, cause });
      });
      files.push({ path, bytes });
    }
    const runId = ulid(this.#nowMs, this.#bytes(10));
    this.#runs.set(runId, { events: [], state: undefined, locations: request.files, listeners: new Set() });
    this.#emit(runId, initOf(request, files));
    return { runId, finished: this.#run(runId, files, signal) };
  }

  async resume(runId: string, signal: AbortSignal) {
    const state = this.#runs.get(runId)?.state;
    if (state?.error?.code !== 'interrupted') throw new PylonError('run-not-resumable', { value: runId });
    this.#emit(runId, { type: 'RunResume', times: state.resumes + 1 });
    const ended = async () => {
      this.#end(runId, [], signal);
      return toRunRecord(this.#runs.get(runId)!.state!);
    };
    return { runId, finished: ended() };
  }

  async replay(runId: string): Promise<never> {
    throw new PylonError('run-not-replayable', { value: runId });
  }

  async deadRuns() {
    return this.dead;
  }

  async #run(id: string, files: readonly { path: string; bytes: Buffer }[], signal: AbortSignal): Promise<RunRecord> {
    const spans = files.map(({ path, bytes }, index) => firstLine(path, bytes, index + 1));
    const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
    for (const [chunk, { path, bytes }] of files.entries()) {
      const content_hash = createHash('sha256').update(bytes).digest('hex');
      const place = { start_line: 1, end_line: 1, start_byte: 0, end_byte: bytes.length };
      const span = { id: `c${chunk}`, path, ...place, content_hash };
      this.#emit(id, { type: 'EnvLoadFragment', chunk, span });
    }
    const count = files.length;
    this.#emit(id, {
      type: 'EnvSelectFragments',
      selected: count,
      given: count,
      bytes_given: total,
      bytes_selected: total,
      method: 'all',
    });
    const interrupted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([this.#script.hold ?? Promise.resolve(), interrupted]);
    for (const [chunk] of files.entries()) {
      if (signal.aborted) break;
      for (let round = 0; round <= (this.#script.repeat ?? 0); round++) this.#ask(id, chunk, `${chunk}.${round}`);
    }
    this.#end(id, spans, signal);
    return toRunRecord(this.#runs.get(id)!.state!);
  }

  #ask(id: string, chunk: number, queryId: string): void {
    for (const fact of answerOf(queryId, chunk)) this.#emit(id, fact);
  }

  #end(id: string, spans: SpanRef[], signal: AbortSignal): void {
    const { fail, output = 'It broke because of this [1]' } = this.#script;
    if (fail !== undefined) {
      this.#emit(id, { type: 'RunFailed', error: { code: fail.code, message: fail.message } });
    } else if (signal.aborted) {
      const { code, message } = toPylonError(signal.reason);
      this.#emit(id, {
        type: 'RunDone',
        status: 'partial',
        output: 'So far nothing.',
        span_refs: [],
        error: { code, message },
      });
    } else {
      this.#emit(id, { type: 'RunDone', status: 'done', output, span_refs: spans });
    }
  }

  /** What came is not kept: `ForeignRuns` has tests of its own. */
  readonly receive: ServedEngine['receive'] = async (_key, { run }) => {
    throw new PylonError('run-conflict', { value: run });
  };

  hear(listener: (events: readonly TraceEvent[]) => void): () => void {
    this.#hearers.add(listener);
    return () => this.#hearers.delete(listener);
  }

  async snapshot(runId: string): Promise<Uint8Array> {
    const state = this.#runs.get(runId)?.state;
    if (state === undefined) throw new PylonError('run-unknown', { value: runId });
    return Buffer.from(JSON.stringify(encodeSnapshot(state)));
  }

  subscribe(runId: string, fromSeq: number, listener: (event: TraceEvent) => void): () => void {
    const run = this.#runs.get(runId);
    if (run === undefined) return () => undefined;
    for (const event of run.events.slice(fromSeq)) listener(event);
    run.listeners.add(listener);
    return () => run.listeners.delete(listener);
  }

  protected library(): RunLibrary {
    const records = () => [...this.#runs.values()].map((run) => toRunRecord(run.state!)).reverse();
    const runs = this.#runs;
    const exporter = () => exporterOf([...runs.values()]);
    return {
      list: async ({ limit, status, experiment }: RunFilter) =>
        records()
          .filter((record) => status === undefined || record.status === status)
          .filter((record) => experiment === undefined || record.experiment === experiment)
          .slice(0, limit),
      page: async (query) => pageOf(records(), query, this.#nowMs),
      get: async (id) => records().find((record) => record.id === id),
      async *events(id, fromSeq) {
        yield* [...(runs.get(id)?.events ?? [])].slice(fromSeq);
      },
      async resolve(prefix) {
        const ids = [...runs.keys()].filter((id) => id.startsWith(prefix.toUpperCase()));
        if (ids.length === 0) throw new PylonError('run-unknown', { value: prefix });
        if (ids.length > 1) throw new PylonError('run-ambiguous', { value: prefix });
        return ids[0]!;
      },
      delete: async (id) => {
        if (!runs.has(id)) throw new PylonError('run-unknown', { value: id });
        if (runs.get(id)?.state?.status === 'running') throw new PylonError('request-invalid', { value: id });
        runs.delete(id);
      },
      annotate: async (id, annotation) => {
        this.#emit(id, { type: 'RunAnnotate', ...annotation });
        return toRunRecord(runs.get(id)!.state!);
      },
      export: async (id, folder) => {
        this.exported.push(id);
        return folder ?? `/home/runs/${id}`;
      },
      file: (request) => exporter().file(request),
      filePreview: (request) => exporter().preview(request),
      importFile: async (path) => [{ runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', imported: !path.includes('known') }],
      import: async (folder) => {
        if (!folder.includes('run')) throw new PylonError('run-folder-invalid', { value: folder });
        return { runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', imported: !folder.includes('known') };
      },
    };
  }

  async inputs(runId: string) {
    return this.#runs.get(runId)?.locations;
  }

  /** What `payload` gives, by hash. */
  readonly payloads = new Map<string, Uint8Array>();

  async payload(runId: string, hash: string) {
    return this.#runs.has(runId) ? this.payloads.get(hash) : undefined;
  }

  async spentSince() {
    const queries = [...this.#runs.values()].flatMap(({ state }) => [...(state?.queries.values() ?? [])]);
    return { settledMsat: queries.reduce((sum, query) => sum + query.settled_msat, 0), jobs: queries.length };
  }

  readonly asked: ProvidersQuery[] = [];

  async providers(query: ProvidersQuery): Promise<ProvidersReport> {
    this.asked.push(query);
    if (query.model === 'nobody') throw new PylonError('model-unknown', { value: 'nobody' });
    return { ...FAKE_PROVIDERS, sort: query.sort, model: query.model ?? null };
  }

  async provider(key: string, { since }: ProviderQuery): Promise<ProviderHistory> {
    this.asked.push(providersQuerySchema.parse({ since }));
    return fakeHistory(key);
  }

  readonly providerJobs = async (): Promise<ProviderJobs> => ({ jobs: [], runs_read: 0 });

  health(): EngineHealth {
    return {
      public_key: PROVIDER,
      relays: [{ url: 'ws://127.0.0.1:1', connected: true }],
      provider: null,
      runs_active: 0,
    };
  }

  async close(): Promise<void> {
    this.closed++;
  }
}
