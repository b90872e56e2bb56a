// Asks the controller for its next action: charged before, read strictly, asked once more where it wrote none.
import { OUTPUT_CHARS_MAX } from '../../../protocol/limits.ts';
import { ENGINE_NAME } from '../../../protocol/signature.ts';
import { addUsage, NO_USAGE, type Usage } from '../../../protocol/usage.ts';
import { type ChatMessage, PredictionFailed } from '../../ports.ts';
import { chargeCall } from '../charge-call.ts';
import type { Decoded } from '../decode.ts';
import { textOf } from '../render.ts';
import type { Action } from './actions.ts';
import type { Exploration } from './exploration.ts';
import { readAction } from './read-action.ts';
import { renderActionRepair } from './state.ts';

/** A long Final, and what a model thinks before it. */
const OUTPUT_TOKENS_MAX = 4_096;
const CHARS_PER_TOKEN = 4;

export class Dialogue {
  usage: Usage = NO_USAGE;
  repairs = 0;
  readonly #given: Exploration;

  constructor(given: Exploration) {
    this.#given = given;
  }

  /** The action, or why there is none even after one repair. @throws PylonError `budget-limit-reached` | what the model failed with */
  async ask(messages: readonly ChatMessage[]): Promise<Decoded<Action>> {
    const text = await this.#complete(messages);
    const read = readAction(text);
    if ('output' in read) return read;
    this.repairs++;
    return readAction(await this.#complete(renderActionRepair(messages, text, read.fault)));
  }

  async #complete(messages: readonly ChatMessage[]): Promise<string> {
    const { budget, controller, signal, onPrompt } = this.#given;
    // The embedded controller is no model: what it writes is not charged.
    if (controller.model === ENGINE_NAME)
      return (await controller.complete({ messages, maxOutputTokens: 1, signal })).text;
    const charged = chargeCall(budget, OUTPUT_CHARS_MAX);
    let written = 0;
    try {
      onPrompt?.(textOf(messages));
      const maxOutputTokens = Math.max(1, Math.min(OUTPUT_TOKENS_MAX, Math.ceil(charged / CHARS_PER_TOKEN)));
      const beforeRetry = () => budget.charge('maxLmCalls');
      const request = { messages, maxOutputTokens, json: true, beforeRetry, signal };
      const { text, usage } = await controller.complete(request);
      this.usage = addUsage(this.usage, usage);
      written = Math.min(charged, text.length);
      // What goes past the limit was not bought: an action that is cut there is none.
      return text.slice(0, charged);
    } catch (error) {
      if (error instanceof PredictionFailed) this.usage = addUsage(this.usage, error.usage);
      throw error;
    } finally {
      budget.giveBack('maxOutputChars', charged - written);
    }
  }
}
