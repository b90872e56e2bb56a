// What the chunks of one fan-out are asked: the run's own question, or one that an exploration puts to a part of the input. All that
// depends on whether it asks for quotes or for records is here; who asks it of whom, and who believes it, is the same for both.
import { canonicalHash } from '../../protocol/canonical.ts';
import { type Offer, serves } from '../../protocol/handler.ts';
import type { JobRequest } from '../../protocol/job.ts';
import { type ChunkOutput, type FieldSpec, isRecords, RECORDS } from '../../protocol/records.ts';
import { EXTRACTOR, type ExtractorInput, type Signature } from '../../protocol/signature.ts';
import type { Fragment } from '../cut/fragments.ts';
import { recordsCharsMax } from '../cut/records-size.ts';
import { type Grounding, ground } from '../verify/grounded.ts';
import { groundRecords } from '../verify/grounded-records.ts';
import { kindOffered } from '../verify/kind-of-answer.ts';
import type { Tier } from './tier.ts';

export interface Question {
  readonly text: string;
  /** The search plan for it, as every job carries it (search/plan.ts). Absent where only models are asked: they read, and rank nothing. */
  readonly terms?: string;
  /** Asks for records with these fields, one a line; for quotes when absent. */
  readonly fields?: readonly FieldSpec[];
}

/** What a chunk is given to answer. */
type ChunkInput = ExtractorInput & { readonly fields?: readonly FieldSpec[] };

/** The signature that its chunks are asked by. */
export function signatureOf({ fields }: Pick<Question, 'fields'>): Signature<ChunkInput, ChunkOutput> {
  // Either takes the input that `inputOf` makes of the same question.
  return (fields === undefined ? EXTRACTOR : RECORDS) as unknown as Signature<ChunkInput, ChunkOutput>;
}

/** Equal for questions whose answers to the same chunk are the same; the plan only helps to find them. */
export function questionHash({ text, fields }: Pick<Question, 'text' | 'fields'>): string {
  return canonicalHash([text, fields ?? null]);
}

/** Its part of a job on the wire. Records are read off each line, so they need no search plan. */
export function wordsOf(question: Question): Pick<JobRequest, 'query' | 'terms' | 'fields' | 'signature'> {
  const { text: query, terms, fields } = question;
  const { signatureId: signature } = signatureOf(question);
  if (fields !== undefined) return { signature, query, fields: JSON.stringify(fields) };
  return { signature, query, ...(terms === undefined ? {} : { terms }) };
}

/** Whether a provider has what it takes: to rank a chunk, one must know what the rest of the input says. */
export function suits(question: Question, offer: Offer): boolean {
  if (!serves(offer, signatureOf(question).signatureId)) return false;
  return question.terms !== undefined || question.fields !== undefined || kindOffered(offer) === 'model';
}

/** Bytes that it adds to the job beyond those of a question for quotes. */
export function extraBytes({ fields }: Pick<Question, 'fields'>): number {
  return fields === undefined ? 0 : Buffer.byteLength(JSON.stringify(fields));
}

/** The question about one chunk, as a backend of our own is asked it. */
export function inputOf(
  { text: query, terms, fields }: Question,
  fragment: Fragment,
  max_output_chars: number,
): ChunkInput {
  const around = { text: fragment.text, context: JSON.stringify(fragment.context), max_output_chars };
  if (fields !== undefined) return { query, fields, ...around };
  return { query, ...(terms === undefined ? {} : { terms }), ...around };
}

/** Characters that the answer for a chunk may have: of records as many as its lines can need, as far as the tier allows. */
export function outputCharsMax({ fields }: Question, fragment: Fragment, tier: Tier): number {
  if (fields === undefined) return tier.outputCharsMax;
  const needed = Math.max(tier.outputCharsMax, recordsCharsMax(fragment.textBytes, fields));
  return Math.min(tier.outputCharsCeiling, needed);
}

/** An answer with what of it counts. */
export interface GroundedOutput extends Grounding {
  /** What answers to the chunk are compared by: of records only those that count. */
  readonly output: ChunkOutput;
}

/** Keeps what stands in the chunk. */
export function groundOutput({ fields }: Question, output: ChunkOutput, fragment: Fragment): GroundedOutput {
  if (isRecords(output)) return groundRecords(output, fragment, fields ?? []);
  return { output, ...ground(output.findings, fragment) };
}
