// The recursion of a run as a tree of lines: question, router, chunks, each with its queries and the passages that the answer cites of it,
// reducer, verifier. Pure; what is folded away is not made.
import type { QueryState, RunState, RunStep } from '../../../protocol/run-state.ts';
import { printSpan } from '../../../protocol/span.ts';
import { preview } from '../../../protocol/text.ts';
import { grouped, plural, printDuration, printSats } from '../../../protocol/words.ts';
import { statusWords, tookMs, whoWords } from '../query-facts.ts';
import { markOf } from '../timeline/bar-mark.ts';
import { signatureName } from '../timeline/steps.ts';
import type { TreeParts } from './chunk-parts.ts';

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
  /** Key of the line that this one belongs to; its own of the run. */
  readonly parent: string;
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

export function figuresOf(state: RunState, { queries }: TreeParts): TreeFigures {
  return {
    // The question, its chunks, their queries; and explorations below the first one.
    depth: (queries.size === 0 ? 1 : 3) + deepestOf(state),
    branches: queries.size,
    queries: state.queries.size,
    spans: state.span_refs.length,
    costMsat: state.spent_msat,
  };
}

type IterationStep = Extract<RunStep, { type: 'RlmIteration' }>;
type Draft = Omit<TreeLine, 'position' | 'siblings' | 'level' | 'parent'>;

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
  const { iteration, action, depth = 0, error } = step;
  const deeper = depth === 0 ? '' : `, depth ${depth}`;
  const words = `Step ${iteration + 1}${deeper}: ${action}`;
  return draft({ key, kind: 'step', words, note: iterationNote(step), mark: error === undefined ? 0 : 5 });
}

const DETAIL_CHARS = 160;

/** What the controller asked for, and what came of it. */
function iterationNote({ detail, spans = [], sub_calls = 0, new_evidence, latency_ms, error }: IterationStep): string {
  const notes = [
    preview(detail ?? '', DETAIL_CHARS),
    spans.length === 0 ? '' : spans.length === 1 ? printSpan(spans[0]!) : plural(spans.length, 'span'),
    sub_calls === 0 ? '' : plural(sub_calls, 'sub-call'),
    new_evidence === false ? 'nothing new' : '',
    latency_ms === undefined ? '' : printDuration(latency_ms),
    error?.code ?? '',
  ];
  return notes.filter((note) => note !== '').join(', ');
}

/** How deep explorations started explorations. */
function deepestOf({ steps }: RunState): number {
  return steps.reduce((most, step) => (step.type === 'RlmIteration' ? Math.max(most, step.depth ?? 0) : most), 0);
}

