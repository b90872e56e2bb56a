// The second gate for records: a record counts only on a line that begins in the chunk's own part, once, with the fields that were asked
// for. What is said of neighbouring lines is for the neighbouring chunks to say, so nothing is counted twice.
import { QUOTE_CHARS_MAX } from '../../protocol/limits.ts';
import type { FieldSpec, LineRecord, RecordsOutput } from '../../protocol/records.ts';
import type { Fragment } from '../cut/fragments.ts';
import { cutQuote } from '../predict/fit.ts';
import type { GroundedFinding } from './grounded.ts';
import { readFields } from './record-values.ts';

export interface RecordGrounding {
  /** The records that count, by line, with all their fields in one spelling: what answers of a chunk are compared by. */
  readonly output: RecordsOutput;
  /** The same records at their places. */
  readonly grounded: readonly GroundedFinding[];
  /** Records of lines that do not exist, are blank, or have one already. */
  readonly dropped: number;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Bytes [start, end) of a line, without its end; `number` counts from 1. */
interface Line {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** Walks the lines of a text forwards, from one that is asked for to the next. */
class LineWalk {
  readonly #bytes: Buffer;
  #number = 1;
  #start = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @param number no smaller than that of the line before. @returns undefined when the text has no such line */
  to(number: number): Line | undefined {
    const bytes = this.#bytes;
    while (this.#number < number) {
      const feed = bytes.indexOf(LINE_FEED, this.#start);
      if (feed < 0) return undefined;
      this.#start = feed + 1;
      this.#number++;
    }
    if (this.#start >= bytes.length) return undefined;
    const feed = bytes.indexOf(LINE_FEED, this.#start);
    const end = feed < 0 ? bytes.length : feed;
    const isReturned = end > this.#start && bytes[end - 1] === CARRIAGE_RETURN;
    return { number, start: this.#start, end: isReturned ? end - 1 : end };
  }
}

/** The line's words as they stand there; up to the first byte that is no UTF-8, where there is one. */
function quoteOf(bytes: Buffer, { start, end }: Line): string {
  // Four bytes at most are one or two UTF-16 units: no more than that is ever kept.
  const line = bytes.subarray(start, Math.min(end, start + 4 * QUOTE_CHARS_MAX));
  const quote = cutQuote(line.toString('utf8'));
  const isExact = Buffer.from(quote).equals(line.subarray(0, Buffer.byteLength(quote)));
  return isExact ? quote : quote.slice(0, quote.indexOf('\ufffd'));
}

/** True for a line that begins in the chunk's own part. */
function isOwn({ start }: Line, { span, textStartByte, context }: Fragment): boolean {
  if (start === 0 && context.offsetInLine > 0) return false;
  return start >= span.start_byte - textStartByte && start < span.end_byte - textStartByte;
}

function byLine(records: readonly LineRecord[]): LineRecord[] {
  return [...records].sort((one, other) => one.line - other.line);
}

/** Keeps the records of lines that are the fragment's own, each with its line as the quote. */
export function groundRecords(
  { records }: RecordsOutput,
  fragment: Fragment,
  fields: readonly FieldSpec[],
): RecordGrounding {
  const walk = new LineWalk(fragment.textBytes);
  const kept: LineRecord[] = [];
  const grounded: GroundedFinding[] = [];
  let dropped = 0;
  let last = 0;
  for (const given of byLine(records)) {
    const line = given.line === last ? undefined : walk.to(given.line);
    const quote = line === undefined ? '' : quoteOf(fragment.textBytes, line);
    if (line === undefined || quote.trim() === '') {
      dropped++;
      continue;
    }
    last = line.number;
    if (!isOwn(line, fragment)) continue;
    const record = readFields(fields, given.fields);
    const place = fragment.textStartLine + line.number - 1;
    const startByte = fragment.textStartByte + line.start;
    kept.push({ line: line.number, fields: record });
    grounded.push({
      finding: { quote, line: line.number, score: 1 },
      record,
      startByte,
      endByte: startByte + Buffer.byteLength(quote),
      startLine: place,
      endLine: place,
    });
  }
  return { output: { records: kept }, grounded, dropped };
}
