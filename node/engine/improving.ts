// What improves the predictions of this process's engine: its desks, on its own store. LocalEngine is one of these, so that a new desk
// is a line here.
import type { Compiling } from '../../dse/compile/compiling.ts';
import type { Synonyms } from '../backends/synonyms.ts';
import type { ArtifactDesk, CanaryDesk } from './artifact-port.ts';
import { artifactDesk, canaryDesk } from './artifacts.ts';
import type { Backends } from './backends.ts';
import type { CompileDesk } from './compile-port.ts';
import { compileDesk, compilingIn } from './compiling.ts';
import { exampleDesk, examplesIn } from './examples.ts';
import type { ExampleDesk, Improvement } from './improvement-port.ts';
import type { LedgerParts } from './ledger-parts.ts';
import type { EngineOptions } from './port.ts';

export interface ImprovingParts {
  readonly options: Pick<EngineOptions, 'clock' | 'random' | 'notice'>;
  readonly backends: Backends;
  readonly synonyms: Synonyms;
  readonly ledger: Pick<LedgerParts, 'store' | 'receipts' | 'library' | 'evidence' | 'artifacts'>;
}

export class Improving implements Improvement {
  readonly examples: ExampleDesk;
  readonly compiles: CompileDesk;
  readonly artifacts: ArtifactDesk;
  readonly canaries: CanaryDesk;
  readonly #compiling: Compiling | undefined;

  constructor({ options, ledger, backends, synonyms }: ImprovingParts) {
    const { store, artifacts, receipts } = ledger;
    const examples = store === undefined ? undefined : examplesIn(store, options.clock);
    this.examples = exampleDesk(examples);
    if (store !== undefined && examples !== undefined)
      this.#compiling = compilingIn({ ...options, store, examples, backends, synonyms, inForce: artifacts?.inForce });
    this.compiles = compileDesk(this.#compiling);
    this.artifacts = artifactDesk(artifacts, options);
    this.canaries = canaryDesk(artifacts, receipts, options);
  }
  /** Ends what searches, so that it can be gone on with. */
  protected async stopImproving(): Promise<void> {
    await this.#compiling?.close();
  }
}
