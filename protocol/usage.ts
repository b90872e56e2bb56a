// What models were used for one piece of work. Apart from its schema (signature.ts), because the browser folds traces too.

/** Tokens and calls as the model's endpoint counted them; all zero where no model was asked. */
export interface Usage {
  calls: number;
  input_tokens: number;
  output_tokens: number;
}

export const NO_USAGE: Usage = Object.freeze({ calls: 0, input_tokens: 0, output_tokens: 0 });

/** Sum of two usages. */
export function addUsage(left: Usage, right: Usage): Usage {
  return {
    calls: left.calls + right.calls,
    input_tokens: left.input_tokens + right.input_tokens,
    output_tokens: left.output_tokens + right.output_tokens,
  };
}
