// From an artifact to a verdict, and where it is better to the pointer: what is checked before anything is tried, one look at the
// holdout, and what is written of it.
import type { Clock, Random } from '../../conductor/ports.ts';
import type { Promotions } from '../../ledger/dse/promotions.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { CompiledArtifact } from '../../protocol/dse/artifact.ts';
import type { CompileJob, CompileReport } from '../../protocol/dse/compile.ts';
import type { DseExample } from '../../protocol/dse/example.ts';
import type { GateRule, GateVerdict, PromoteRequest, Promotion } from '../../protocol/dse/promotion.ts';
import { PylonError } from '../../protocol/errors.ts';
import { mean } from '../../protocol/mean.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';
import { ulid } from '../../protocol/ulid.ts';
import type { Evaluation } from '../compile/evaluate.ts';
import { GATE_RULE, judgeHoldout } from './gate.ts';
import { type BothArms, inputsOf, tryBoth } from './holdout.ts';
import { nextLook } from './looks.ts';
import type { Outcome } from './outcome.ts';

/** A signature's held-out examples, in the order of their ids, and the hashes of what they are a part of. */
export interface Holdout {
  readonly datasetHash: string;
  readonly holdoutHash: string;
  readonly examples: readonly DseExample[];
}

interface InForce {
  readonly compiledId: string;
  readonly params: PredictParams;
}

export interface GatePorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'bytes'>;
  readonly promotions: Promotions;
  /** @throws PylonError `artifact-unknown` | `artifact-drifted` */
  artifact(given: string): Promise<CompiledArtifact>;
  /** What is in force for every prediction of the signature, canaries apart. At once. */
  active(signatureId: string): InForce;
  /** The compile that made it; undefined where it was made elsewhere. */
  report(made: Pick<CompiledArtifact, 'jobHash' | 'datasetHash'>): Promise<CompileReport | undefined>;
  holdout(signatureId: string): Promise<Holdout>;
  /** The measure of the job, without trials of before. @throws PylonError `judge-*` | `backend-*` */
  evaluation(job: CompileJob, by: string): Promise<Evaluation>;
}

/** What is held against what, by which rule. */
interface Case {
  readonly artifact: CompiledArtifact;
  readonly baseline: InForce;
  readonly holdout: Holdout;
  readonly rule: GateRule;
}

/**
 * Holds a candidate against what is in force. The same question is answered by what was found before: asking again is no new look.
 * @throws PylonError `artifact-unknown` | `artifact-drifted` | `not-the-winner` | `already-active` | `dataset-changed` | `holdout-empty` |
 * `judge-*` | `backend-*` | `model-*` | `pointer-moved` | `interrupted` | `store-*`; nothing is written then
 */
export async function promote(ports: GatePorts, request: PromoteRequest, signal: AbortSignal): Promise<Promotion> {
  const artifact = await ports.artifact(request.compiled_id);
  const baseline = ports.active(artifact.signatureId);
  if (baseline.compiledId === artifact.compiled_id)
    throw new PylonError('already-active', { value: artifact.compiled_id });
  if (request.promotionId !== undefined)
    return again(ports, await foundFor(ports, artifact, request.promotionId), request);
  const report = await winnerReport(ports, artifact);
  const holdout = await ports.holdout(artifact.signatureId);
  checkExamples(artifact, holdout);
  const asked: Case = { artifact, baseline, holdout, rule: ruleOf(request) };
  const found = await ports.promotions.latest((promotion) => isOf(promotion, asked));
  if (found !== undefined) return again(ports, found, request);
  const promotionId = newId(ports);
  const evaluation = await ports.evaluation(report.job, promotionId);
  const params = { baseline: baseline.params, candidate: artifact.params };
  const arms = await undisturbed(() => tryBoth(evaluation, params, holdout.examples, signal), signal);
  return record(ports, asked, arms, promotionId, request);
}

/** @throws PylonError `interrupted` where it was stopped, whatever that made of it */
async function undisturbed<Result>(task: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  const stopped = (cause?: unknown) =>
    new PylonError('interrupted', { reason: 'the gate was stopped; nothing was decided', cause });
  try {
    const result = await task();
    if (!signal.aborted) return result;
  } catch (thrown) {
    throw signal.aborted ? stopped(thrown) : thrown;
  }
  throw stopped();
}

function ruleOf({ goal, minDelta, maxCostRatio, maxLatencyRatio, maxScoreDrop }: PromoteRequest): GateRule {
  return {
    ...GATE_RULE,
    ...(goal === undefined ? {} : { goal }),
    ...(maxScoreDrop === undefined ? {} : { maxScoreDrop }),
    ...(minDelta === undefined ? {} : { minHoldoutDelta: minDelta }),
    ...(maxCostRatio === undefined ? {} : { maxCostRatio }),
    ...(maxLatencyRatio === undefined ? {} : { maxLatencyRatio }),
  };
}

