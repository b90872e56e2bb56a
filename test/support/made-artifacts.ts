// Artifacts made up for tests: with any parameters, for the signatures as they are.
import { catalogueEntry } from '../../conductor/signatures/catalogue.ts';
import { artifactOf } from '../../dse/compile/artifact.ts';
import type { CompiledArtifact } from '../../protocol/dse/artifact.ts';
import { sha256Hex } from '../../protocol/event.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';
import { REDUCER } from '../../protocol/signature.ts';

/** @param params beside those of the signature */
export function madeArtifact(
  params: Partial<PredictParams> = {},
  signatureId: string = REDUCER.signatureId,
  job = 'a job',
): CompiledArtifact {
  const entry = catalogueEntry(signatureId)!;
  const hashes = { jobHash: sha256Hex(job), datasetHash: sha256Hex('its examples') };
  return artifactOf(entry, { ...entry.defaults, ...params }, hashes);
}
