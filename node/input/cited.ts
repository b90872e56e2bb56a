// The words that a citation points at, read back from the file and held against its hash.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { SpanRef } from '../../protocol/span.ts';

/** A citation is a quote of some lines; a longer span is not read. */
const CITED_BYTES_MAX = 1_048_576;

/**
 * Exactly the cited bytes as text, or undefined when the file is gone or says something else by now.
 * @param location absolute path of the file
 */
export async function readCited(
  span: Pick<SpanRef, 'start_byte' | 'end_byte' | 'content_hash'>,
  location: string,
): Promise<string | undefined> {
  const length = span.end_byte - span.start_byte;
  if (length > CITED_BYTES_MAX) return undefined;
  let bytes: Buffer;
  try {
    const file = await open(location, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, span.start_byte);
      bytes = buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return undefined; // the file is not here any more: the citation stands without its quote, and says so
  }
  const hash = createHash('sha256').update(bytes).digest('hex');
  return hash === span.content_hash ? bytes.toString('utf8') : undefined;
}
