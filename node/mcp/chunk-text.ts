// The text of a chunk as it was sent, read from the file again: the chunk with its neighbouring lines, or without them where the file is
// a log. The trace does not say which; the lines that the findings name do.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { countFeeds, headLines, NEIGHBOUR_LINE_BYTES_MAX, tailLines } from '../../conductor/cut/chunks.ts';
import { OVERLAP_LINES } from '../../conductor/search/context.ts';
import { CHUNK_BYTES_MAX } from '../../protocol/limits.ts';
import type { Finding } from '../../protocol/signature.ts';
import type { SpanRef } from '../../protocol/span.ts';

const AROUND_BYTES = OVERLAP_LINES * NEIGHBOUR_LINE_BYTES_MAX + 1;
const LINE_FEED = 10;

export interface ChunkText {
  readonly textBytes: Buffer;
  readonly textStartByte: number;
  readonly textStartLine: number;
}

interface Window {
  readonly bytes: Buffer;
  /** Where the chunk begins and ends in it. */
  readonly from: number;
  readonly to: number;
  readonly endsFile: boolean;
}

function cut({ bytes, from, to, endsFile }: Window, span: SpanRef, lines: number): ChunkText {
  const before = tailLines(bytes.subarray(0, from), lines);
  const endsLine = bytes[to - 1] === LINE_FEED;
  const after = endsLine ? headLines(bytes.subarray(to), lines, endsFile) : bytes.subarray(to, to);
  return {
    textBytes: bytes.subarray(from - before.length, to + after.length),
    textStartByte: span.start_byte - before.length,
    textStartLine: span.start_line - countFeeds(before),
  };
}

/** The texts that it may have been; undefined when the file is gone, or does not hold any more what was read. */
export async function readChunkTexts(span: SpanRef, location: string): Promise<readonly ChunkText[] | undefined> {
  if (span.end_byte - span.start_byte > CHUNK_BYTES_MAX) return undefined;
  const start = Math.max(0, span.start_byte - AROUND_BYTES);
  const length = span.end_byte - start + AROUND_BYTES;
  let bytes: Buffer;
  try {
    const file = await open(location, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
      bytes = buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return undefined; // the file is gone: what its chunks found cannot be shown, and their state says so
  }
  const [from, to] = [span.start_byte - start, span.end_byte - start];
  const hash = createHash('sha256').update(bytes.subarray(from, to)).digest('hex');
  if (hash !== span.content_hash) return undefined;
  const window = { bytes, from, to, endsFile: bytes.length < length };
  return [cut(window, span, OVERLAP_LINES), cut(window, span, 0)];
}

/** Findings whose quote begins on the line that they name. */
function placed({ textBytes }: ChunkText, findings: readonly Finding[]): number {
  const lines = textBytes.toString('utf8').split('\n');
  return findings.filter(({ line, quote }) => {
    const [first = ''] = quote.split('\n');
    return line !== undefined && (lines[line - 1] ?? '').includes(first);
  }).length;
}

/** The text that these findings were made of. */
export function textOf(texts: readonly ChunkText[], findings: readonly Finding[]): ChunkText {
  const [withLines, alone] = texts as readonly [ChunkText, ChunkText];
  return placed(alone, findings) > placed(withLines, findings) ? alone : withLines;
}
