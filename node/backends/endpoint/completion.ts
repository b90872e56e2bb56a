// Reads one answer of a chat endpoint, streamed or not, up to a bound. What the endpoint counted is taken as it says.
import type { OpenAI } from 'openai';
import { PylonError } from '../../../protocol/errors.ts';
import { OUTPUT_CHARS_MAX } from '../../../protocol/limits.ts';

export interface Tokens {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

const TOKENS_MAX = 1e12;

/**
 * The text of the answer; past `OUTPUT_CHARS_MAX` it is cut and the rest is not read.
 * @param onTokens told what the endpoint counted, the last word counts
 */
export async function readCompletion(
  response: Response,
  client: OpenAI,
  controller: AbortController,
  onTokens: (tokens: Tokens) => void,
): Promise<string> {
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('json')) return readWhole(await response.text(), onTokens);
  const { Stream } = await import('openai/streaming');
  const pieces: string[] = [];
  let chars = 0;
  for await (const event of Stream.fromSSEResponse<unknown>(response, controller, client)) {
    const tokens = tokensOf(event);
    if (tokens) onTokens(tokens);
    const piece = textOf(event, 'delta');
    pieces.push(piece);
    chars += piece.length;
    if (chars > OUTPUT_CHARS_MAX) break;
  }
  return pieces.join('').slice(0, OUTPUT_CHARS_MAX);
}

/** An endpoint that does not stream answers with one JSON document. */
function readWhole(body: string, onTokens: (tokens: Tokens) => void): string {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch (cause) {
    throw new PylonError('model-output-invalid', {
      reason: 'the model endpoint did not answer with JSON',
      value: body,
      cause,
    });
  }
  const tokens = tokensOf(answer);
  if (tokens) onTokens(tokens);
  return textOf(answer, 'message').slice(0, OUTPUT_CHARS_MAX);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function textOf(answer: unknown, part: 'delta' | 'message'): string {
  const choices = member(answer, 'choices');
  const content = Array.isArray(choices) ? member(member(choices[0], part), 'content') : undefined;
  return typeof content === 'string' ? content : '';
}

function tokensOf(answer: unknown): Tokens | undefined {
  const usage = member(answer, 'usage');
  if (typeof usage !== 'object' || usage === null) return undefined;
  return {
    input_tokens: count(member(usage, 'prompt_tokens')),
    output_tokens: count(member(usage, 'completion_tokens')),
  };
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? Math.min(value, TOKENS_MAX) : 0;
}
