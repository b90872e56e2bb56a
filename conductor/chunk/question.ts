// What the chunks of one fan-out are asked: the run's own question, or one that an exploration puts to a part of the input.
import { canonicalHash } from '../../protocol/canonical.ts';
import { type FieldSpec, RECORDS } from '../../protocol/records.ts';
import { EXTRACTOR } from '../../protocol/signature.ts';

export interface Question {
  readonly text: string;
  /** The search plan for it, as every job carries it (search/plan.ts). */
  readonly terms: string;
  /** Asks for records with these fields, one a line; for quotes when absent. */
  readonly fields?: readonly FieldSpec[];
}

/** The signature that its chunks are asked by. */
export function signatureOf({ fields }: Pick<Question, 'fields'>): typeof EXTRACTOR | typeof RECORDS {
  return fields === undefined ? EXTRACTOR : RECORDS;
}

/** Equal for questions whose answers to the same chunk are the same; the plan only helps to find them. */
export function questionHash({ text, fields }: Pick<Question, 'text' | 'fields'>): string {
  return canonicalHash([text, fields ?? null]);
}
