// What an artifact must stand on before a night puts it in force. The gate and the canary have said so themselves; here it is read again
// from what they wrote, so that no slip between the steps promotes anything.
import type { Canary } from '../../protocol/dse/canary.ts';
import type { Promotion } from '../../protocol/dse/promotion.ts';

export interface Evidence {
  readonly promotion: Promotion;
  readonly canary: Canary;
  /** The artifact in force now. */
  readonly active: string;
}

/** What is missing, in words; undefined where nothing is. @param compiledId of the artifact that is to be put in force */
export function missingEvidence(compiledId: string, { promotion, canary, active }: Evidence): string | undefined {
  const { candidate, baseline, verdict, override } = promotion;
  if (candidate.compiled_id !== compiledId) return `the gate looked at ${candidate.compiled_id}`;
  if (verdict !== 'promote' || override !== null) return `the gate said ${verdict}: ${promotion.reason}`;
  if (canary.plan.canary_compiled_id !== compiledId) return `the canary was of ${canary.plan.canary_compiled_id}`;
  if (canary.status !== 'passed') return `the canary is ${canary.status}: ${canary.reason}`;
  if (baseline.compiled_id !== active)
    return `the gate compared with ${baseline.compiled_id}, and ${active} is in force`;
  if (canary.control_compiled_id !== active)
    return `the canary was compared with ${canary.control_compiled_id}, and ${active} is in force`;
  return undefined;
}
