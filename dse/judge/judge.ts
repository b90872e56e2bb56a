// Pins a judge and finds out whether it is still the one that was pinned. Its hash is of all that it says by: model, rubric, parameters, the
// words and schemas of its signature, and how well it agreed with people.
import { catalogueEntry } from '../../conductor/signatures/catalogue.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import {
  JUDGE,
  JUDGE_FORMAT,
  type Judge,
  type JudgeOutput,
  type JudgeRequest,
  judgeBodySchema,
  type LabelledPair,
  PAIRS_MIN,
} from '../../protocol/dse/judge.ts';
import { PylonError } from '../../protocol/errors.ts';
import { contractOf } from '../compile/artifact.ts';
import type { Predictor } from '../compile/predictor.ts';
import { judgeInputOf } from '../compile/rewards/judged.ts';
import { agreementOf } from './agreement.ts';

/** "Substantial" on the scale of Landis and Koch (1977) begins at 0.61. */
const KAPPA_MIN = 0.6;

/**
 * Asks the model about every labelled pair.
 * @throws PylonError `judge-unreliable` where it agrees too little; `compile-unready` with too few pairs; as `Predictor.predict` does
 */
export async function pinJudge(
  { rubric, pairs, minKappa = KAPPA_MIN }: Pick<JudgeRequest, 'rubric' | 'pairs' | 'minKappa'>,
  predictor: Predictor,
  signal: AbortSignal,
): Promise<Judge> {
  if (pairs.length < PAIRS_MIN)
    throw new PylonError('compile-unready', {
      value: `${pairs.length} pairs`,
      reason: `agreement is told from at least ${PAIRS_MIN} labelled pairs`,
      next: 'label more of them',
    });
  const entry = catalogueEntry(JUDGE.signatureId)!;
  const params = entry.defaults;
  const judged: { label: number; score: number }[] = [];
  for (const pair of pairs) judged.push({ label: pair.score, score: await scoreOf(pair, signal) });
  const { accuracy, kappa } = agreementOf(judged);
  if (kappa < minKappa)
    throw new PylonError('judge-unreliable', {
      value: predictor.model,
      reason: `Cohen's kappa with ${pairs.length} labelled pairs is ${kappa.toFixed(2)}, at least ${minKappa} is asked for`,
    });
  const body = judgeBodySchema.parse({
    format: JUDGE_FORMAT,
    version: 1,
    signatureId: JUDGE.signatureId,
    model: predictor.model,
    rubric,
    params,
    hashes: contractOf(entry, params),
    agreement: { pairsHash: canonicalHash(pairs), n: pairs.length, accuracy, kappa, minKappa },
  });
  return { ...body, judgeHash: canonicalHash(body) };

  async function scoreOf(pair: LabelledPair, signal: AbortSignal): Promise<number> {
    const asked = { signatureId: JUDGE.signatureId, input: judgeInputOf(rubric, pair), params };
    const limits = { maxCalls: 1 + params.repairsMax, maxMsat: 0 };
    const { output, error } = await predictor.predict({ ...asked, ...limits }, signal);
    return error === null ? (output as JudgeOutput).score : 0;
  }
}

/**
 * Whether it would say today what it said when it was pinned.
 * @param model that would be asked now. @throws PylonError `judge-changed` with what differs
 */
export function checkJudge(judge: Judge, model: string): Judge {
  const { judgeHash, ...body } = judge;
  const hash = canonicalHash(body);
  if (hash !== judgeHash) throw changed(judgeHash, `what is kept under its hash has the hash ${hash}`);
  if (model !== judge.model)
    throw changed(judgeHash, `it was pinned with the model ${judge.model}, and ${model} is there`);
  const entry = catalogueEntry(judge.signatureId);
  const today = entry === undefined ? undefined : contractOf(entry, judge.params);
  for (const [name, pinned] of Object.entries(judge.hashes)) {
    const now = today?.[name as keyof Judge['hashes']];
    if (now !== pinned) throw changed(judgeHash, `its ${name} was ${pinned}, and is ${now ?? 'gone'}`);
  }
  return judge;
}

function changed(judgeHash: string, reason: string): PylonError {
  return new PylonError('judge-changed', {
    value: judgeHash,
    reason: `the judge is not the one that was pinned: ${reason}`,
  });
}
