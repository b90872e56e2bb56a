// What a signature must say about itself so that a language model can fulfil it: the words of the prompt, how its
// input is laid out, and how an answer becomes the signature's output.
import type { z } from 'zod';
import type { promptBlocksSchema } from '../../protocol/predict-params.ts';
import type { Signature } from '../../protocol/signature.ts';
import type { Decoded } from './decode.ts';

/** The words of a prompt, apart from the data: what a better prompt may change without touching code. */
export type PromptBlocks = z.infer<typeof promptBlocksSchema>;

export interface ModelPrompt<Input, Output> {
  readonly signature: Signature<Input, Output>;
  readonly blocks: PromptBlocks;
  /** The data, every foreign line fenced (`fence.ts`), and the question last: long prompts are cut at their front. */
  material(input: Input): string;
  /** Ceiling of the answer in tokens. */
  outputTokensMax(input: Input): number;
  /** The output where no model need be asked; `undefined` otherwise. */
  trivial(input: Input): Output | undefined;
  /** True where an answer that breaks off is none: what it leaves out would look as if it were not there. */
  readonly isWhole?: boolean;
  /** Output or fault of a parsed answer; MUST not throw, and what it gives MUST satisfy the signature's schema. */
  read(value: unknown, input: Input): Decoded<Output>;
}
