// What a reward is: how much an output is worth beside the one that is right, and in words what is wrong with it.
import type { DseExample } from '../../../protocol/dse/example.ts';
import type { Usage } from '../../../protocol/signature.ts';

export interface Rewarded {
  /** 0 to 1. */
  readonly reward: number;
  /** What is wrong, for whoever mends the instructions; empty where nothing is. */
  readonly feedback: string;
  /** What it took to say so, and whose calls they were; absent where no model was asked. */
  readonly asked?: { readonly hash: string; readonly by: string; readonly usage: Usage };
}

export interface Reward {
  /** Calls of a model for each output, at most. */
  readonly callsEach: number;
  /**
   * Pure but for a judge, which asks a model.
   * @param output by the signature's schema
   */
  of(example: DseExample, output: unknown, signal: AbortSignal): Promise<Rewarded> | Rewarded;
}

const FEEDBACK_CHARS_MAX = 2_000;

/** Lines of feedback as one text, no longer than a prompt takes. */
export function feedbackOf(lines: readonly string[]): string {
  return lines.join('\n').slice(0, FEEDBACK_CHARS_MAX);
}
