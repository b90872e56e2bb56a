// A compiled artifact: parameters that a search found for a signature, with the hashes of what they were made for. It holds no time
// and no name of a machine: the same job on the same examples makes the same artifact, byte for byte.
import { z } from 'zod';
import { canonicalHash } from '../canonical.ts';
import { PylonError } from '../errors.ts';
import { predictParamsSchema } from '../predict-params.ts';

export const ARTIFACT_FORMAT = 'openagents.dse.compiled_artifact';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** All but its name: what the name is the hash of. */
export const artifactBodySchema = z.strictObject({
  format: z.literal(ARTIFACT_FORMAT),
  version: z.literal(1),
  signatureId: z.string().min(1).max(128),
  /** Of the signature when it was compiled: where they differ from today's it is refused. */
  hashes: z.strictObject({ inputSchema: hash, outputSchema: hash, promptIr: hash, params: hash }),
  /** Exactly what the runtime loads. */
  params: predictParamsSchema,
  jobHash: hash,
  datasetHash: hash,
});

export const artifactSchema = artifactBodySchema.extend({
  /** sha256 of the canonical JSON of the rest. */
  compiled_id: hash,
});
export type CompiledArtifact = z.infer<typeof artifactSchema>;

/** What is said of it is true: its name and the hash of its parameters. @throws PylonError `artifact-invalid` */
export function readArtifact(value: unknown): CompiledArtifact {
  const read = artifactSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new PylonError('artifact-invalid', { reason: `${issue?.path.join('.')}: ${issue?.message}` });
  }
  const { compiled_id, ...body } = read.data;
  if (canonicalHash(body.params) !== body.hashes.params)
    throw new PylonError('artifact-invalid', { value: compiled_id, reason: 'its parameters have another hash' });
  if (canonicalHash(body) !== compiled_id)
    throw new PylonError('artifact-invalid', {
      value: compiled_id,
      reason: 'its name is not the hash of what it holds',
    });
  return read.data;
}

/** Which artifact is in force for a signature, and how it came to be. One row a change; the newest is the pointer. */
export const pointerRowSchema = z.strictObject({
  signatureId: z.string().min(1).max(128),
  /** Counts the changes of one signature from 0. */
  revision: z.number().int().min(0),
  atMs: z.number().int(),
  action: z.enum(['promote', 'rollback']),
  /** `default` for the signature's own parameters. */
  compiled_id: z.string().min(1).max(128),
  previous: z.string().min(1).max(128),
  /** The gate's report it stands on; null for a rollback. */
  promotionId: z.string().max(128).nullable(),
  reason: z.string().max(1_024),
});
export type PointerRow = z.infer<typeof pointerRowSchema>;
