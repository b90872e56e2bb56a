// Finds the one JSON value a model was asked for in whatever it wrote round it. Bounded work: a fixed number of
// places is tried, each read once.
import { OUTPUT_CHARS_MAX } from '../../protocol/limits.ts';
import type { DecodeMode } from '../../protocol/predict-params.ts';
import { readLenientJson } from './lenient-json.ts';

/** Objects tried in one text: an answer has one, an echo of the form asked and a few braces of prose beside it. */
const CANDIDATES_MAX = 16;

/** Either the output, or in a few words what is wrong with the text (it is shown to the model). */
export type Decoded<Output> = { readonly output: Output } | { readonly fault: string };

/** Takes a parsed value; gives the output or the fault. It MUST not throw. */
export type Accept<Output> = (value: unknown) => Decoded<Output>;

/**
 * The first value in `text` that `accept` takes: a complete one if there is any, else one cut off at the end.
 * Thinking (`<think>…</think>`) is skipped, and so are code fences and prose.
 * @param mode `strict_json` takes nothing but one whole JSON value with white space round it
 * @param isWhole true where what is cut off is not taken
 */
export function decode<Output>(
  text: string,
  accept: Accept<Output>,
  mode: DecodeMode = 'jsonish',
  isWhole = false,
): Decoded<Output> {
  if (mode === 'strict_json') return decodeStrictly(text, accept);
  const answer = answerIn(text);
  if (answer === '') return { fault: 'the answer is empty' };
  let fault: string | undefined;
  let partial: Decoded<Output> | undefined;
  for (const found of candidates(answer)) {
    const decoded = acceptAny(found.value, accept);
    if ('output' in decoded) {
      if (found.complete) return decoded;
      partial ??= decoded;
    } else if (found.complete) fault ??= decoded.fault;
  }
  if (partial !== undefined && isWhole) return { fault: 'the answer breaks off before its end' };
  return partial ?? { fault: fault ?? 'there is no JSON object in the answer, or it is broken' };
}

function decodeStrictly<Output>(text: string, accept: Accept<Output>): Decoded<Output> {
  if (text.length > OUTPUT_CHARS_MAX) return { fault: `the answer has more than ${OUTPUT_CHARS_MAX} characters` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { fault: 'the answer is not one JSON value and nothing else' };
  }
  return accept(value);
}

/** The values that stand in what a model wrote, in its order, thinking skipped; the same one may come twice. For whoever must see them all. */
export function jsonValuesIn(text: string): Iterable<JsonValueFound> {
  return candidates(answerIn(text));
}

function answerIn(text: string): string {
  return withoutThinking(text.slice(0, OUTPUT_CHARS_MAX)).trim();
}

function withoutThinking(text: string): string {
  const end = text.lastIndexOf('</think>');
  return end < 0 ? text : text.slice(end + '</think>'.length);
}

export interface JsonValueFound {
  readonly value: unknown;
  /** False when the text ended before the value did. */
  readonly complete: boolean;
}

function* candidates(answer: string): Generator<JsonValueFound> {
  try {
    yield { value: JSON.parse(answer), complete: true };
  } catch (error) {
    // Not strict JSON: that is what the lenient reader below is for.
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (answer.startsWith('[')) {
    const list = readLenientJson(answer);
    if (list) yield list;
  }
  let from = 0;
  for (let tried = 0; tried < CANDIDATES_MAX; tried++) {
    const brace = answer.indexOf('{', from);
    if (brace < 0) return;
    const found = readLenientJson(answer, brace);
    if (found) yield found;
    from = found?.complete ? found.end : brace + 1;
  }
}

/** The value itself, or the one object it is wrapped in (`{"result": {…}}`). */
function acceptAny<Output>(value: unknown, accept: Accept<Output>): Decoded<Output> {
  const decoded = accept(value);
  if ('output' in decoded || typeof value !== 'object' || value === null || Array.isArray(value)) return decoded;
  const inner = Object.values(value);
  if (inner.length !== 1 || typeof inner[0] !== 'object' || inner[0] === null) return decoded;
  const unwrapped = accept(inner[0]);
  return 'output' in unwrapped ? unwrapped : decoded;
}
