// The compiles of a store: planned, begun, gone on with, followed to their end. One of a kind runs at a time; one that is done is told
// again and not made again.
import type { Clock } from '../../conductor/ports.ts';
import type { Artifacts } from '../../conductor/predict/options.ts';
import { activeParams, catalogueEntry } from '../../conductor/signatures/catalogue.ts';
import type { Compiles } from '../../ledger/dse/compiles.ts';
import type { Row } from '../../ledger/store/store.ts';
import type { CompiledArtifact } from '../../protocol/dse/artifact.ts';
import type {
  CompileHead,
  CompileJob,
  CompilePlan,
  CompileReport,
  CompileRequest,
} from '../../protocol/dse/compile.ts';
import type { DseExample } from '../../protocol/dse/example.ts';
import type { Judge, JudgeRequest } from '../../protocol/dse/judge.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { StrategyId } from '../../protocol/receipt.ts';
import { datasetHash } from '../examples/dataset.ts';
import { visibleToSearch } from '../examples/visible.ts';
import { checkJudge, pinJudge } from '../judge/judge.ts';
import { type CompileMaterial, compile, planOf } from './compile.ts';
import { type Evaluation, evaluationOf } from './evaluate.ts';
import { jobOf } from './job.ts';
import type { Predictor } from './predictor.ts';
import type { TrialShelf } from './trials.ts';

export interface CompilingPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly compiles: Compiles;
  /** All examples of a signature, whatever their split. */
  readonly examples: { of(signatureId: string): Promise<readonly DseExample[]> };
  /** What is in force now; absent where nothing can be. */
  readonly artifacts?: Artifacts;
  /** The rows that store an artifact. */
  readonly artifactRows: (artifact: CompiledArtifact) => readonly Row[];
  /** @throws PylonError `backend-*` */
  readonly predictor: (wanted: Pick<CompileRequest, 'backend' | 'model' | 'subModel'>) => Promise<Predictor>;
  /** Ways of predicting a signature that a search may choose from, beside its own. */
  readonly strategies: (signatureId: string, predictor: Predictor) => readonly StrategyId[];
  /** Told of a compile whose end could not be kept, whether anybody waits for it or not. */
  readonly onLost: (error: PylonError) => void;
}

export interface StartedCompile {
  readonly plan: CompilePlan;
  /** The report of its end, whatever that is. Rejects only where it could not be kept. */
  readonly finished: Promise<CompileReport>;
}

interface Running {
  readonly started: StartedCompile;
  readonly controller: AbortController;
}

export class Compiling {
  readonly #ports: CompilingPorts;
  readonly #running = new Map<string, Running>();

  constructor(ports: CompilingPorts) {
    this.#ports = ports;
  }

