// A language model as a backend: each signature by its prompt, a tolerant reading of the answer, one repair, and then
// a clear failure. Every call is counted, whatever came of it.

import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { OUTPUT_CHARS_MAX } from '../../protocol/limits.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';
import { addUsage, NO_USAGE, type Signature, type Usage } from '../../protocol/signature.ts';
import { type Backend, type ChatMessage, type LanguageModel, type Prediction, PredictionFailed } from '../ports.ts';
import { catalogueEntry } from '../signatures/catalogue.ts';
import { chargeCall } from './charge-call.ts';
import { blocksOf } from './contract.ts';
import { type Decoded, decode } from './decode.ts';
import { withExamples } from './few-shot.ts';
import type { PredictOptions } from './options.ts';
import type { ModelPrompt } from './prompt.ts';
import { renderMessages, renderRepair, textOf } from './render.ts';

/** What a token is worth at most in ordinary text; what a model writes beyond it is charged when it is there. */
const CHARS_PER_TOKEN = 4;

/**
 * `predict` throws PredictionFailed with all it cost: `model-output-invalid` when the answer has not the form asked
 * even after the repairs that the parameters allow, `budget-limit-reached`, `job-invalid`, `job-too-large`, `job-unsupported`, or
 * what the model's endpoint failed with.
 * @param name recorded with every prediction, e.g. `openai:llama3.2`
 */
export function modelBackend(languageModel: LanguageModel, options: { readonly name: string }): Backend {
  return {
    name: options.name,
    async predict<Input, Output>(
      signature: Signature<Input, Output>,
      input: Input,
      options: PredictOptions,
    ): Promise<Prediction<Output>> {
      const dialogue = new Dialogue(languageModel, options);
      try {
        const output = await answer(dialogue, signature, input, options.params);
        return { output, usage: dialogue.usage, repairs: dialogue.repairs };
      } catch (error) {
        throw new PredictionFailed(toPylonError(error), dialogue.usage, dialogue.repairs);
      }
    },
  };
}

async function answer<Input, Output>(
  dialogue: Dialogue,
  signature: Signature<Input, Output>,
  given: Input,
  instead: PredictParams | undefined,
): Promise<Output> {
  const entry = catalogueEntry(signature.signatureId);
  if (entry === undefined) throw new PylonError('job-unsupported', { value: signature.signatureId });
  // Looked up by the signature's id, and given only what that signature's own schema let through.
  const prompt = entry.prompt as unknown as ModelPrompt<Input, Output>;
  const params = instead ?? entry.defaults;
  const input = signature.input.safeParse(given);
  if (!input.success) {
    const issue = input.error.issues[0];
    const reason = `the input of ${signature.signatureId} is malformed: ${issue?.path.join('.')} ${issue?.message}`;
    throw new PylonError('job-invalid', { reason });
  }
  const check = (value: unknown): Decoded<Output> => {
    const output = signature.output.safeParse(value);
    if (output.success) return { output: output.data };
    return { fault: `${output.error.issues[0]?.path.join('.')}: ${output.error.issues[0]?.message}` };
  };
  const trivial = prompt.trivial(input.data);
  if (trivial !== undefined) {
    const checked = check(trivial);
    if ('output' in checked) return checked.output;
  }
  const accept = (value: unknown): Decoded<Output> => {
    const read = prompt.read(value, input.data);
    return 'output' in read ? check(read.output) : read;
  };
  const blocks = blocksOf(prompt.blocks, params);
  let messages = renderMessages(blocks, withExamples(prompt, params.fewShot, prompt.material(input.data)));
  for (;;) {
    const text = await dialogue.ask(messages, prompt.outputTokensMax(input.data));
    const decoded = decode(text, accept, params.decode, prompt.isWhole);
    if ('output' in decoded) return decoded.output;
    if (dialogue.repairs >= params.repairsMax)
      throw new PylonError('model-output-invalid', { value: text, reason: faultOf(decoded.fault, params.repairsMax) });
    dialogue.repairs++;
    messages = renderRepair(messages, blocks, text, decoded.fault);
  }
}

function faultOf(fault: string, repairs: number): string {
  const after = repairs === 0 ? '' : repairs === 1 ? ', even after one repair' : `, even after ${repairs} repairs`;
  return `the model did not answer in the form asked${after} (${fault})`;
}

/** The calls of one prediction and what they cost so far. */
class Dialogue {
  usage: Usage = NO_USAGE;
  repairs = 0;
  readonly #languageModel: LanguageModel;
  readonly #options: PredictOptions;

  constructor(languageModel: LanguageModel, options: PredictOptions) {
    this.#languageModel = languageModel;
    this.#options = options;
  }

  /** Charged before it is asked: the call, and the characters that the answer may have. */
  async ask(messages: readonly ChatMessage[], tokensWanted: number): Promise<string> {
    const { signal, meter, onPrompt } = this.#options;
    if (signal.aborted) throw new PylonError('job-cancelled', { cause: signal.reason });
    const charsWanted = Math.min(OUTPUT_CHARS_MAX, tokensWanted * CHARS_PER_TOKEN);
    const charged = meter === undefined ? undefined : chargeCall(meter, charsWanted);
    const maxOutputTokens =
      charged === undefined ? tokensWanted : Math.min(tokensWanted, Math.ceil(charged / CHARS_PER_TOKEN));
    onPrompt?.(textOf(messages));
    const text = await this.#complete(messages, maxOutputTokens);
    if (charged === undefined) return text;
    if (text.length > charged) meter?.charge('maxOutputChars', text.length - charged);
    else meter?.giveBack('maxOutputChars', charged - text.length);
    return text;
  }

  async #complete(messages: readonly ChatMessage[], maxOutputTokens: number): Promise<string> {
    const { signal, meter } = this.#options;
    const beforeRetry = () => meter?.charge('maxLmCalls');
    try {
      const request = { messages, maxOutputTokens, json: true, beforeRetry, signal };
      const completion = await this.#languageModel.complete(request);
      this.usage = addUsage(this.usage, completion.usage);
      return completion.text;
    } catch (error) {
      if (error instanceof PredictionFailed) this.usage = addUsage(this.usage, error.usage);
      throw error;
    }
  }
}
