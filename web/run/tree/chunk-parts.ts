// What belongs to which chunk of a run: its queries, and the citations of the answer that lie in it.
import type { QueryState, RunState } from '../../../protocol/run-state.ts';
import type { SpanRef } from '../../../protocol/span.ts';

/** What belongs to which chunk. */
export interface TreeParts {
  readonly queries: ReadonlyMap<number, readonly QueryState[]>;
  readonly spans: ReadonlyMap<number, readonly number[]>;
}

/** The chunk that a span lies in: the last that begins at or before it, in its file. */
function chunkOf(state: RunState, span: SpanRef): number | undefined {
  const found = state.chunks.findIndex(
    (chunk) =>
      chunk?.span.path === span.path &&
      chunk.span.start_byte <= span.start_byte &&
      span.end_byte <= chunk.span.end_byte &&
      chunk.same_as === undefined,
  );
  return found < 0 ? undefined : found;
}

/** Keeps what belongs to which chunk, and takes in of a state only what is new. */
export class ChunkParts implements TreeParts {
  readonly queries = new Map<number, QueryState[]>();
  readonly spans = new Map<number, number[]>();
  #of: RunState | undefined;
  #taken = 0;
  #spanRefs: readonly SpanRef[] = [];

  take(state: RunState): void {
    if (this.#of !== state) {
      this.queries.clear();
      this.#of = state;
      this.#taken = 0;
    }
    let at = 0;
    for (const query of state.queries.values()) {
      if (at++ < this.#taken) continue;
      const list = this.queries.get(query.chunk);
      if (list === undefined) this.queries.set(query.chunk, [query]);
      else list.push(query);
    }
    this.#taken = at;
    if (this.#spanRefs === state.span_refs) return;
    this.#spanRefs = state.span_refs;
    this.spans.clear();
    for (const [index, span] of state.span_refs.entries()) {
      const chunk = chunkOf(state, span);
      if (chunk !== undefined) this.spans.set(chunk, [...(this.spans.get(chunk) ?? []), index + 1]);
    }
  }
}
