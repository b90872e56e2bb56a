// What a run's verification tier means for each of its chunks: which panel decides.
import type { Verification } from '../../protocol/policy.ts';
import type { Random } from '../ports.ts';
import { CredibilityPanel, type Standings } from '../verify/credibility.ts';
import { FIRST_ANSWER, FixedVote, type Panel } from '../verify/panel.ts';

export interface Tier {
  /** The rule for one chunk. */
  panel(): Panel;
  /** The rule for a chunk that is asked again: nobody answers it alone. */
  readonly checking: Panel;
  /** Records are kept: canaries are sent, and who is caught is not asked again. */
  readonly keepsRecords: boolean;
  /** True when our own answer counts like any provider's, so that it is computed beside those who are late. */
  readonly takesOwn: boolean;
}

export function tierOf(verification: Verification, standings: Standings, random: Random): Tier {
  if (verification.kind === 'credibility') {
    const panel = () => new CredibilityPanel(standings, random.fraction());
    return { panel, checking: new CredibilityPanel(standings, 0), keepsRecords: true, takesOwn: false };
  }
  const isVote = verification.kind === 'redundancy';
  const panel = isVote ? new FixedVote(verification.n, verification.m) : FIRST_ANSWER;
  return { panel: () => panel, checking: panel, keepsRecords: false, takesOwn: !isVote };
}
