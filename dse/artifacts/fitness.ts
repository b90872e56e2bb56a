// Whether an artifact may be used by this Pylon: it was made for the signature as it is now, and what it shows to a model is of the
// signature's form. What does not fit is refused, and said with both hashes.
import { withExamples } from '../../conductor/predict/few-shot.ts';
import { type CatalogueEntry, catalogueEntry } from '../../conductor/signatures/catalogue.ts';
import type { CompiledArtifact } from '../../protocol/dse/artifact.ts';
import { PylonError } from '../../protocol/errors.ts';
import { contractOf } from '../compile/artifact.ts';

const DRIFTS = {
  inputSchema: 'what the signature takes',
  outputSchema: 'what the signature gives',
  promptIr: 'the words of its prompt',
} as const;

/** What keeps an artifact from being used; undefined where nothing does. */
export function unfitness(artifact: CompiledArtifact): PylonError | undefined {
  const entry = catalogueEntry(artifact.signatureId);
  if (entry === undefined) return new PylonError('signature-unknown', { value: artifact.signatureId });
  return driftOf(artifact, entry) ?? misfit(artifact, entry);
}

/** @throws PylonError `signature-unknown` | `artifact-drifted` with both hashes | `artifact-invalid` for an example of another form */
export function checkFits(artifact: CompiledArtifact): void {
  const fault = unfitness(artifact);
  if (fault !== undefined) throw fault;
}

function driftOf({ compiled_id, params, hashes }: CompiledArtifact, entry: CatalogueEntry): PylonError | undefined {
  const now = contractOf(entry, params);
  const drifted = (Object.keys(DRIFTS) as (keyof typeof DRIFTS)[]).filter((name) => now[name] !== hashes[name]);
  if (drifted.length === 0) return undefined;
  const told = drifted.map((name) => `${DRIFTS[name]} (${name}) was ${hashes[name]} and is ${now[name]}`);
  return new PylonError('artifact-drifted', { value: compiled_id, reason: told.join('; ') });
}

function misfit({ params }: CompiledArtifact, { signature, prompt }: CatalogueEntry): PylonError | undefined {
  for (const { exampleId, output } of params.fewShot ?? []) {
    const parsed = signature.output.safeParse(output);
    if (!parsed.success) {
      const reason = `its output is not one of ${signature.signatureId}: ${parsed.error.issues[0]?.message}`;
      return new PylonError('artifact-invalid', { value: exampleId, reason });
    }
  }
  try {
    withExamples(prompt, params.fewShot, '');
  } catch (thrown) {
    if (thrown instanceof PylonError) return thrown;
    throw thrown;
  }
  return undefined;
}
