// The third gate: do two outputs of the same chunk say the same? Only answers of one and the same chunk may be compared;
// of answers of different chunks the verdict means nothing.
import { canonicalJson } from '../../protocol/canonical.ts';
import type { ExtractorOutput } from '../../protocol/signature.ts';

/** What comparing two outputs found. */
export interface Agreement {
  readonly agrees: boolean;
  /** 0 to 1, and 1 for outputs that are the same; at least 0.5 where they agree, below where they differ. */
  readonly score: number;
  /** Where they differ: the field and what is wrong with it. */
  readonly reason?: string;
}

/** Whether two answers of one chunk agree. Symmetric. */
export function agree(left: ExtractorOutput, right: ExtractorOutput): Agreement {
  if (left === right || canonicalJson(left) === canonicalJson(right)) return { agrees: true, score: 1 };
  return { agrees: false, score: 0, reason: 'findings: not the same' };
}
