// Judges every pair of the labelled set and says whether it agrees, with any thresholds.

import { type Agreement, agree } from '../../../conductor/verify/agreement.ts';
import { agreeJson } from '../../../conductor/verify/json-agreement.ts';
import { confirmNotes } from '../../../conductor/verify/notes.ts';
import { agreeText, type TextThresholds } from '../../../conductor/verify/text-agreement.ts';
import type { ExtractorOutput } from '../../../protocol/signature.ts';
import type { Pair } from './labelled-set.ts';

/** The thresholds to judge with. */
export interface Limits {
  readonly text: TextThresholds;
  /** Least share of the evidence. */
  readonly evidence: number;
}

/** The verdict on a pair. */
export function judge({ form, left, right, wrong }: Pair, { text, evidence }: Limits): Agreement {
  if (form === 'record') return agreeJson(JSON.parse(left), JSON.parse(right), { thresholds: text });
  if (form === 'findings') return judgeFindings(JSON.parse(left), JSON.parse(right), wrong, evidence);
  return agreeText(left, right, undefined, text);
}

/** A wrong note is believed when its answer agrees and the note survives; right notes may be dropped. */
function judgeFindings(
  left: ExtractorOutput,
  right: ExtractorOutput,
  wrong: string | undefined,
  share: number,
): Agreement {
  const found = agree(left, right, share);
  if (wrong === undefined || !found.agrees) return found;
  return { ...found, agrees: confirmNotes(right.findings, [left]).some(({ note }) => note === wrong) };
}
