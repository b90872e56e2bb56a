// An attestation: a validator's signed word on one answer to one request (docs/protocol.md). It names both by their hashes, so it can be
// checked by anybody at any time, and says nothing of any other.
import { z } from 'zod';
import { canonicalHash, canonicalJson } from './canonical.ts';
import type { KeyPair } from './keypair.ts';
import { type FieldSpec, fieldSpecsSchema, RECORDS } from './records.ts';
import { EXTRACTOR, type ExtractorInput, extractorInputSchema, type Signature } from './signature.ts';

export const ATTESTATION_TAG = 'pylon/attestation/v1';

export const ATTESTED_VERDICTS = ['confirmed', 'refuted'] as const;
export type AttestedVerdict = (typeof ATTESTED_VERDICTS)[number];

/**
 * How the validator came to it: `grounding` (a quote does not stand in the chunk), `exact` (done again by the same engine, the output
 * is the same or not), `agreement` (done again by a model; both say the same or not).
 */
export const ATTESTATION_METHODS = ['grounding', 'exact', 'agreement'] as const;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const attestationSchema = z.strictObject({
  v: z.literal(1),
  /** Id of the 5940 event that was answered. */
  request_id: hash,
  /** Of what was asked: `requestHash`. */
  request_hash: hash,
  /** sha256 of the canonical JSON of the output. */
  result_hash: hash,
  /** Hex key of whose answer it is. */
  provider: hash,
  /** Hex key of whose word this is. */
  validator: hash,
  verdict: z.enum(ATTESTED_VERDICTS),
  method: z.enum(ATTESTATION_METHODS),
  /** Unix seconds from which on it counts no more. */
  expires_at: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** BIP-340, over the tagged hash of the canonical JSON of all the rest. */
  sig: z.string().regex(/^[0-9a-f]{128}$/),
});
export type Attestation = z.infer<typeof attestationSchema>;

/** What the validator says, unsigned. */
export type AttestationBody = Omit<Attestation, 'sig'>;

/** The answer that a validator is to judge. */
const judgedAnswerSchema = z.object({
  provider: hash,
  request_id: hash,
  /** As the provider names it: says how the work can be done again. */
  model: z.string().max(256),
  /** Unread: its hash is over what the provider sent. */
  output: z.unknown(),
});

const validatorInputSchema = extractorInputSchema.extend({
  answer: judgedAnswerSchema,
  /** Where the answer to judge is records: the fields that were asked for. */
  fields: fieldSpecsSchema.optional(),
});
export type ValidatorInput = z.infer<typeof validatorInputSchema>;

/** Validator: does this answer to a chunk hold? */
export const VALIDATOR: Signature<ValidatorInput, Attestation> = {
  signatureId: '@pylon/rlm/Validator.v1',
  input: validatorInputSchema,
  output: attestationSchema,
};

/** Hash of what a chunk was asked; asker and validator each make it of what they have. */
export function requestHash(
  { query, text, terms, context, max_output_chars }: ExtractorInput,
  fields?: readonly FieldSpec[],
): string {
  const asked = { query, text, terms: terms ?? null, context: context ?? null, max_output_chars };
  if (fields === undefined) return canonicalHash({ signature: EXTRACTOR.signatureId, ...asked });
  return canonicalHash({ signature: RECORDS.signatureId, ...asked, fields });
}

/** @param keys the validator's */
export function attest(said: Omit<AttestationBody, 'v' | 'validator'>, keys: KeyPair): Attestation {
  const body: AttestationBody = { v: 1, validator: keys.publicKey, ...said };
  return { ...body, sig: keys.signTagged(ATTESTATION_TAG, canonicalJson(body)) };
}
