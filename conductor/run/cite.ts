// The last check of every citation: its bytes are read back from the user's file, and must be the quote.
import { PylonError } from '../../protocol/errors.ts';
import { sha256Hex } from '../../protocol/event.ts';
import type { SpanRef } from '../../protocol/span.ts';
import type { Corpus } from '../ports.ts';

/** A place of the input, and exactly what stands there. */
export interface Citation {
  readonly span: SpanRef;
  readonly quote: string;
}

/** Where a quote is said to stand: bytes half-open, lines 1-based and inclusive. */
export interface QuotedPlace {
  readonly file: number;
  readonly startByte: number;
  readonly endByte: number;
  readonly startLine: number;
  readonly endLine: number;
  readonly quote: string;
}

/** @param n its number in the answer. @throws PylonError `input-changed` when the quote does not stand there */
export async function cite(corpus: Corpus, place: QuotedPlace, n: number): Promise<Citation> {
  const { file, startByte, endByte, startLine, endLine, quote } = place;
  const path = corpus.files[file]?.path ?? '';
  const bytes = await corpus.read(file, startByte, endByte);
  if (!Buffer.from(bytes).equals(Buffer.from(quote)))
    throw new PylonError('input-changed', {
      value: `${path}:${startLine}`,
      reason: 'a cited passage is no longer in the input',
    });
  const bounds = { start_line: startLine, end_line: endLine, start_byte: startByte, end_byte: endByte };
  return { span: { id: `s${n}`, path, ...bounds, content_hash: sha256Hex(bytes) }, quote };
}
