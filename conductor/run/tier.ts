// What a run's verification tier means for each of its chunks: which panel decides.
import { OUTPUT_CHARS_DEFAULT, OUTPUT_CHARS_JUDGED } from '../../protocol/limits.ts';
import type { Verification } from '../../protocol/policy.ts';
import { FIRST_ANSWER, FIRST_ATTESTED, FixedVote, type Panel } from '../verify/panel.ts';

export interface Tier {
  /** The rule for one chunk. */
  panel(): Panel;
  /** Characters asked of a provider for one chunk. */
  readonly outputCharsMax: number;
}

export function tierOf(verification: Verification): Tier {
  if (verification.kind === 'validated') return { panel: () => FIRST_ATTESTED, outputCharsMax: OUTPUT_CHARS_JUDGED };
  if (verification.kind === 'redundancy') {
    const vote = new FixedVote(verification.n, verification.m);
    return { panel: () => vote, outputCharsMax: OUTPUT_CHARS_DEFAULT };
  }
  return { panel: () => FIRST_ANSWER, outputCharsMax: OUTPUT_CHARS_DEFAULT };
}
