// The fragments of a snapshot. One begins mostly where the one before it ends, so its place is told from there; the answer that counts
// is the place of its query in the snapshot's queries.
import { type Cells, readTable, type Table, toTable } from './column-table.ts';
import type { ChunkState } from './run-state.ts';
import type { SpanRef } from './span.ts';

type OfSpan = 'id' | 'path' | 'commit' | 'line_gap' | 'lines' | 'byte_gap' | 'bytes' | 'content_hash';

/** `at` is the fragment's number: a trace that somebody else wrote may leave some out. */
export type ChunkTable = Table<'at' | Exclude<keyof ChunkState, 'span'> | OfSpan>;

interface Placed {
  readonly at: number;
  readonly chunk: ChunkState;
  readonly before: SpanRef | undefined;
}

function placed(chunks: readonly (ChunkState | undefined)[]): Placed[] {
  const all: Placed[] = [];
  let before: SpanRef | undefined;
  chunks.forEach((chunk, at) => {
    if (chunk === undefined) return;
    all.push({ at, chunk, before });
    before = chunk.span;
  });
  return all;
}

/** @param placeOf where a query stands among the queries */
function cells(placeOf: ReadonlyMap<string, number>): Cells<Placed, keyof ChunkTable['columns']> {
  return {
    at: ({ at }) => at,
    same_as: ({ chunk }) => chunk.same_as,
    answered: ({ chunk }) => chunk.answered,
    answer: ({ chunk }) => (chunk.answer === undefined ? undefined : placeOf.get(chunk.answer)),
    fallback: ({ chunk }) => chunk.fallback,
    agreement: ({ chunk }) => chunk.agreement,
    id: ({ chunk }) => chunk.span.id,
    path: ({ chunk }) => chunk.span.path,
    commit: ({ chunk }) => chunk.span.commit,
    line_gap: ({ chunk, before }) => chunk.span.start_line - (before?.end_line ?? 0),
    lines: ({ chunk }) => chunk.span.end_line - chunk.span.start_line,
    byte_gap: ({ chunk, before }) => chunk.span.start_byte - (before?.end_byte ?? 0),
    bytes: ({ chunk }) => chunk.span.end_byte - chunk.span.start_byte,
    content_hash: ({ chunk }) => chunk.span.content_hash,
  };
}

/** @param queryIds in the order of the snapshot's queries */
export function toChunkTable(chunks: readonly (ChunkState | undefined)[], queryIds: Iterable<string>): ChunkTable {
  const placeOf = new Map<string, number>();
  for (const id of queryIds) placeOf.set(id, placeOf.size);
  return toTable(placed(chunks), cells(placeOf));
}

function spansOf(table: ChunkTable): SpanRef[] {
  const column = readTable(table);
  const ids = column<string>('id');
  const path = column<string>('path');
  const commit = column<string | undefined>('commit');
  const lineGap = column<number>('line_gap');
  const lines = column<number>('lines');
  const byteGap = column<number>('byte_gap');
  const bytes = column<number>('bytes');
  const hash = column<string>('content_hash');
  let [line, byte] = [0, 0];
  return ids.map((id, at) => {
    const [start_line, start_byte] = [line + lineGap[at]!, byte + byteGap[at]!];
    [line, byte] = [start_line + lines[at]!, start_byte + bytes[at]!];
    const known = commit[at];
    return {
      id,
      path: path[at]!,
      ...(known === undefined ? {} : { commit: known }),
      start_line,
      end_line: line,
      start_byte,
      end_byte: byte,
      content_hash: hash[at]!,
    };
  });
}

/** @param queryIds in the order of the snapshot's queries */
export function fromChunkTable(table: ChunkTable, queryIds: readonly string[]): ChunkState[] {
  const column = readTable(table);
  const spans = spansOf(table);
  const sameAs = column<number | undefined>('same_as');
  const answered = column<boolean>('answered');
  const answer = column<number | undefined>('answer');
  const fallback = column<string | undefined>('fallback');
  const agreement = column<ChunkState['agreement']>('agreement');
  const chunks: ChunkState[] = [];
  column<number>('at').forEach((at, place) => {
    const answeredBy = answer[place];
    chunks[at] = {
      span: spans[place]!,
      same_as: sameAs[place],
      answered: answered[place]!,
      answer: answeredBy === undefined ? undefined : queryIds[answeredBy],
      fallback: fallback[place],
      agreement: agreement[place],
    };
  });
  return chunks;
}
