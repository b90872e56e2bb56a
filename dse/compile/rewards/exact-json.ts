// The strictest reward: the output is the one that was expected, to the letter, or it is worth nothing.
import { canonicalJson } from '../../../protocol/canonical.ts';
import { compareFields, differencesOf } from './fields.ts';
import { feedbackOf, type Reward } from './reward.ts';

export const EXACT_JSON: Reward = {
  callsEach: 0,
  of({ expectedJson }, output) {
    if (canonicalJson(output) === canonicalJson(expectedJson)) return { reward: 1, feedback: '' };
    const differences = differencesOf(compareFields(expectedJson, output));
    const feedback = differences.length === 0 ? ['the parts are right, their order is not'] : differences;
    return { reward: 0, feedback: feedbackOf(feedback) };
  },
};
