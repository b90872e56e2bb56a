// The attestation gate: is this the word of the validator asked for, on exactly this answer, now? One that was forged, replayed, is
// void, or by somebody who would judge his own, is no word at all.
import type { Attestation, AttestedVerdict } from '../../protocol/attestation.ts';
import { isSigned } from '../../protocol/attestation-signature.ts';
import { PylonError } from '../../protocol/errors.ts';
import { clusterOf, type Offer } from '../../protocol/handler.ts';

/** The answer that the attestation must be about, and by whom. All hashes and ids in hex. */
export interface AttestedAnswer {
  readonly requestId: string;
  readonly requestHash: string;
  readonly resultHash: string;
  readonly provider: Pick<Offer, 'provider' | 'operator'>;
  readonly validator: Pick<Offer, 'provider' | 'operator'>;
}

/** Whose work this validator may judge: not its own, and not its operator's. */
export function mayJudge(validator: AttestedAnswer['validator'], provider: AttestedAnswer['provider']): boolean {
  return validator.provider !== provider.provider && clusterOf(validator) !== clusterOf(provider);
}

function refused(reason: string, value: string): PylonError {
  return new PylonError('attestation-invalid', { reason, value });
}

/**
 * @param nowSeconds unix time
 * @returns what the validator says of the answer
 * @throws PylonError `attestation-invalid` with the reason
 */
export function checkAttestation(
  attestation: Attestation,
  answer: AttestedAnswer,
  nowSeconds: number,
): AttestedVerdict {
  if (!mayJudge(answer.validator, answer.provider))
    throw refused('the validator is the provider itself, or of its operator', attestation.validator);
  const bindings: readonly (readonly [name: string, said: string, expected: string])[] = [
    ['validator', attestation.validator, answer.validator.provider],
    ['provider', attestation.provider, answer.provider.provider],
    ['request id', attestation.request_id, answer.requestId],
    ['request hash', attestation.request_hash, answer.requestHash],
    ['result hash', attestation.result_hash, answer.resultHash],
  ];
  for (const [name, said, expected] of bindings)
    if (said !== expected) throw refused(`the ${name} of the attestation is not that of the answer`, said);
  if (attestation.expires_at <= nowSeconds)
    throw refused('the attestation has expired', new Date(attestation.expires_at * 1_000).toISOString());
  // The signature last: it costs more than all the rest.
  if (!isSigned(attestation)) throw refused('the signature is not that of the validator', attestation.sig);
  return attestation.verdict;
}
