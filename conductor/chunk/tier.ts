// What a run's verification tier means for each of its chunks: which panel decides.
import { OUTPUT_CHARS_DEFAULT, OUTPUT_CHARS_JUDGED, OUTPUT_CHARS_MAX } from '../../protocol/limits.ts';
import type { Verification } from '../../protocol/policy.ts';
import type { Random } from '../ports.ts';
import { CredibilityPanel, type Standings } from '../verify/credibility.ts';
import { FIRST_ANSWER, FIRST_ATTESTED, FixedVote, type Panel } from '../verify/panel.ts';

export interface Tier {
  /** The rule for one chunk. */
  panel(): Panel;
  /** The rule for a chunk that is asked again: nobody answers it alone. */
  readonly checking: Panel;
  /** Records are kept: canaries are sent, and who is caught is not asked again. */
  readonly keepsRecords: boolean;
  /** True when our own answer counts like any provider's, so that it is computed beside those who are late. */
  readonly takesOwn: boolean;
  /** Characters asked of a provider for one chunk, and the most where a question needs more. */
  readonly outputCharsMax: number;
  readonly outputCharsCeiling: number;
}

function panelOf(verification: Exclude<Verification, { kind: 'credibility' }>): Panel {
  if (verification.kind === 'redundancy') return new FixedVote(verification.n, verification.m);
  return verification.kind === 'validated' ? FIRST_ATTESTED : FIRST_ANSWER;
}

export function tierOf(verification: Verification, standings: Standings, random: Random): Tier {
  const isJudged = verification.kind === 'validated';
  const output = {
    outputCharsMax: isJudged ? OUTPUT_CHARS_JUDGED : OUTPUT_CHARS_DEFAULT,
    outputCharsCeiling: isJudged ? OUTPUT_CHARS_JUDGED : OUTPUT_CHARS_MAX,
  };
  if (verification.kind === 'credibility') {
    const panel = () => new CredibilityPanel(standings, random.fraction());
    const checking = new CredibilityPanel(standings, 0);
    return { panel, checking, keepsRecords: true, takesOwn: false, ...output };
  }
  const panel = panelOf(verification);
  const takesOwn = verification.kind === 'none' || verification.kind === 'objective';
  return { panel: () => panel, checking: panel, keepsRecords: false, takesOwn, ...output };
}
