// The second gate: a quote counts only if its bytes stand in the chunk. It is free, and it stops
// invention: what a provider made up has no place in the input and is dropped and counted.
import type { RecordValue } from '../../protocol/records.ts';
import type { Finding } from '../../protocol/signature.ts';
import type { Fragment } from '../cut/fragments.ts';

/** A finding with the place of its quote in the user's file: bytes half-open, lines 1-based and inclusive. */
export interface GroundedFinding {
  readonly finding: Finding;
  /** What its line says, where records were asked for: the quote is the line. */
  readonly record?: Readonly<Record<string, RecordValue>>;
  readonly startByte: number;
  readonly endByte: number;
  readonly startLine: number;
  readonly endLine: number;
}

export interface Grounding {
  readonly grounded: readonly GroundedFinding[];
  readonly dropped: number;
}

const LINE_FEED = 10;

/** Offset of the first byte of a line (1-based) of the text; -1 when there is no such line. */
function offsetOfLine(text: Buffer, line: number): number {
  let offset = 0;
  for (let current = 1; current < line; current++) {
    const feed = text.indexOf(LINE_FEED, offset);
    if (feed < 0) return -1;
    offset = feed + 1;
  }
  return offset;
}

/** Where the quote stands: at or after the line the provider named, else anywhere. */
function locate(text: Buffer, quote: Buffer, line: number | undefined): number {
  const from = line === undefined ? 0 : offsetOfLine(text, line);
  const hinted = from > 0 ? text.indexOf(quote, from) : -1;
  return hinted >= 0 ? hinted : text.indexOf(quote);
}

function countFeedsBetween(text: Buffer, start: number, end: number): number {
  let feeds = 0;
  for (let at = text.indexOf(LINE_FEED, start); at >= 0 && at < end; at = text.indexOf(LINE_FEED, at + 1)) feeds++;
  return feeds;
}

/** Keeps the findings whose quotes stand in the fragment's text, each with its place. */
export function ground(
  findings: readonly Finding[],
  fragment: Pick<Fragment, 'textBytes' | 'textStartByte' | 'textStartLine'>,
): Grounding {
  const grounded: GroundedFinding[] = [];
  for (const finding of findings) {
    const quote = Buffer.from(finding.quote);
    const blank = finding.quote.trim() === '';
    const at = blank ? -1 : locate(fragment.textBytes, quote, finding.line);
    if (at < 0) continue;
    const startLine = fragment.textStartLine + countFeedsBetween(fragment.textBytes, 0, at);
    const startByte = fragment.textStartByte + at;
    // A quote that ends with its line feed still ends on the line before it.
    const endLine = startLine + countFeedsBetween(fragment.textBytes, at, at + quote.length - 1);
    grounded.push({ finding, startByte, endByte: startByte + quote.length, startLine, endLine });
  }
  return { grounded, dropped: findings.length - grounded.length };
}
