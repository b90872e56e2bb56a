// A reward that a pinned judge gives: a model reads the output beside the one that was expected, by the judge's rubric. What was judged
// once is not judged again.

import { cutQuote } from '../../../conductor/predict/fit.ts';
import { canonicalJson } from '../../../protocol/canonical.ts';
import { JUDGED_CHARS_MAX, type Judge, type JudgeInput, type JudgeOutput } from '../../../protocol/dse/judge.ts';
import type { Trials } from '../trials.ts';
import type { Reward } from './reward.ts';

const shown = (value: unknown) => cutQuote(canonicalJson(value), JUDGED_CHARS_MAX);

/** What the judge is asked about one output. */
export function judgeInputOf(
  rubric: string,
  { input, expected, output }: { readonly input: unknown; readonly expected: unknown; readonly output: unknown },
): JudgeInput {
  return { rubric, input: shown(input), expected: shown(expected), output: shown(output) };
}

/** @param judge as `dse/judge/judge.ts` has found it unchanged */
export function judgedReward(judge: Judge, trials: Trials): Reward {
  const { signatureId, params, rubric } = judge;
  const callsEach = 1 + params.repairsMax;
  return {
    callsEach,
    async of({ inputJson, expectedJson }, output, signal) {
      const input = judgeInputOf(rubric, { input: inputJson, expected: expectedJson, output });
      const limits = { maxCalls: callsEach, maxMsat: 0 };
      const { trial, by, hash } = await trials.of({ signatureId, input, params, ...limits }, signal);
      const asked = { hash, by, usage: trial.usage };
      if (trial.error !== null) return { reward: 0, feedback: `the judge failed: ${trial.error.message}`, asked };
      const { score, reason } = trial.output as JudgeOutput;
      return { reward: score, feedback: score === 1 ? '' : reason, asked };
    },
  };
}