/** Which fan-out of an exploration cut the chunk, where there are several. */
function fanOutNote({ fan_outs: fanOuts }: RunState, chunk: number): string {
  if (fanOuts.length < 2) return '';
  const found = fanOuts.findLast(({ first_chunk: first }) => first <= chunk);
  return found === undefined ? '' : `fan-out ${found.pass + 1}`;
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

function belowChunk(state: RunState, parts: TreeParts, chunk: number, nowMs: number): readonly Draft[] {
  const spans = (parts.spans.get(chunk) ?? []).map((number) => {
    const words = `[${number}] ${printSpan(state.span_refs[number - 1]!)}`;
    return draft({ key: `span ${number}`, kind: 'span', words, citation: number });
  });
  return [...(parts.queries.get(chunk) ?? []).map((query) => queryDraft(query, nowMs)), ...spans];
}

function chunkDraft(state: RunState, parts: TreeParts, chunk: number, isTurned: boolean): Draft {
  const known = state.chunks[chunk];
  const key = `chunk ${chunk}`;
  if (known === undefined) return draft({ key, kind: 'chunk', words: `Chunk ${chunk}` });
  const { span, same_as: sameAs, answered, fallback } = known;
  const queries = parts.queries.get(chunk) ?? [];
  const spans = parts.spans.get(chunk) ?? [];
  const notes = [
    sameAs === undefined ? plural(queries.length, 'query').replace(/ys$/, 'ies') : `same as chunk ${sameAs}`,
    spans.length === 0 ? '' : plural(spans.length, 'cited span'),
    fallback === undefined ? '' : `done here: ${fallback}`,
    fanOutNote(state, chunk),
  ];
  return draft({
    key,
    kind: 'chunk',
    words: `Chunk ${chunk}: ${printSpan(span)}`,
    note: notes.filter((note) => note !== '').join(', '),
    mark: answered ? 0 : queries.length === 0 ? undefined : markOf(queries.at(-1)!),
    costMsat: queries.reduce((sum, query) => sum + query.settled_msat, 0),
    ...(queries.length + spans.length === 0 ? {} : { open: isTurned }),
  });
}

/** The lines that are not folded away. Each is made when it is asked for: there may be a hundred thousand, and a screen shows thirty. */
export interface TreeLines {
  readonly count: number;
  /** @param index from 0 to `count` - 1 */
  lineAt(index: number): TreeLine;
  /** Where a line is; 0, which is the run, when it is folded away. */
  indexOf(key: string): number;
}

interface OpenChunk {
  readonly chunk: number;
  /** Index of its own line, among the chunks and what is below them. */
  readonly at: number;
  readonly below: readonly Draft[];
}

function openChunks(
  state: RunState,
  parts: TreeParts,
  turned: ReadonlySet<string>,
  nowMs: number,
): readonly OpenChunk[] {
  const chunks = [...turned].filter((key) => key.startsWith('chunk ')).map((key) => Number(key.slice(6)));
  let extra = 0;
  return chunks
    .sort((left, right) => left - right)
    .filter((chunk) => chunk < state.chunks.length)
    .map((chunk) => {
      const below = belowChunk(state, parts, chunk, nowMs);
      extra += below.length;
      return { chunk, at: chunk + extra - below.length, below };
    });
}

/** The chunks and what is below those that are open, as a list that is never made. */
function chunkLines(state: RunState, parts: TreeParts, turned: ReadonlySet<string>, nowMs: number): TreeLines {
  const open = openChunks(state, parts, turned, nowMs);
  const siblings = state.chunks.length;
  const count = open.reduce((sum, { below }) => sum + below.length, siblings);
  return {
    count,
    lineAt(index) {
      const before = open.findLast(({ at }) => at <= index);
      const inside = before === undefined ? -1 : index - before.at - 1;
      if (before !== undefined && inside >= 0 && inside < before.below.length) {
        const place = {
          level: 4,
          position: inside + 1,
          siblings: before.below.length,
          parent: `chunk ${before.chunk}`,
        };
        return { ...before.below[inside]!, ...place };
      }
      const chunk = before === undefined ? index : before.chunk + Math.max(0, index - before.at - before.below.length);
      const isTurned = before?.chunk === chunk;
      return {
        ...chunkDraft(state, parts, chunk, isTurned),
        level: 3,
        position: chunk + 1,
        siblings,
        parent: 'chunks',
      };
    },
    indexOf(key) {
      for (const { at, below } of open) {
        const inside = below.findIndex((line) => line.key === key);
        if (inside >= 0) return at + 1 + inside;
      }
      const chunk = /^chunk (\d+)$/.exec(key)?.[1];
      if (chunk === undefined) return -1;
      return open.reduce((sum, one) => sum + (one.chunk < Number(chunk) ? one.below.length : 0), Number(chunk));
    },
  };
}

/** Question, router and the head of the chunks; and what comes behind the chunks. */
function frameOf(state: RunState, parts: TreeParts, turned: ReadonlySet<string>) {
  const isRouter = (step: RunStep) => step.type === 'Predict' && signatureName(step.signature) === 'Router';
  const branches = plural(parts.queries.size, 'branch').replace(/chs$/, 'ches');
  const chunks = draft({
    key: 'chunks',
    kind: 'chunks',
    words: 'Chunks',
    note: `${branches} asked of ${grouped(state.chunks.length)}`,
    open: !turned.has('chunks'),
  });
  const root = draft({
    key: 'run',
    kind: 'run',
    words: state.query,
    note: `${state.status}, ${printSats(state.spent_msat)} sats`,
    open: !turned.has('run'),
    costMsat: state.spent_msat,
  });
  const routers = state.steps.filter(isRouter).map(stepDraft);
  const others = state.steps.filter((step) => !isRouter(step)).map(stepDraft);
  const siblings = routers.length + 1 + others.length;
  const below = [...routers, chunks, ...others].map((line, at) => ({
    ...line,
    level: 2,
    position: at + 1,
    siblings,
    parent: 'run',
  }));
  const run: TreeLine = { ...root, level: 1, position: 1, siblings: 1, parent: 'run' };
  if (!run.open) return { before: [run], behind: [] };
  return { before: [run, ...below.slice(0, routers.length + 1)], behind: below.slice(routers.length + 1) };
}

/** @param turned keys of lines that are open though they begin closed, and closed though they begin open */
export function treeLines(state: RunState, parts: TreeParts, turned: ReadonlySet<string>, nowMs: number): TreeLines {
  const { before, behind } = frameOf(state, parts, turned);
  const isOpen = before.length > 1 && !turned.has('chunks');
  const middle = isOpen ? chunkLines(state, parts, turned, nowMs) : undefined;
  const first = before.length;
  const inner = middle?.count ?? 0;
  return {
    count: first + inner + behind.length,
    lineAt(index) {
      if (index < first) return before[index]!;
      if (middle !== undefined && index - first < inner) return middle.lineAt(index - first);
      return behind[index - first - inner]!;
    },
    indexOf(key) {
      const at = before.findIndex((line) => line.key === key);
      if (at >= 0) return at;
      const last = behind.findIndex((line) => line.key === key);
      if (last >= 0) return first + inner + last;
      const inside = middle?.indexOf(key) ?? -1;
      return inside >= 0 && inside < inner ? first + inside : 0;
    },
  };
}
