// What improves the predictions of this process's engine: its desks, on its own store. LocalEngine is one of these, so that a new desk
// is a line here.
import { exampleDesk, examplesIn } from './examples.ts';
import type { ExampleDesk, Improvement } from './improvement-port.ts';
import type { LedgerParts } from './ledger-parts.ts';
import type { EngineOptions } from './port.ts';

export interface ImprovingParts {
  readonly options: Pick<EngineOptions, 'clock'>;
  readonly ledger: Pick<LedgerParts, 'store' | 'receipts' | 'library' | 'evidence'>;
}

export class Improving implements Improvement {
  readonly examples: ExampleDesk;

  constructor({ options, ledger }: ImprovingParts) {
    const { store } = ledger;
    const examples = store === undefined ? undefined : examplesIn(store, options.clock);
    this.examples = exampleDesk(examples);
  }
}