  /** What a compile would be; nothing is asked or written. @throws PylonError as `start` does */
  async plan(request: CompileRequest): Promise<CompilePlan> {
    return planOf(await this.#material(request));
  }

  /**
   * Begins a compile, or goes on with it. One that is done already is told again. Aborting `signal` stops it; it can be gone on with.
   * @throws PylonError `signature-unknown` | `compile-unready` | `compile-space-invalid` | `compile-unaffordable` | `compile-unknown` |
   * `judge-unknown` | `judge-changed` | `backend-*`, before anything is asked or written
   */
  async start(request: CompileRequest, signal: AbortSignal): Promise<StartedCompile> {
    const material = await this.#material(request);
    const plan = planOf(material);
    const known = this.#running.get(plan.reportId);
    if (known !== undefined) return known.started;
    const done = await this.#ports.compiles.find(plan.reportId);
    if (done?.status === 'done') return { plan, finished: Promise.resolve(done) };
    return this.#running.get(plan.reportId)?.started ?? this.#begin(plan, material, signal);
  }

  /** Asks one to end with what it has. @returns false where it does not run */
  stop(reportId: string): boolean {
    const running = this.#running.get(reportId);
    running?.controller.abort(new PylonError('interrupted', { reason: 'the compile was stopped' }));
    return running !== undefined;
  }

  /** Stops all and waits until where they stand is kept. */
  async close(): Promise<void> {
    const running = [...this.#running];
    for (const [reportId] of running) this.stop(reportId);
    await Promise.allSettled(running.map(([, { started }]) => started.finished));
  }

  /** @param prefix of its id, unique. @throws PylonError `compile-unknown` */
  read(prefix: string): Promise<CompileReport> {
    return this.#ports.compiles.read(prefix);
  }

  /** The latest first. */
  async list(signatureId?: string): Promise<readonly CompileHead[]> {
    const heads = await this.#ports.compiles.heads();
    return heads.filter(({ job }) => signatureId === undefined || job.signatureId === signatureId);
  }

  /** Resolves when it does not run (any more), however it ended. */
  async over(reportId: string): Promise<void> {
    const running = this.#running.get(reportId);
    if (running !== undefined) await Promise.allSettled([running.started.finished]);
  }

  /** Pins a judge. @throws PylonError as `pinJudge` does, and `backend-*` */
  async pinJudge(request: JudgeRequest, signal: AbortSignal): Promise<Judge> {
    const judge = await pinJudge(request, await this.#ports.predictor(request), signal);
    await this.#ports.compiles.keepJudge(judge);
    return judge;
  }

  /** @throws PylonError `judge-unknown` */
  judge(judgeHash: string): Promise<Judge> {
    return this.#ports.compiles.judge(judgeHash);
  }

  /**
   * The measure of a job, for whoever holds what it came to against something else: trials of before are not used.
   * @param by the id of who measures. @throws PylonError `judge-*` | `backend-*` | `compile-unready` where the model is another one
   */
  async measure(job: CompileJob, by: string): Promise<Evaluation> {
    const predictor = await this.#ports.predictor(backendOf(job));
    checkModel(job, predictor);
    const judge = job.judgeHash === null ? undefined : await this.#judgeOf(job.judgeHash, predictor.model);
    return evaluationOf(job, { predictor, by, ...(judge === undefined ? {} : { judge }) });
  }

  #begin(plan: CompilePlan, material: CompileMaterial, signal: AbortSignal): StartedCompile {
    const { clock, compiles, artifactRows, onLost } = this.#ports;
    const controller = new AbortController();
    const shelf: TrialShelf = {
      find: (hash) => compiles.trial(hash),
      keep: (hash, kept) => compiles.keepTrial(hash, kept),
    };
    const keep = (report: CompileReport, artifact?: CompiledArtifact) =>
      compiles.keep(report, artifact === undefined ? [] : artifactRows(artifact), report.status !== 'running');
    const either = AbortSignal.any([signal, controller.signal]);
    const finished = compile(material, { clock, shelf, keep }, either).finally(() =>
      this.#running.delete(plan.reportId),
    );
    finished.catch((thrown: unknown) => onLost(toPylonError(thrown)));
    const started = { plan, finished };
    this.#running.set(plan.reportId, { started, controller });
    return started;
  }

  async #material(request: CompileRequest): Promise<CompileMaterial> {
    const { signatureId } = request;
    const entry = catalogueEntry(signatureId);
    if (entry === undefined) throw new PylonError('signature-unknown', { value: signatureId });
    const before = request.resume === true ? await this.#unfinished(signatureId) : undefined;
    const predictor = await this.#ports.predictor(before === undefined ? request : backendOf(before.job));
    const all = await this.#ports.examples.of(signatureId);
    const examples = visibleToSearch(all);
    const { params: base } = activeParams(signatureId, this.#ports.artifacts);
    const strategies = this.#ports.strategies(signatureId, predictor);
    const dataset = datasetHash(all);
    if (before !== undefined && before.datasetHash !== dataset)
      throw new PylonError('compile-unready', {
        value: before.reportId,
        reason: `its examples have changed since: they were ${before.datasetHash} and are ${dataset}`,
        next: 'begin anew without --resume: what is known is not asked again',
      });
    const job = before?.job ?? jobOf(request, { entry, base, examples, model: predictor.model, strategies });
    checkModel(job, predictor);
    const judge = job.judgeHash === null ? undefined : await this.#judgeOf(job.judgeHash, predictor.model);
    return { job, datasetHash: dataset, examples, predictor, ...(judge === undefined ? {} : { judge }) };
  }

  async #judgeOf(judgeHash: string, model: string): Promise<Judge> {
    return checkJudge(await this.#ports.compiles.judge(judgeHash), model);
  }

  /** The latest of a signature that did not come to its end. */
  async #unfinished(signatureId: string): Promise<CompileHead> {
    const head = (await this.list(signatureId)).find(({ status }) => status !== 'done');
    if (head === undefined)
      throw new PylonError('compile-unknown', {
        value: signatureId,
        reason: 'no compile of it waits to be gone on with',
      });
    return head;
  }
}

function checkModel({ model }: CompileJob, predictor: Predictor): void {
  if (model === predictor.model) return;
  throw new PylonError('compile-unready', {
    value: model,
    reason: `this model is not there: ${predictor.model} is`,
    next: 'name the model by --model, or compile anew with the one that is there',
  });
}

/** How the backend of a job is asked for. */
function backendOf({ model, subModel }: CompileJob): Pick<CompileRequest, 'backend' | 'model' | 'subModel'> {
  const place = model.indexOf(':');
  if (place < 0) return { backend: 'extractive' };
  return { backend: 'openai', model: model.slice(place + 1), ...(subModel === undefined ? {} : { subModel }) };
}
