// Judges every pair of the labelled set and counts the errors: false accepts of what is wrong, false rejects of what is right.

import { type Agreement, agree } from '../../../conductor/verify/agreement.ts';
import { agreeJson } from '../../../conductor/verify/json-agreement.ts';
import { confirmNotes } from '../../../conductor/verify/notes.ts';
import { agreeText } from '../../../conductor/verify/text-agreement.ts';
import type { ExtractorOutput } from '../../../protocol/signature.ts';
import type { Pair } from './labelled-set.ts';
import { SAME } from './texts.ts';

export function judge({ form, kind, left, right }: Pair): Agreement {
  if (form === 'record') return agreeJson(JSON.parse(left), JSON.parse(right));
  if (form === 'findings') return judgeFindings(JSON.parse(left), JSON.parse(right), SAME.has(kind));
  return agreeText(left, right);
}

/** Wrong findings are believed when they agree and each note survives; right ones agree, whichever notes are dropped. */
function judgeFindings(left: ExtractorOutput, right: ExtractorOutput, same: boolean): Agreement {
  const found = agree(left, right);
  if (same || !found.agrees) return found;
  const kept = [confirmNotes(left, [right]), confirmNotes(right, [left])].every(
    ({ findings }, at) =>
      findings.filter(({ note }) => note !== undefined).length ===
      [left, right][at]!.findings.filter(({ note }) => note !== undefined).length,
  );
  return { ...found, agrees: kept };
}

/** True for a false accept or a false reject. */
export function isError(pair: Pair): boolean {
  return judge(pair).agrees !== SAME.has(pair.kind);
}
