// The parameters that predictions are made with: those of the artifact in force, or, for a share of what is asked, those of a canary. Fits
// the conductor's port `Artifacts`.
import type { ActiveParams, Artifacts } from '../../conductor/predict/options.ts';
import { defaultParams } from '../../conductor/signatures/catalogue.ts';
import type { CompiledArtifact } from '../../protocol/dse/artifact.ts';
import type { Canary } from '../../protocol/dse/canary.ts';
import { armOf } from '../../protocol/dse/canary-fold.ts';
import { PylonError } from '../../protocol/errors.ts';
import { DEFAULT_COMPILED_ID } from '../../protocol/predict-params.ts';
import { unfitness } from './fitness.ts';

/** Artifacts that were read and looked at: those in force are few, and never change. */
const KEPT = 64;

/** Where it is told what is in force; the ledger's classes fit. */
export interface InForceSources {
  readonly pointers: { current(signatureId: string): string };
  readonly canaries: { live(signatureId: string): Canary | undefined };
  readonly artifacts: { now(compiledId: string): CompiledArtifact | undefined };
}

export class InForce implements Artifacts {
  readonly #sources: InForceSources;
  readonly #onUnfit: (error: PylonError) => void;
  readonly #known = new Map<string, ActiveParams | undefined>();

  /** @param onUnfit told once of each artifact that is in force and may not be used: the signature's own parameters are used then */
  constructor(sources: InForceSources, onUnfit: (error: PylonError) => void) {
    this.#sources = sources;
    this.#onUnfit = onUnfit;
  }

  active(signatureId: string, key?: () => string): ActiveParams | undefined {
    const current = this.#sources.pointers.current(signatureId);
    const own = this.named(signatureId, current);
    const canary = key === undefined ? undefined : this.#sources.canaries.live(signatureId);
    // A canary is held against what is really used, or against nothing.
    if (key === undefined || canary?.control_compiled_id !== (own?.compiledId ?? DEFAULT_COMPILED_ID)) return own;
    const other = this.named(signatureId, canary.plan.canary_compiled_id);
    if (other === undefined) return own;
    const arm = armOf(canary, key());
    const params = arm === 'canary' ? other : (own ?? defaultParams(signatureId));
    return { ...params, canary: { canaryId: canary.canaryId, arm } };
  }

  /** The parameters of one artifact; undefined for `default`, and where it may not be used. */
  named(signatureId: string, compiledId: string): ActiveParams | undefined {
    if (compiledId === DEFAULT_COMPILED_ID) return undefined;
    if (this.#known.has(compiledId)) return this.#known.get(compiledId);
    const read = this.#read(signatureId, compiledId);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= KEPT && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(compiledId, read);
    return read;
  }

  #read(signatureId: string, compiledId: string): ActiveParams | undefined {
    const artifact = this.#sources.artifacts.now(compiledId);
    const fault =
      artifact === undefined ? new PylonError('artifact-unknown', { value: compiledId }) : unfitness(artifact);
    if (artifact !== undefined && fault === undefined && artifact.signatureId === signatureId)
      return { compiledId, params: artifact.params };
    this.#onUnfit(
      fault ?? new PylonError('artifact-invalid', { value: compiledId, reason: `it is not of ${signatureId}` }),
    );
    return undefined;
  }
}
