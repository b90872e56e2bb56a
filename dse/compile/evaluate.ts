// How a job is measured: parameters on examples, each a prediction and its reward. The search and every gate behind it use this one
// function, so that what was searched for is what is promoted.

import type { CompileJob } from '../../protocol/dse/compile.ts';
import type { DseExample } from '../../protocol/dse/example.ts';
import type { Judge } from '../../protocol/dse/judge.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';
import { addUsage, type Usage } from '../../protocol/signature.ts';
import type { Predictor } from './predictor.ts';
import { EVIDENCE } from './rewards/evidence.ts';
import { EXACT_JSON } from './rewards/exact-json.ts';
import { FIELD_F1 } from './rewards/field-f1.ts';
import { judgedReward } from './rewards/judged.ts';
import type { Reward } from './rewards/reward.ts';
import { type TrialShelf, Trials } from './trials.ts';

/** One example, predicted and rewarded. */
export interface Scored {
  readonly exampleId: string;
  /** 0 to 1; 0 where the prediction failed. */
  readonly reward: number;
  readonly feedback: string;
  readonly output: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Of the prediction and, where there is one, the judge. */
  readonly usage: Usage;
  readonly costMsat: number;
  /** Of the prediction alone. */
  readonly latencyMs: number;
  /** Who made the calls: of the prediction and, where there is one, the judge. */
  readonly made: readonly Made[];
}

/** Calls, and the compile or gate that made them: this one, or an earlier one that knew them already. */
export interface Made {
  /** The same for what was asked once. */
  readonly hash: string;
  readonly by: string;
  readonly usage: Usage;
}

export interface EvaluationPorts {
  readonly predictor: Predictor;
  /** Where trials are known from; each is made anew without. */
  readonly shelf?: TrialShelf;
  /** The judge that the job names, found unchanged. */
  readonly judge?: Judge;
  /** Who makes the trials: the id of a report or a gate. */
  readonly by: string;
}

/** Limits of one evaluation. */
export interface EvaluationLimits {
  readonly maxCalls: number;
  readonly maxMsat: number;
}

const UNLIMITED: EvaluationLimits = { maxCalls: Number.MAX_SAFE_INTEGER, maxMsat: Number.MAX_SAFE_INTEGER };

export class Evaluation {
  readonly trials: Trials;
  readonly #signatureId: string;
  readonly #reward: Reward;

  constructor(signatureId: string, trials: Trials, reward: Reward) {
    this.#signatureId = signatureId;
    this.trials = trials;
    this.#reward = reward;
  }

  /** Calls of one example where nothing needs to be repaired; what a prediction without a model takes counts as one, too. */
  get callsEach(): number {
    return 1 + Math.sign(this.#reward.callsEach);
  }

  /** Most calls of one example. */
  callsAtMost({ strategyId, repairsMax, budgets }: PredictParams): number {
    const own = strategyId === 'direct.v1' ? 1 + repairsMax : (budgets.maxLmCalls ?? 1 + repairsMax);
    return Math.min(own, budgets.maxLmCalls ?? own) + this.#reward.callsEach;
  }

  /** @throws PylonError as `Predictor.predict` does, and `store-*` */
  async of(
    params: PredictParams,
    example: DseExample,
    signal: AbortSignal,
    { maxCalls, maxMsat }: EvaluationLimits = UNLIMITED,
  ): Promise<Scored> {
    const { exampleId, inputJson: input } = example;
    const callsLeft = Math.max(1, maxCalls - this.#reward.callsEach);
    const asked = { signatureId: this.#signatureId, input, params, maxCalls: callsLeft, maxMsat };
    const { trial, by, hash } = await this.trials.of(asked, signal);
    const { output, error, usage, costMsat, latencyMs } = trial;
    const told = { exampleId, output, error, costMsat, latencyMs };
    const made = [{ hash, by, usage }];
    if (error !== null) return { ...told, reward: 0, feedback: error.message, usage, made };
    const { reward, feedback, asked: judged } = await this.#reward.of(example, output, signal);
    if (judged === undefined) return { ...told, reward, feedback, usage, made };
    return { ...told, reward, feedback, usage: addUsage(usage, judged.usage), made: [...made, judged] };
  }
}

/** The measure of a job. @throws PylonError `judge-unknown` where the job is rewarded by a judge and none is given */
export function evaluationOf(job: CompileJob, { predictor, shelf, judge, by }: EvaluationPorts): Evaluation {
  const trials = new Trials({ predictor, seed: job.seed, by, ...(shelf === undefined ? {} : { shelf }) });
  return new Evaluation(job.signatureId, trials, rewardOf(job, judge, trials));
}

function rewardOf({ reward, judgeHash }: CompileJob, judge: Judge | undefined, trials: Trials): Reward {
  switch (reward) {
    case 'exact_json':
      return EXACT_JSON;
    case 'field_f1':
      return FIELD_F1;
    case 'evidence':
      return EVIDENCE;
    case 'judge':
      if (judge === undefined || judge.judgeHash !== judgeHash)
        throw new PylonError('judge-unknown', { value: judgeHash ?? 'none' });
      return judgedReward(judge, trials);
  }
}

/** Mean reward; 0 of nothing. */
export function meanReward(scored: readonly Scored[]): number {
  return scored.reduce((sum, { reward }) => sum + reward, 0) / Math.max(1, scored.length);
}
