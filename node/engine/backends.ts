// The backends of this process: one detection for all who ask for the same, and a failed one is tried again.
import { type ChosenBackend, chooseBackend } from '../backends/choose.ts';
import type { RunOptions } from '../settings/run-options.ts';
import { OnceEach } from './once-each.ts';
import type { EngineOptions } from './port.ts';

/** What is wished for. */
export type WantedBackend = Pick<RunOptions, 'backend' | 'model' | 'sub_model'>;

export class Backends {
  readonly #options: Pick<EngineOptions, 'clock' | 'random' | 'environment' | 'notice'>;
  readonly #chosen = new OnceEach<ChosenBackend>();

  constructor(options: Pick<EngineOptions, 'clock' | 'random' | 'environment' | 'notice'>) {
    this.#options = options;
  }

  /** @throws PylonError as `chooseBackend` does */
  of({ backend, model, sub_model: subModel }: WantedBackend): Promise<ChosenBackend> {
    const { clock, random, environment, notice: log } = this.#options;
    const { OPENAI_BASE_URL: openAiBaseUrl, OPENAI_API_KEY: openAiApiKey } = environment;
    const choice = { backend, model, subModel, openAiBaseUrl, openAiApiKey, clock, random, log };
    return this.#chosen.get(JSON.stringify([backend, model, subModel]), () => chooseBackend(choice));
  }
}
