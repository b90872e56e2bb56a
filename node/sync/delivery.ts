// The body of a sync request: a header, events, payloads, a JSON document a line. Read whole or refused; nothing of it is believed yet.
import { isUtf8 } from 'node:buffer';
import { parseOutput } from '../../ledger/export/outputs.ts';
import { parseEvent } from '../../ledger/export/parse-event.ts';
import type { Delivery } from '../../ledger/foreign-runs.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { SYNC_LINES_MAX, type SyncHeader, syncHeaderSchema } from '../../protocol/sync.ts';
import type { TraceEvent } from '../../protocol/trace.ts';

function invalid(reason: string, cause?: unknown): PylonError {
  return new PylonError('request-invalid', { reason, next: 'follow docs/sync.md', cause });
}

function headerOf(line: string): SyncHeader {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch (cause) {
    throw invalid('the first line of the body is not JSON', cause);
  }
  const header = syncHeaderSchema.safeParse(raw);
  if (header.success) return header.data;
  const [issue] = header.error.issues;
  throw invalid(`the first line of the body is no header, ${issue?.path.join('.')}: ${issue?.message}`);
}

export function bodyOf(header: SyncHeader, lines: readonly string[]): Buffer {
  return Buffer.from([JSON.stringify(header), ...lines, ''].join('\n'));
}

/** @throws PylonError `request-invalid` | `trace-invalid` | `run-folder-invalid` (a payload), naming the line */
export function readDelivery(body: Buffer): Delivery {
  if (!isUtf8(body)) throw invalid('the body is not UTF-8');
  const lines = body.toString().split('\n', SYNC_LINES_MAX + 3);
  if (lines.pop() !== '') throw invalid(`the body does not end with a line, or has more than ${SYNC_LINES_MAX}`);
  const [first = '', ...rest] = lines;
  const header = headerOf(first);
  const events: TraceEvent[] = [];
  const payloads: Uint8Array[] = [];
  for (const [index, line] of rest.entries()) {
    const place = `line ${index + 2}`;
    if (line.startsWith('{"sha256":')) payloads.push(payloadOf(line, place));
    else events.push(parseEvent(line, place));
  }
  return { ...header, events, payloads, bytes: body.byteLength - first.length };
}

function payloadOf(line: string, place: string): Uint8Array {
  try {
    return parseOutput(line, place)[1];
  } catch (thrown) {
    throw invalid(`${place}: ${toPylonError(thrown).reason}`, thrown);
  }
}
