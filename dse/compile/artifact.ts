// Makes the artifact of what a search chose: the parameters, exactly as the runtime loads them, with the hashes of what they were made for.
import { blocksOf, schemaHash } from '../../conductor/predict/contract.ts';
import type { CatalogueEntry } from '../../conductor/signatures/catalogue.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import { ARTIFACT_FORMAT, artifactBodySchema, type CompiledArtifact } from '../../protocol/dse/artifact.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';

/** The hashes of a signature with these parameters, as its receipts name them. */
export function contractOf({ signature, prompt }: CatalogueEntry, params: PredictParams): CompiledArtifact['hashes'] {
  return {
    inputSchema: schemaHash(signature.input),
    outputSchema: schemaHash(signature.output),
    promptIr: canonicalHash(blocksOf(prompt.blocks, params)),
    params: canonicalHash(params),
  };
}

/** Pure: the same parameters, job and examples make the same artifact. */
export function artifactOf(
  entry: CatalogueEntry,
  params: PredictParams,
  { jobHash, datasetHash }: Pick<CompiledArtifact, 'jobHash' | 'datasetHash'>,
): CompiledArtifact {
  const body = artifactBodySchema.parse({
    format: ARTIFACT_FORMAT,
    version: 1,
    signatureId: entry.signature.signatureId,
    hashes: contractOf(entry, params),
    params,
    jobHash,
    datasetHash,
  });
  return { ...body, compiled_id: canonicalHash(body) };
}
