// Trials that are made once: each is known by all that decides it (signature with its words and schemas, input, parameters, seed, model)
// and kept as soon as it was made. A search that begins again goes the same way through them, and asks only from where it had been cut off.
import { catalogueEntry } from '../../conductor/signatures/catalogue.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import { PylonError } from '../../protocol/errors.ts';
import { ENGINE_NAME } from '../../protocol/signature.ts';
import { contractOf } from './artifact.ts';
import type { Predictor, Trial, TrialRequest } from './predictor.ts';

/** Where trials are kept between processes. */
export interface TrialShelf {
  /** What `keep` was given under this hash, in whatever process. */
  find(hash: string): Promise<unknown>;
  /** Resolves when a kill of the process does not lose it any more. */
  keep(hash: string, kept: unknown): Promise<void>;
}

interface Kept {
  readonly trial: Trial;
  /** The compile that made it, and paid for it. */
  readonly by: string;
}

/** A trial and the name under which it is known: what has the same name was made once. */
export interface NamedTrial extends Kept {
  readonly hash: string;
}

export class Trials {
  readonly #predictor: Predictor;
  readonly #shelf: TrialShelf | undefined;
  readonly #seed: number;
  readonly #by: string;
  /** Being made: who wants the same waits for the same. */
  readonly #flying = new Map<string, Promise<NamedTrial>>();

  /** @param by the id of whoever makes them. Without a shelf each is made anew. */
  constructor(options: {
    readonly predictor: Predictor;
    readonly shelf?: TrialShelf;
    readonly seed: number;
    readonly by: string;
  }) {
    this.#predictor = options.predictor;
    // The embedded engine costs nothing, and another version of it answers otherwise.
    this.#shelf = options.predictor.model === ENGINE_NAME ? undefined : options.shelf;
    this.#seed = options.seed;
    this.#by = options.by;
  }

  get model(): string {
    return this.#predictor.model;
  }

  /** @throws PylonError as `Predictor.predict` does, and `store-*` */
  of(request: TrialRequest, signal: AbortSignal): Promise<NamedTrial> {
    const hash = this.#hashOf(request);
    if (this.#shelf === undefined) return this.#make(hash, request, signal);
    const flying = this.#flying.get(hash);
    if (flying !== undefined) return flying;
    const made = this.#find(hash, this.#shelf, request, signal).finally(() => this.#flying.delete(hash));
    this.#flying.set(hash, made);
    return made;
  }

  async #find(hash: string, shelf: TrialShelf, request: TrialRequest, signal: AbortSignal): Promise<NamedTrial> {
    const known = (await shelf.find(hash)) as Kept | undefined;
    if (known !== undefined) return { ...known, hash };
    const made = await this.#make(hash, request, signal);
    await shelf.keep(hash, { trial: made.trial, by: made.by });
    return made;
  }

  async #make(hash: string, request: TrialRequest, signal: AbortSignal): Promise<NamedTrial> {
    return { trial: await this.#predictor.predict(request, signal), by: this.#by, hash };
  }

  #hashOf({ signatureId, input, params }: TrialRequest): string {
    const entry = catalogueEntry(signatureId);
    if (entry === undefined) throw new PylonError('signature-unknown', { value: signatureId });
    const model = this.#predictor.modelOf?.(params) ?? this.#predictor.model;
    return canonicalHash({ signatureId, hashes: contractOf(entry, params), input, seed: this.#seed, model });
  }
}
