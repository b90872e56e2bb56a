// `distilled.search_line_extract.v1`: the lines of the whole input are ranked, which costs no leaf. Where one group of them clearly
// answers, the answer is made of these lines alone; else the input is explored, or, without a model, every chunk is asked.
import { inputBytes } from '../../protocol/input-bytes.ts';
import { OUTPUT_CHARS_DEFAULT } from '../../protocol/limits.ts';
import { EXTRACTOR } from '../../protocol/signature.ts';
import { printSpan } from '../../protocol/span.ts';
import { inputOf } from '../chunk/question.ts';
import { fragmentsOf } from '../cut/fragments.ts';
import { cite } from '../run/cite.ts';
import { EvidencePool, type PlacedFinding } from '../run/evidence.ts';
import { type Lead, leadOf } from '../search/clear-lead.ts';
import { hasOtherLike } from '../search/like-lines.ts';
import { encodePlan } from '../search/plan.ts';
import { ground } from '../verify/grounded.ts';
import { answerFromShown } from './direct.ts';
import { mapReduce } from './map-reduce.ts';
import { rlmLite } from './rlm-lite.ts';
import { Shown, type ShownPart } from './shown.ts';
import type { Outcome, Walk } from './strategy.ts';

/** Ranked at a time. */
const CHUNK_BYTES = 65_536;
/** Fewer would not tell how far the best one leads. */
const RANKED_MIN = 12;
/** Of the ranked ones, what a model is shown beside the best: it may say what the best one means. */
const SHOWN_GROUPS = 5;
/** Lines round each. */
const AROUND_BYTES = 512;

/** What a model is shown, and when, by the parameters in force. */
interface Search {
  readonly shownGroups: number;
  readonly aroundBytes: number;
  /** Also where no group clearly leads. */
  readonly showsUnclear: boolean;
}

function searchOf({ context, thread }: Walk): Search {
  const { shownGroups = SHOWN_GROUPS, aroundBytes = AROUND_BYTES, shownWhen } = thread.active.params;
  // Without a model the best group is the answer, so that it must lead.
  return { shownGroups, aroundBytes, showsUnclear: shownWhen === 'found' && context.languageModel !== undefined };
}

/** The best groups of lines of the whole input, by the embedded engine's own measure. */
async function rank({ context, surveyed, ending }: Walk, { shownGroups }: Search): Promise<PlacedFinding[]> {
  const { engine, request, question } = context;
  const terms = encodePlan((await surveyed.ranking()).plan);
  const pool = new EvidencePool();
  for await (const fragment of fragmentsOf(request.corpus, { chunkBytes: CHUNK_BYTES, kindOf: surveyed.kindOf })) {
    ending.signal.throwIfAborted();
    const input = inputOf({ text: question.text, terms }, fragment, OUTPUT_CHARS_DEFAULT);
    const { output } = await engine.predict(EXTRACTOR, input, { signal: ending.signal });
    pool.add(fragment, { findings: ground(output.findings, fragment).grounded, model: engine.name });
  }
  return pool.best(Math.max(RANKED_MIN, shownGroups));
}

/** Whether other lines of the input are like the best one but for their values: which of them is meant nobody can tell. */
async function isOneOfMany({ context, surveyed, ending }: Walk, { groupKey, quote }: PlacedFinding): Promise<boolean> {
  const { corpus } = context.request;
  for await (const { text, context: around } of fragmentsOf(corpus, {
    chunkBytes: CHUNK_BYTES,
    kindOf: surveyed.kindOf,
  })) {
    ending.signal.throwIfAborted();
    if (hasOtherLike(text, around, groupKey, quote)) return true;
  }
  return false;
}

/** How far the best group leads, and whether it is safe to look no further. */
async function judge(walk: Walk, found: readonly PlacedFinding[]): Promise<Lead> {
  const lead = leadOf(found, (await walk.surveyed.ranking()).plan);
  const [best] = found;
  if (!lead.isClear || best === undefined || !(await isOneOfMany(walk, best))) return lead;
  return { isClear: false, words: `${lead.words}, but other lines say the same with other values` };
}

