// The controller where there is no language model: a fixed policy that reads the same state and writes the same actions. It searches, and
// quotes what it found; only where a search finds nothing it asks the leaves.
import { ENGINE_NAME } from '../../../protocol/signature.ts';
import { NO_USAGE } from '../../../protocol/usage.ts';
import type { ChatMessage, LanguageModel } from '../../ports.ts';
import { NOTHING_FOUND } from '../../search/answer.ts';
import { cutQuote } from '../fit.ts';
import { type Action, SEARCH_CHARS_MAX } from './actions.ts';

/** Quotes of an answer. */
const QUOTED = 5;
/** A quoted phrase that stands in so few lines is what was meant. */
const PHRASE_LINES_MAX = 3;
/** “…”, "…", `…`: what is to be found as it is written. */
const PHRASE = /["“`]([^"”`\n]{3,200})["”`]/;

interface Seen {
  readonly question: string;
  readonly subCallsLeft: number;
  /** Rows of the tables by name; undefined where there is none. */
  rows(name: string): number | undefined;
}

/** Answers at once and costs nothing. */
export function embeddedController(): LanguageModel {
  return {
    model: ENGINE_NAME,
    complete: async ({ messages }) => ({ text: JSON.stringify(next(seenIn(messages))), usage: NO_USAGE }),
  };
}

/** Reads the state that the kernel renders (state.ts): its own lines only, nothing behind a bar. */
function seenIn(messages: readonly ChatMessage[]): Seen {
  const lines = (messages.find(({ role }) => role === 'user')?.content ?? '').split('\n');
  const state = objectIn(lines.find((line) => line.startsWith('State: '))?.slice('State: '.length));
  const left = objectIn(JSON.stringify(state.left ?? {}));
  const tables = new Map<unknown, unknown>(
    lines
      .filter((line) => line.startsWith('- {"name":'))
      .map((line) => objectIn(line.slice(2)))
      .map(({ name, rows }) => [name, rows]),
  );
  const calls = left.maxSubLmCalls;
  return {
    question: lines.findLast((line) => line.startsWith('Question: '))?.slice('Question: '.length) ?? '',
    subCallsLeft: typeof calls === 'number' ? calls : 0,
    rows: (name) => {
      const rows = tables.get(name);
      return typeof rows === 'number' ? rows : undefined;
    },
  };
}

function objectIn(text = '{}'): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function next({ question, subCallsLeft, rows }: Seen): Action {
  const phrase = PHRASE.exec(question)?.[1];
  const literal = rows('phrase');
  if (phrase !== undefined && literal === undefined)
    return { action: 'Search', mode: 'literal', text: phrase, max: PHRASE_LINES_MAX + 1, into: 'phrase' };
  if (literal !== undefined && literal > 0 && literal <= PHRASE_LINES_MAX) return quoting('phrase', literal);
  const ranked = rows('ranked');
  if (ranked === undefined)
    return { action: 'Search', mode: 'bm25', text: cutQuote(question, SEARCH_CHARS_MAX), max: QUOTED, into: 'ranked' };
  if (ranked > 0) return quoting('ranked', ranked);
  const leaves = rows('leaves');
  if (leaves === undefined && subCallsLeft > 0) return { action: 'ExtractOverChunks', question, into: 'leaves' };
  if (leaves === undefined || leaves === 0) return { action: 'Final', answer: NOTHING_FOUND, evidence: [] };
  const best = rows('best');
  if (best !== undefined) return quoting('best', best);
  return { action: 'Compute', from: 'leaves', steps: [{ op: 'top', n: QUOTED, by: ['score'] }], into: 'best' };
}

function quoting(name: string, rows: number): Action {
  const numbers = Array.from({ length: Math.min(rows, QUOTED) }, (_, index) => index + 1);
  return {
    action: 'Final',
    answer: numbers.map((number) => `{{${name}[${number}].text}} [${number}]`).join('\n'),
    evidence: numbers.map((number) => `${name}[${number}]`),
  };
}
