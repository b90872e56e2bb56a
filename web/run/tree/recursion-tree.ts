// The recursion of a run as a tree of lines: question, router, chunks, each with its queries and the passages that the answer cites of it,
// reducer, verifier. Pure; what is folded away is not made.
import type { QueryState, RunState, RunStep } from '../../../protocol/run-state.ts';
import { printSpan, type SpanRef } from '../../../protocol/span.ts';
import { plural, printDuration, printSats } from '../../../protocol/words.ts';
import { statusWords, tookMs, whoWords } from '../query-facts.ts';
import { markOf } from '../timeline/bar-mark.ts';
import { signatureName } from '../timeline/steps.ts';

export type NodeKind = 'run' | 'step' | 'chunks' | 'chunk' | 'query' | 'span';

export interface TreeLine {
  /** Stays the same while the run goes on. */
  readonly key: string;
  readonly kind: NodeKind;
  readonly words: string;
  readonly note: string;
  /** A mark of the timeline (bar-mark.ts); undefined where there is nothing to say. */
  readonly mark: number | undefined;
  readonly costMsat: number | undefined;
  /** 1 is the run. */
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  /** Undefined of what has nothing below it. */
  readonly open: boolean | undefined;
  /** What is shown of it elsewhere. */
  readonly query?: string;
  readonly citation?: number;
}

export interface TreeFigures {
  readonly depth: number;
  /** Chunks that were asked. */
  readonly branches: number;
  readonly queries: number;
  readonly spans: number;
  readonly costMsat: number;
}

/** What belongs to which chunk; O(queries), so it is kept while only folding changes. */
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

export function partsOf(state: RunState): TreeParts {
  const queries = new Map<number, QueryState[]>();
  for (const query of state.queries.values()) {
    const list = queries.get(query.chunk);
    if (list === undefined) queries.set(query.chunk, [query]);
    else list.push(query);
  }
  const spans = new Map<number, number[]>();
  for (const [at, span] of state.span_refs.entries()) {
    const chunk = chunkOf(state, span);
    if (chunk !== undefined) spans.set(chunk, [...(spans.get(chunk) ?? []), at + 1]);
  }
  return { queries, spans };
}

export function figuresOf(state: RunState, { queries }: TreeParts): TreeFigures {
  return {
    // The question, its chunks, their queries; and what each of these asks in turn, where a strategy recurses.
    depth: queries.size === 0 ? 1 : 2 + state.config.max_depth,
    branches: queries.size,
    queries: state.queries.size,
    spans: state.span_refs.length,
    costMsat: state.spent_msat,
  };
}

type Draft = Omit<TreeLine, 'position' | 'siblings' | 'level'> & { readonly below?: () => readonly Draft[] };

function draft(fields: Partial<Draft> & Pick<Draft, 'key' | 'kind' | 'words'>): Draft {
  return { note: '', mark: undefined, costMsat: undefined, open: undefined, ...fields };
}

function stepDraft(step: RunStep): Draft {
  const key = `step ${step.seq}`;
  if (step.type === 'Predict') {
    const failed = step.error === undefined ? '' : `, ${step.error.code}`;
    const note = `${step.model}, ${printDuration(step.latency_ms)}${failed}`;
    return draft({ key, kind: 'step', words: signatureName(step.signature), note, mark: failed === '' ? 0 : 5 });
  }
  if (step.type === 'Aggregate') {
    const note = `${plural(step.evidence, 'finding')} given, ${plural(step.citations, 'citation')} kept, ${step.unsupported} unsupported`;
    return draft({ key, kind: 'step', words: 'Aggregate', note, mark: 0 });
  }
  return draft({ key, kind: 'step', words: `Iteration ${step.iteration}`, note: step.action });
}

function queryDraft(query: QueryState, nowMs: number): Draft {
  const reason = query.reason === undefined ? '' : `, ${query.reason}`;
  const canary = query.canary ? ', canary' : '';
  const note = `${statusWords(query)}, ${printDuration(tookMs(query, nowMs))}${reason}${canary}`;
  const costMsat = query.settled_msat;
  return draft({
    key: `query ${query.id}`,
    kind: 'query',
    words: `Extractor: ${whoWords(query)}`,
    note,
    mark: markOf(query),
    costMsat,
    query: query.id,
  });
}

function chunkDraft(state: RunState, parts: TreeParts, chunk: number, nowMs: number): Draft {
  const { span, same_as: sameAs, answered, fallback } = state.chunks[chunk]!;
  const queries = parts.queries.get(chunk) ?? [];
  const spans = parts.spans.get(chunk) ?? [];
  const notes = [
    sameAs === undefined ? plural(queries.length, 'query').replace('querys', 'queries') : `same as chunk ${sameAs}`,
    spans.length === 0 ? '' : plural(spans.length, 'cited span'),
    fallback === undefined ? '' : `done here: ${fallback}`,
  ];
  const costMsat = queries.reduce((sum, query) => sum + query.settled_msat, 0);
  const below = () => [
    ...queries.map((query) => queryDraft(query, nowMs)),
    ...spans.map((number) =>
      draft({
        key: `span ${number}`,
        kind: 'span',
        words: `[${number}] ${printSpan(state.span_refs[number - 1]!)}`,
        citation: number,
      }),
    ),
  ];
  const empty = queries.length + spans.length === 0;
  return draft({
    key: `chunk ${chunk}`,
    kind: 'chunk',
    words: `Chunk ${chunk}: ${printSpan(span)}`,
    note: notes.filter((note) => note !== '').join(', '),
    mark: answered ? 0 : queries.length === 0 ? undefined : markOf(queries.at(-1)!),
    costMsat,
    ...(empty ? {} : { open: false, below }),
  });
}

function rootDrafts(state: RunState, parts: TreeParts, nowMs: number): readonly Draft[] {
  const isRouter = (step: RunStep) => step.type === 'Predict' && signatureName(step.signature) === 'Router';
  const steps = state.steps;
  const asked = parts.queries.size;
  const chunks = draft({
    key: 'chunks',
    kind: 'chunks',
    words: 'Chunks',
    note: `${plural(asked, 'branch').replace('branchs', 'branches')} asked of ${state.chunks.length}`,
    open: true,
    below: () =>
      [...state.chunks.keys()]
        .filter((at) => state.chunks[at] !== undefined)
        .map((at) => chunkDraft(state, parts, at, nowMs)),
  });
  return [...steps.filter(isRouter).map(stepDraft), chunks, ...steps.filter((step) => !isRouter(step)).map(stepDraft)];
}

/**
 * The lines that are not folded away, from top to bottom.
 * @param turned keys of lines that are open though they begin closed, and closed though they begin open
 */
export function treeLines(state: RunState, parts: TreeParts, turned: ReadonlySet<string>, nowMs: number): TreeLine[] {
  const lines: TreeLine[] = [];
  const add = (drafts: readonly Draft[], level: number) => {
    for (const [at, { below, ...fields }] of drafts.entries()) {
      const open = fields.open === undefined ? undefined : fields.open !== turned.has(fields.key);
      lines.push({ ...fields, open, level, position: at + 1, siblings: drafts.length });
      if (open === true && below !== undefined) add(below(), level + 1);
    }
  };
  const root = draft({
    key: 'run',
    kind: 'run',
    words: state.query,
    note: `${state.status}, ${printSats(state.spent_msat)} sats`,
    open: true,
    costMsat: state.spent_msat,
    below: () => rootDrafts(state, parts, nowMs),
  });
  add([root], 1);
  return lines;
}
