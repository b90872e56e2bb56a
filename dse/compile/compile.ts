// A compile from its job to its artifact: the parameters in force are measured, the optimiser searches within the budget, and the best on
// dev becomes an artifact. Where it stands is kept as it goes; begun again, it goes the same way and asks only what it does not know.
import type { Clock } from '../../conductor/ports.ts';
import { type CatalogueEntry, catalogueEntry } from '../../conductor/signatures/catalogue.ts';
import type { CompiledArtifact } from '../../protocol/dse/artifact.ts';
import {
  type CompileJob,
  type CompilePlan,
  type CompileReport,
  type OPTIMIZERS,
  PROPOSALS_MIN,
} from '../../protocol/dse/compile.ts';
import type { Judge } from '../../protocol/dse/judge.ts';
import { reportIdOf } from '../../protocol/dse/report-id.ts';
import { describe, PylonError, toPylonError } from '../../protocol/errors.ts';
import { ENGINE_NAME } from '../../protocol/signature.ts';
import type { VisibleExamples } from '../examples/visible.ts';
import { artifactOf } from './artifact.ts';
import { type Evaluation, evaluationOf } from './evaluate.ts';
import { jobHashOf } from './job.ts';
import { BOOTSTRAP } from './optimisers/bootstrap.ts';
import { EXHAUSTIVE } from './optimisers/exhaustive.ts';
import { HALVING } from './optimisers/halving.ts';
import type { Optimiser } from './optimisers/optimiser.ts';
import { REFLECTIVE } from './optimisers/reflective.ts';
import type { Predictor } from './predictor.ts';
import { candidatesOf, choiceOf, countedOf } from './report.ts';
import { sizeOf } from './space.ts';
import { BudgetOver, proposalsAffordable, Spending } from './spending.ts';
import type { TrialShelf } from './trials.ts';
import { Workbench } from './workbench.ts';

const OPTIMISERS: Readonly<Record<(typeof OPTIMIZERS)[number], Optimiser>> = {
  exhaustive: EXHAUSTIVE,
  halving: HALVING,
  bootstrap: BOOTSTRAP,
  reflective: REFLECTIVE,
};

/** Where it stands is told this often: each trial is kept by itself, and nothing is lost between. */
const KEEP_EVERY_MS = 2_000;

/** What a compile is made of. */
export interface CompileMaterial {
  readonly job: CompileJob;
  readonly datasetHash: string;
  readonly examples: VisibleExamples;
  readonly predictor: Predictor;
  /** The judge that the job names, found unchanged. */
  readonly judge?: Judge;
}

export interface CompilePorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly shelf: TrialShelf;
  /** Keeps where it stands; with an artifact: what it came to, both in one synced batch. @throws PylonError `store-failed` */
  readonly keep: (report: CompileReport, artifact?: CompiledArtifact) => Promise<void>;
}

/**
 * What a compile would be; nothing is asked or written.
 * @throws PylonError `compile-unaffordable` where not one proposal fits beside the base, `compile-unready` where the optimiser cannot
 * search this
 */
export function planOf({ job, datasetHash, examples, predictor, judge }: CompileMaterial): CompilePlan {
  const { train, dev } = examples;
  const { callsEach } = evaluationOf(job, { predictor, by: 'plan', ...(judge === undefined ? {} : { judge }) });
  const affordable = proposalsAffordable(job.budget.maxCalls, dev.length, callsEach);
  if (affordable < PROPOSALS_MIN)
    throw new PylonError('compile-unaffordable', {
      value: `${job.budget.maxCalls} calls`,
      reason: `${affordable} proposals are affordable: each takes ${dev.length * callsEach} calls on ${dev.length} dev examples, and so do the parameters in force`,
      next: `give at least --budget-calls ${(1 + PROPOSALS_MIN) * dev.length * callsEach}`,
    });
  const counts = { train: train.length, dev: dev.length };
  const hasModel = predictor.model !== ENGINE_NAME;
  const refusal = OPTIMISERS[job.optimizer].refuses(job, { train: counts.train, hasModel, affordable });
  if (refusal !== undefined)
    throw new PylonError('compile-unready', { value: job.optimizer, reason: refusal, next: '' });
  return {
    reportId: reportIdOf(jobHashOf(job), datasetHash),
    job,
    datasetHash,
    examples: counts,
    spaceSize: sizeOf(job.space),
    proposalsAffordable: affordable,
  };
}

/**
 * Searches to the end of the space or of the budget. @returns the report: `done` with its artifact, `stopped` or `failed` with its error
 * @throws PylonError as `planOf` does, before anything is asked or written; `store-failed`
 */
export async function compile(
  material: CompileMaterial,
  ports: CompilePorts,
  signal: AbortSignal,
): Promise<CompileReport> {
  const { job, datasetHash, examples } = material;
  const plan = planOf(material);
  const { reportId } = plan;
  const { entry, evaluation } = measureOf(material, ports, reportId);
  const startedAtMs = Math.floor(ports.clock.now());
  const spending = new Spending(job.budget, ports.clock);
  const jobHash = jobHashOf(job);
  const reportNow = (): CompileReport => ({
    reportId,
    jobHash,
    datasetHash,
    job,
    status: 'running',
    startedAtMs,
    endedAtMs: null,
    candidates: candidatesOf(bench),
    proposalsAffordable: plan.proposalsAffordable,
    ...countedOf(bench, reportId),
    chosen: null,
    error: null,
  });
  let keptAtMs = startedAtMs;
  const onStep = async () => {
    if (ports.clock.now() - keptAtMs < KEEP_EVERY_MS) return;
    keptAtMs = ports.clock.now();
    await ports.keep(reportNow());
  };
  const bench = new Workbench({ job, entry, examples, evaluation, spending, onStep, signal });
  await ports.keep(reportNow());
  const error = await searchTo(bench, OPTIMISERS[job.optimizer]);
  const ended = { ...reportNow(), endedAtMs: Math.floor(ports.clock.now()) };
  if (error !== undefined) {
    const status = error.code === 'compile-stopped' ? 'stopped' : 'failed';
    const report: CompileReport = { ...ended, status, error: describe(error) };
    await ports.keep(report);
    return report;
  }
  const { candidate, why } = choiceOf(bench)!;
  const artifact = artifactOf(entry, candidate.params, { jobHash, datasetHash });
  const { paramsHash } = candidate;
  const report: CompileReport = {
    ...ended,
    status: 'done',
    chosen: { paramsHash, compiled_id: artifact.compiled_id, why },
  };
  await ports.keep(report, artifact);
  return report;
}

/** @returns what ended it before its end; a budget that is used up is an end */
async function searchTo(bench: Workbench, optimiser: Optimiser): Promise<PylonError | undefined> {
  try {
    await bench.score(bench.base, bench.dev);
    await bench.step();
    await optimiser.search(bench);
  } catch (thrown) {
    const isMeasured = choiceOf(bench) !== undefined;
    if (!(thrown instanceof BudgetOver && isMeasured)) return toPylonError(thrown);
  }
  return undefined;
}

function measureOf(
  { job, predictor, judge }: CompileMaterial,
  { shelf }: CompilePorts,
  by: string,
): { entry: CatalogueEntry; evaluation: Evaluation } {
  const entry = catalogueEntry(job.signatureId);
  if (entry === undefined) throw new PylonError('signature-unknown', { value: job.signatureId });
  return { entry, evaluation: evaluationOf(job, { predictor, shelf, by, ...(judge === undefined ? {} : { judge }) }) };
}
