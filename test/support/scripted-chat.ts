// A language model in memory that says what a test tells it, one text a call, and remembers what it was asked.
import { type Completion, type LanguageModel, PredictionFailed } from '../../conductor/ports.ts';
import { PylonError } from '../../protocol/errors.ts';
import { NO_USAGE } from '../../protocol/signature.ts';

type Asked = Parameters<LanguageModel['complete']>[0];

export class ScriptedChat implements LanguageModel {
  readonly model = 'scripted';
  readonly asked: Asked[] = [];
  readonly #says: (string | PylonError)[];

  /** @param says in this order; an error is what the endpoint fails with */
  constructor(...says: readonly (string | PylonError)[]) {
    this.#says = [...says];
  }

  async complete(request: Asked): Promise<Completion> {
    this.asked.push(request);
    const said = this.#says.shift() ?? new PylonError('model-refused', { reason: 'the script is over' });
    if (said instanceof PylonError) throw new PredictionFailed(said, { ...NO_USAGE, calls: 1 }, 0);
    return { text: said, usage: { calls: 1, input_tokens: 10, output_tokens: said.length } };
  }
}
