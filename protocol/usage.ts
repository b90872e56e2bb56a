// What models were used for one piece of work. Apart from its schema (signature.ts), because the browser folds traces too.

/** Tokens and calls as the model's endpoint counted them; all zero where no model was asked. */
export interface Usage {
  calls: number;
  input_tokens: number;
  output_tokens: number;
}

export const NO_USAGE: Usage = Object.freeze({ calls: 0, input_tokens: 0, output_tokens: 0 });

/** What strangers claim can pass 2^53 together, and a record with more could not be read again: there the count stops. */
function capped(sum: number): number {
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}

/** Sum of two usages; whole numbers, at most 2^53 - 1 each. */
export function addUsage(left: Usage, right: Usage): Usage {
  return {
    calls: capped(left.calls + right.calls),
    input_tokens: capped(left.input_tokens + right.input_tokens),
    output_tokens: capped(left.output_tokens + right.output_tokens),
  };
}

/** Tokens in and out together, at most 2^53 - 1. */
export function tokensOf({ input_tokens, output_tokens }: Usage): number {
  return capped(input_tokens + output_tokens);
}