/** The lines that were found with what stands round them, in the order of the input and each byte once. */
async function shownOf({ context }: Walk, found: readonly PlacedFinding[], aroundBytes: number): Promise<Shown> {
  const { corpus } = context.request;
  const inOrder = [...found].sort((one, other) => one.file - other.file || one.startByte - other.startByte);
  const parts: ShownPart[] = [];
  let last: { file: number; end: number } | undefined;
  for (const { file, path, startByte, endByte, startLine } of inOrder) {
    const size = corpus.files[file]!.bytes;
    const from = last?.file === file ? last.end : 0;
    if (startByte < from) continue; // it was shown with the one before it
    const before = Buffer.from(await corpus.read(file, Math.max(from, startByte - aroundBytes), startByte));
    const after = Buffer.from(await corpus.read(file, endByte, Math.min(size, endByte + aroundBytes)));
    const head = wholeLinesBefore(before, aroundBytes, startByte - before.length === from && from > 0);
    const tail = after.subarray(0, after.lastIndexOf(10) + 1);
    const own = Buffer.from(await corpus.read(file, startByte, endByte));
    const bytes = Buffer.concat([head, own, tail]);
    const lines = head.filter((byte) => byte === 10).length;
    parts.push({ file, path, startByte: startByte - head.length, startLine: startLine - lines, bytes });
    last = { file, end: endByte + tail.length };
  }
  return new Shown(parts);
}

/** What comes before a line, from the beginning of a line on. @param isWhole it begins with one */
function wholeLinesBefore(bytes: Buffer, aroundBytes: number, isWhole: boolean): Buffer {
  if (isWhole || bytes.length < aroundBytes) return bytes;
  const feed = bytes.indexOf(10);
  return feed < 0 ? bytes.subarray(bytes.length) : bytes.subarray(feed + 1);
}

/** Without a model the lines themselves are the answer. */
async function quoted({ context }: Walk, best: PlacedFinding): Promise<Outcome> {
  const citation = await cite(context.request.corpus, best, 1);
  return { output: `${best.quote.replace(/\s+/g, ' ').trim()} [1]`, citations: [citation] };
}

async function fallBack(walk: Walk, why: string): Promise<Outcome> {
  const isExplored = walk.context.languageModel !== undefined;
  const strategyId = isExplored ? 'rlm_lite.v1' : 'map_reduce.v1';
  walk.thread.chose(strategyId, `distilled.search_line_extract.v1 fell back: ${why}`);
  return isExplored ? rlmLite(walk) : mapReduce(walk);
}

export async function distilled(walk: Walk): Promise<Outcome> {
  const { context, thread } = walk;
  const { emitter, request, clock } = context;
  const startedMs = clock.now();
  const search = searchOf(walk);
  const found = await rank(walk, search);
  const { isClear, words } = await judge(walk, found);
  const spans = found.slice(0, search.shownGroups).map(({ path, startLine, endLine }) => ({
    path,
    start_line: startLine,
    end_line: endLine,
  }));
  const bytes = inputBytes(request.corpus.files);
  thread.read(spans);
  void emitter.emit({
    type: 'RlmIteration',
    iteration: 0,
    action: 'Rank',
    observation_chars: 0,
    receipt_id: thread.receiptId,
    depth: 0,
    detail: `${isClear ? 'clear' : 'not clear'}: ${words}`,
    spans,
    bytes_scanned: bytes,
    bytes_searched: bytes,
    new_evidence: found.length > 0,
    used: thread.budget.usage(),
    latency_ms: clock.now() - startedMs,
  });
  const [best] = found;
  const isShown = isClear || (search.showsUnclear && found.length > 0);
  if (best === undefined || !isShown) return fallBack(walk, words);
  const place = printSpan({ path: best.path, start_line: best.startLine, end_line: best.endLine });
  const reason = isClear
    ? `one group of lines clearly answers, at ${place}: ${words}`
    : `the parameters in force show the ${Math.min(found.length, search.shownGroups)} best groups of lines, the first at ${place}: ${words}`;
  thread.chose('distilled.search_line_extract.v1', reason);
  if (context.languageModel === undefined) return quoted(walk, best);
  const outcome = await answerFromShown(
    walk,
    await shownOf(walk, found.slice(0, search.shownGroups), search.aroundBytes),
  );
  return outcome.citations.length > 0 ? outcome : fallBack(walk, 'the model did not answer from the best lines');
}
