// A SpanRef names bytes of the user's input: what every citation points at, and what anyone can check. Apart from its schema
// (span-schema.ts), because the browser prints spans too.

/** Lines are 1-based and inclusive, bytes half-open; `content_hash` is the sha256 of exactly those bytes. */
export interface SpanRef {
  id: string;
  path: string;
  commit?: string | undefined;
  start_line: number;
  end_line: number;
  start_byte: number;
  end_byte: number;
  content_hash: string;
}

/** `build.log:1042-1047`, or `build.log:1042` for a single line. */
export function printSpan(span: Pick<SpanRef, 'path' | 'start_line' | 'end_line'>): string {
  const lines = span.start_line === span.end_line ? `${span.start_line}` : `${span.start_line}-${span.end_line}`;
  return `${span.path}:${lines}`;
}
