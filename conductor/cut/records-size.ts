// How large the records of a chunk can become, and so how large a chunk may be: what comes back must fit, or lines would be lost.
import { OUTPUT_CHARS_MAX, RECORDS_MAX } from '../../protocol/limits.ts';
import type { FieldSpec } from '../../protocol/records.ts';
import { type ChunkSize, countFeeds } from './chunks.ts';

/** `{"records":[]}`. */
const FRAME_CHARS = 16;
/** `{"fields":{},"line":4096},` */
const RECORD_CHARS = 26;
/** `"":,` around name and value. */
const FIELD_CHARS = 4;
/** A number as JavaScript prints it has at most 24 characters, those that stand in text rarely more than half of that. */
const NUMBER_CHARS = 12;
/** `false`. */
const FLAG_CHARS = 5;
/** Of a value that is copied from its line: quotes around it, and some characters that JSON escapes. */
const TEXT_CHARS = 8;

/** Characters of one record that do not depend on its line: names, marks, and values that are not copied. */
function fixedChars(fields: readonly FieldSpec[]): number {
  return fields.reduce((sum, field) => sum + FIELD_CHARS + field.name.length + valueChars(field), RECORD_CHARS);
}

function valueChars({ type, values }: FieldSpec): number {
  if (type === 'number') return NUMBER_CHARS;
  if (type === 'boolean') return FLAG_CHARS;
  return values === undefined ? TEXT_CHARS : Math.max(4, ...values.map((value) => JSON.stringify(value).length));
}

/** Whether some values are copied from the line: all of them together are hardly longer than it. */
function copies(fields: readonly FieldSpec[]): boolean {
  return fields.some(({ type, values }) => type === 'string' && values === undefined);
}

/** Characters of JSON that suffice for a record of every line of a text. */
export function recordsCharsMax(text: Uint8Array, fields: readonly FieldSpec[]): number {
  const lines = countFeeds(text) + 1;
  return FRAME_CHARS + lines * fixedChars(fields) + (copies(fields) ? text.length : 0);
}

/**
 * How chunks are cut so that a record of every line fits in one answer.
 * @param chunkBytes of the run: the size is at most this
 * @returns half of the room goes to values copied from the lines, where there are any, the rest to what each line takes
 */
export function recordsChunkSize(fields: readonly FieldSpec[], chunkBytes: number): Required<ChunkSize> {
  const room = OUTPUT_CHARS_MAX - FRAME_CHARS;
  const copied = copies(fields) ? Math.min(chunkBytes, room / 2) : 0;
  const linesMax = Math.floor((room - copied) / fixedChars(fields));
  return {
    chunkBytes: copied === 0 ? chunkBytes : Math.floor(copied),
    linesMax: Math.max(1, Math.min(RECORDS_MAX, linesMax)),
  };
}
