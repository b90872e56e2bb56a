// What a run's verification tier means for each of its chunks: which panel decides.
import type { Verification } from '../../protocol/policy.ts';
import { FIRST_ANSWER, FixedVote, type Panel } from '../verify/panel.ts';

export interface Tier {
  /** The rule for one chunk. */
  panel(): Panel;
  /** True when our own answer counts like any provider's, so that it is computed beside those who are late. */
  readonly takesOwn: boolean;
}

export function tierOf(verification: Verification): Tier {
  if (verification.kind === 'redundancy') {
    const vote = new FixedVote(verification.n, verification.m);
    return { panel: () => vote, takesOwn: false };
  }
  return { panel: () => FIRST_ANSWER, takesOwn: true };
}
