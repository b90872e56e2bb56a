// What improves the predictions of this process's engine: its desks, on its own store. LocalEngine is one of these, so that a new desk
// is a line here.
import type { Compiling } from '../../dse/compile/compiling.ts';
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
  readonly ledger: Pick<LedgerParts, 'store' | 'artifacts' | 'receipts' | 'library' | 'evidence'>;
}

export class Improving implements Improvement {
  readonly examples: ExampleDesk;
  readonly compiles: CompileDesk;
  readonly artifacts: ArtifactDesk;
  readonly canaries: CanaryDesk;
  readonly #compiling: Compiling | undefined;

  constructor({ options, ledger, backends }: ImprovingParts) {
    const { store } = ledger;
    const examples = store === undefined ? undefined : examplesIn(store, options.clock);
    this.examples = exampleDesk(examples);
    if (store !== undefined && examples !== undefined)
      this.#compiling = compilingIn({ ...options, store, examples, backends, inForce: ledger.artifacts?.inForce });
    this.artifacts = artifactDesk(ledger.artifacts, options);
    this.canaries = canaryDesk(ledger.artifacts, ledger.receipts, options);
    this.compiles = compileDesk(this.#compiling);
  }

  /** Ends what searches, so that it can be gone on with. */
  protected async stopImproving(): Promise<void> {
    await this.#compiling?.close();
  }
}