async function winnerReport(ports: GatePorts, artifact: CompiledArtifact): Promise<CompileReport> {
  const report = await ports.report(artifact);
  if (report?.status === 'done' && report.chosen?.compiled_id === artifact.compiled_id) return report;
  const chosen = report?.chosen?.compiled_id;
  throw new PylonError('not-the-winner', {
    value: artifact.compiled_id,
    reason:
      report === undefined
        ? 'the compile that made it is not in this home'
        : `its compile chose ${chosen ?? 'nothing yet'}`,
  });
}

function checkExamples({ signatureId, datasetHash }: CompiledArtifact, holdout: Holdout): void {
  if (holdout.examples.length === 0) throw new PylonError('holdout-empty', { value: signatureId });
  if (holdout.datasetHash === datasetHash) return;
  throw new PylonError('dataset-changed', {
    value: signatureId,
    reason: `the data set was ${datasetHash}, and is ${holdout.datasetHash}`,
  });
}

function isOf(promotion: Promotion, { artifact, baseline, holdout, rule }: Case): boolean {
  return (
    promotion.candidate.compiled_id === artifact.compiled_id &&
    promotion.baseline.compiled_id === baseline.compiledId &&
    promotion.holdoutHash === holdout.holdoutHash &&
    promotion.datasetHash === holdout.datasetHash &&
    canonicalHash(promotion.rule) === canonicalHash(rule)
  );
}

async function foundFor({ promotions }: GatePorts, artifact: CompiledArtifact, given: string): Promise<Promotion> {
  const found = await promotions.read(given);
  if (found.candidate.compiled_id === artifact.compiled_id) return found;
  throw new PylonError('promotion-unknown', {
    value: given,
    reason: `it is about another artifact, ${found.candidate.compiled_id}`,
  });
}

const newId = ({ clock, random }: GatePorts) => ulid(clock.now(), random.bytes(10));

/** What was found before stands: the pointer moves where the verdict was to promote, or somebody overrides it now. */
async function again(ports: GatePorts, found: Promotion, request: PromoteRequest): Promise<Promotion> {
  const decided = decisionOf(found.verdict, request);
  if (!decided.movedPointer) return found;
  const promotion = { ...found, promotionId: newId(ports), atMs: Math.floor(ports.clock.now()), ...decided };
  return ports.promotions.record(found.signatureId, () => ({ promotion }));
}

function record(
  ports: GatePorts,
  asked: Case,
  arms: BothArms,
  promotionId: string,
  request: PromoteRequest,
): Promise<Promotion> {
  const { artifact, baseline, holdout, rule } = asked;
  const { signatureId, jobHash, datasetHash } = artifact;
  const inputs = inputsOf(holdout.examples);
  return ports.promotions.record(signatureId, (looks) => {
    const look = nextLook(looks, inputs);
    const finding = judgeHoldout(arms.baseline, arms.candidate, look, rule);
    const atMs = Math.floor(ports.clock.now());
    const promotion: Promotion = {
      promotionId,
      signatureId,
      atMs,
      jobHash,
      datasetHash,
      holdoutHash: holdout.holdoutHash,
      baseline: armOf(baseline.compiledId, arms.baseline),
      candidate: armOf(artifact.compiled_id, arms.candidate),
      look,
      rule,
      ...finding,
      ...decisionOf(finding.verdict, request),
    };
    return { promotion, look: { promotionId, atMs, inputs } };
  });
}

function decisionOf(
  verdict: GateVerdict,
  { override, measureOnly }: PromoteRequest,
): Pick<Promotion, 'override' | 'movedPointer'> {
  const overriding = verdict === 'promote' || measureOnly === true ? null : (override ?? null);
  return { override: overriding, movedPointer: overriding !== null || (verdict === 'promote' && measureOnly !== true) };
}

function armOf(compiledId: string, outcomes: readonly Outcome[]): Promotion['baseline'] {
  return {
    compiled_id: compiledId,
    score: mean(outcomes.map(({ reward }) => reward)),
    costMsat: mean(outcomes.map(({ costMsat }) => costMsat)),
    calls: mean(outcomes.map(({ calls }) => calls)),
    latencyMs: mean(outcomes.map(({ latencyMs }) => latencyMs)),
    errorRate: mean(outcomes.map(({ isError }) => Number(isError))),
    rewards: outcomes.map(({ reward }) => reward),
  };
}
