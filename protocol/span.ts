// A SpanRef names bytes of the user's input: what every citation points at, and what anyone can check.
import { z } from 'zod';

/** Lines are 1-based and inclusive, bytes half-open; `content_hash` is the sha256 of exactly those bytes. */
export const spanRefSchema = z.object({
  id: z.string().max(128),
  path: z.string().max(4096),
  commit: z.string().max(64).optional(),
  start_line: z.number().int().min(1),
  end_line: z.number().int().min(1),
  start_byte: z.number().int().min(0),
  end_byte: z.number().int().min(0),
  content_hash: z.string().regex(/^[0-9a-f]{64}$/),
});

export type SpanRef = z.infer<typeof spanRefSchema>;

/** `build.log:1042-1047`, or `build.log:1042` for a single line. */
export function printSpan(span: Pick<SpanRef, 'path' | 'start_line' | 'end_line'>): string {
  const lines = span.start_line === span.end_line ? `${span.start_line}` : `${span.start_line}-${span.end_line}`;
  return `${span.path}:${lines}`;
}
