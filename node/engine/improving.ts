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
import type { ExampleDesk, Improvement, MiningDesk } from './improvement-port.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { miningDesk } from './mining.ts';
import type { NightDesk } from './night-port.ts';
import { LocalNights, NO_NIGHTS } from './nights.ts';
import type { EngineOptions, Predictions, RunLibrary } from './port.ts';
import { NO_PROMOTIONS, Promoting } from './promoting.ts';
import type { PromotionDesk } from './promotion-port.ts';

export interface ImprovingParts {
  readonly options: Pick<EngineOptions, 'clock' | 'random' | 'notice'>;
  readonly backends: Backends;
  readonly synonyms: Synonyms;
  readonly ledger: Pick<LedgerParts, 'store' | 'artifacts' | 'receipts' | 'library' | 'evidence'>;
}

export abstract class Improving implements Improvement {
  readonly examples: ExampleDesk;
  readonly mining: MiningDesk;
  readonly compiles: CompileDesk;
  readonly artifacts: ArtifactDesk;
  readonly canaries: CanaryDesk;
  readonly promotions: PromotionDesk;
  readonly nights: NightDesk;
  abstract readonly predictions: Predictions;
  abstract readonly runs: RunLibrary;
  readonly #compiling: Compiling | undefined;
  readonly #promoting: Promoting | undefined;
  readonly #nights: LocalNights | undefined;

  constructor({ options, ledger, backends, synonyms }: ImprovingParts) {
    const { store, artifacts, receipts } = ledger;
    const examples = store === undefined ? undefined : examplesIn(store, options.clock);
    this.examples = exampleDesk(examples);
    this.mining = miningDesk(ledger, examples);
    if (store !== undefined && examples !== undefined)
      this.#compiling = compilingIn({ ...options, store, examples, backends, synonyms, inForce: artifacts?.inForce });
    this.compiles = compileDesk(this.#compiling);
    this.artifacts = artifactDesk(artifacts, options);
    this.canaries = canaryDesk(artifacts, receipts, options);
    const compiling = this.#compiling;
    if (store !== undefined && examples !== undefined && artifacts !== undefined && compiling !== undefined)
      this.#promoting = new Promoting({ options, store, examples, artifacts, compiling });
    this.promotions = this.#promoting ?? NO_PROMOTIONS;
    if (store !== undefined) this.#nights = new LocalNights({ options, store, engine: this });
    this.nights = this.#nights ?? NO_NIGHTS;
  }

  /** Ends what searches, so that it can be gone on with. */
  protected async stopImproving(): Promise<void> {
    await this.#nights?.close();
    await Promise.all([this.#compiling?.close(), this.#promoting?.close()]);
  }
}
