// Judges every pair of the labelled set and counts the errors: false accepts of what is wrong, false rejects of what is right.
import { agree } from '../../../conductor/verify/agreement.ts';
import { agreeJson } from '../../../conductor/verify/json-agreement.ts';
import { agreeText } from '../../../conductor/verify/text-agreement.ts';
import type { Pair } from './labelled-set.ts';
import { SAME } from './texts.ts';

export function judge({ form, left, right }: Pair): { agrees: boolean; score: number; reason?: string } {
  if (form === 'record') return agreeJson(JSON.parse(left), JSON.parse(right));
  if (form === 'findings') return agree(JSON.parse(left), JSON.parse(right));
  return agreeText(left, right);
}

/** True for a false accept or a false reject. */
export function isError(pair: Pair): boolean {
  return judge(pair).agrees !== SAME.has(pair.kind);
}
