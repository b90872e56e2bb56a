// The answer as people read it: the text, then each citation with the first lines it points at, read back
// from the user's own file and checked against the citation's hash.
import { resolve } from 'node:path';
import type { RunRecord } from '../../protocol/run.ts';
import { printSpan, type SpanRef } from '../../protocol/span.ts';
import { readCited } from '../input/cited.ts';
import { printable, printableLine } from './printable.ts';

/** A citation is a pointer; its first lines say whether to follow it. */
const QUOTED_LINES_MAX = 3;
const QUOTED_CHARS_MAX = 240;

export interface AnswerOptions {
  readonly cwd: string;
  /** Printed name → absolute path, for names that are not paths (`stdin`). */
  readonly locations?: ReadonlyMap<string, string>;
}

function clip(line: string): string {
  const points = Array.from(line);
  return points.length <= QUOTED_CHARS_MAX ? line : `${points.slice(0, QUOTED_CHARS_MAX - 1).join('')}…`;
}

function quoted(text: string): string[] {
  const lines = printable(text).replace(/\n+$/, '').split('\n');
  const shown = lines.slice(0, QUOTED_LINES_MAX).map((line) => `    ${clip(line.trimEnd())}`);
  const more = lines.length - QUOTED_LINES_MAX;
  return more > 0 ? [...shown, `    … ${more} more ${more === 1 ? 'line' : 'lines'}`] : shown;
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** `[1] build.log:1042-1047` and its first lines, unless the answer itself quotes them. */
async function renderCitation(span: SpanRef, index: number, answer: string, options: AnswerOptions): Promise<string> {
  const text = await readCited(span, options.locations?.get(span.path) ?? resolve(options.cwd, span.path));
  const reference = `[${index + 1}] ${printableLine(printSpan(span))}`;
  if (text === undefined) return `${reference}\n    (the file has changed or is not here)`;
  return answer.includes(folded(text)) ? reference : [reference, ...quoted(text)].join('\n');
}

/** The whole text for stdout, with a line feed at its end; empty when the run gave no answer. */
export async function renderAnswer(record: RunRecord, options: AnswerOptions): Promise<string> {
  if (record.output === null) return '';
  const citations: string[] = [];
  const said = folded(record.output);
  for (const [index, span] of record.span_refs.entries()) {
    citations.push(await renderCitation(span, index, said, options));
  }
  const answer = printable(record.output).trimEnd();
  return citations.length === 0 ? `${answer}\n` : `${answer}\n\n${citations.join('\n')}\n`;
}
