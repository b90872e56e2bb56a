// Whether an attestation is signed by whom it names. Apart from its shape, which every reader of a trace knows: checking loads the curve.
import { ATTESTATION_TAG, type Attestation } from './attestation.ts';
import { canonicalJson } from './canonical.ts';
import { verifyTagged } from './tagged.ts';

/** True when the validator that it names has signed exactly this. */
export function isSigned(attestation: Attestation): boolean {
  const { sig, ...body } = attestation;
  return verifyTagged(ATTESTATION_TAG, canonicalJson(body), attestation.validator, sig);
}
