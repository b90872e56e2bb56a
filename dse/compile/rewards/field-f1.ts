// How much of the output is right: the harmonic mean of the share of its fields that were expected, and of those expected that it has.
import { compareFields, differencesOf } from './fields.ts';
import { feedbackOf, type Reward } from './reward.ts';

export const FIELD_F1: Reward = {
  callsEach: 0,
  of({ expectedJson }, output) {
    const compared = compareFields(expectedJson, output);
    const { shared, missing, extra } = compared;
    const reward = (2 * shared) / (2 * shared + missing.length + extra.length);
    return { reward, feedback: reward === 1 ? '' : feedbackOf(differencesOf(compared)) };
  },
};
