// A language model as a backend: each signature by its prompt, a tolerant reading of the answer, one repair, and then
// a clear failure. Every call is counted, whatever came of it.
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { addUsage, NO_USAGE, type Signature, type Usage } from '../../protocol/signature.ts';
import { type Backend, type ChatMessage, type LanguageModel, type Prediction, PredictionFailed } from '../ports.ts';
import { EXTRACTOR_PROMPT } from '../signatures/extractor.ts';
import { REDUCER_PROMPT } from '../signatures/reducer.ts';
import { ROUTER_PROMPT } from '../signatures/router.ts';
import { VERIFIER_PROMPT } from '../signatures/verifier.ts';
import { type Decoded, decode } from './decode.ts';
import type { ModelPrompt } from './prompt.ts';
import { renderMessages, renderRepair } from './render.ts';

const REPAIRS_MAX = 1;

const PROMPTS = new Map<string, ModelPrompt<unknown, unknown>>(
  [ROUTER_PROMPT, EXTRACTOR_PROMPT, REDUCER_PROMPT, VERIFIER_PROMPT].map((prompt) => [
    prompt.signature.signatureId,
    // Looked up by the signature's id, and given only what that signature's own schema let through.
    prompt as unknown as ModelPrompt<unknown, unknown>,
  ]),
);

/**
 * `predict` throws PredictionFailed with all it cost: `model-output-invalid` when the answer has not the form asked
 * even after one repair, `job-invalid`, `job-too-large`, `job-unsupported`, or what the model's endpoint failed with.
 * @param name recorded with every prediction, e.g. `openai:llama3.2`
 */
export function modelBackend(languageModel: LanguageModel, options: { readonly name: string }): Backend {
  return {
    name: options.name,
    async predict<Input, Output>(
      signature: Signature<Input, Output>,
      input: Input,
      { signal }: { signal: AbortSignal },
    ): Promise<Prediction<Output>> {
      const dialogue = new Dialogue(languageModel, signal);
      try {
        const output = await answer(dialogue, signature, input);
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
): Promise<Output> {
  const prompt = PROMPTS.get(signature.signatureId);
  if (!prompt) throw new PylonError('job-unsupported', { value: signature.signatureId });
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
  let messages = renderMessages(prompt.blocks, prompt.material(input.data));
  for (;;) {
    const text = await dialogue.ask(messages, prompt.outputTokensMax(input.data));
    const decoded = decode(text, accept);
    if ('output' in decoded) return decoded.output;
    if (dialogue.repairs >= REPAIRS_MAX)
      throw new PylonError('model-output-invalid', { value: text, reason: faultOf(decoded.fault) });
    dialogue.repairs++;
    messages = renderRepair(messages, prompt.blocks, text, decoded.fault);
  }
}

function faultOf(fault: string): string {
  return `the model did not answer in the form asked, even after one repair (${fault})`;
}

/** The calls of one prediction and what they cost so far. */
class Dialogue {
  usage: Usage = NO_USAGE;
  repairs = 0;
  readonly #languageModel: LanguageModel;
  readonly #signal: AbortSignal;

  constructor(languageModel: LanguageModel, signal: AbortSignal) {
    this.#languageModel = languageModel;
    this.#signal = signal;
  }

  async ask(messages: readonly ChatMessage[], maxOutputTokens: number): Promise<string> {
    const signal = this.#signal;
    if (signal.aborted) throw new PylonError('job-cancelled', { cause: signal.reason });
    try {
      const completion = await this.#languageModel.complete({ messages, maxOutputTokens, json: true, signal });
      this.usage = addUsage(this.usage, completion.usage);
      return completion.text;
    } catch (error) {
      if (error instanceof PredictionFailed) this.usage = addUsage(this.usage, error.usage);
      throw error;
    }
  }
}
