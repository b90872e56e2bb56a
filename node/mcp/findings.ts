// What each chunk of a run found, with its place in the file: the answers that count are read back from their payloads and held against
// the bytes of the input once more, as a resumed run does.
import { KnownChunks } from '../../conductor/run/known-chunks.ts';
import { ground } from '../../conductor/verify/grounded.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { EXTRACTOR, type Finding } from '../../protocol/signature.ts';
import type { SpanRef } from '../../protocol/span.ts';
import type { Ended } from './asking.ts';
import { readChunkTexts, textOf } from './chunk-text.ts';
import type { ChunkView } from './tools.ts';

/** Chunks that are listed: at most as many as findings can be asked for. */
const CHUNKS_MAX = 2_000;
/** Of all quotes and notes: what a client puts before a model is small. */
const LISTED_CHARS_MAX = 262_144;

export interface FoundChunks {
  /** Those that found something or gave no answer, in the order of the input. */
  readonly chunks: readonly ChunkView[];
  readonly total: number;
  readonly answered: number;
  readonly findings: number;
  readonly leftOut: number;
}

interface CutChunk {
  readonly span: SpanRef;
  readonly sameAs: number | undefined;
}

interface Trace {
  readonly known: KnownChunks;
  readonly cut: readonly CutChunk[];
}

/** One fan-out: the first; later passes of an exploration ask other questions. */
async function readTrace({ engine, record }: Ended): Promise<Trace> {
  const known = new KnownChunks();
  const cut: CutChunk[] = [];
  for await (const event of engine.runs.events(record.id, 0)) {
    known.observe(event);
    if (event.type === 'EnvLoadFragment' && event.pass === undefined)
      cut[event.chunk] = { span: event.span, sameAs: event.same_as };
  }
  return { known, cut };
}

async function readFindings({ engine, record }: Ended, hash: string): Promise<readonly Finding[] | undefined> {
  const bytes = await engine.payload(record.id, hash);
  if (bytes === undefined || sha256Hex(bytes) !== hash) return undefined;
  try {
    return EXTRACTOR.output.safeParse(JSON.parse(Buffer.from(bytes).toString())).data?.findings;
  } catch {
    return undefined; // an output of another signature, or none: there are no findings to read in it
  }
}

async function viewOf(ended: Ended, { known, cut }: Trace, chunk: number): Promise<ChunkView> {
  const { span, sameAs } = cut[chunk]!;
  const { path, start_line, end_line, start_byte, end_byte } = span;
  const answer = known.answer(sameAs ?? chunk);
  const place = { chunk, path, start_line, end_line, start_byte, end_byte, same_as: sameAs ?? null };
  const view = { ...place, provider: answer?.provider ?? null, findings: [] };
  if (answer === undefined) return { ...view, state: 'unanswered' };
  const [texts, findings] = await Promise.all([
    readChunkTexts(span, ended.locate(path) ?? path),
    readFindings(ended, answer.outputHash),
  ]);
  if (texts === undefined || findings === undefined) return { ...view, state: 'unread' };
  const { grounded } = ground(findings, textOf(texts, findings));
  const shown = grounded.map(({ finding, startByte, endByte, startLine, endLine }) => ({
    path,
    start_line: startLine,
    end_line: endLine,
    start_byte: startByte,
    end_byte: endByte,
    quote: finding.quote,
    score: finding.score,
    note: finding.note ?? null,
  }));
  return { ...view, state: 'answered', findings: shown };
}

/** What is listed of a run: findings and chunks up to a number, quotes up to a size. The rest is counted. */
class Listing {
  readonly chunks: ChunkView[] = [];
  findings = 0;
  listed = 0;
  #chars = 0;
  readonly #findingsMax: number;

  constructor(findingsMax: number) {
    this.#findingsMax = findingsMax;
  }

  add(view: ChunkView): void {
    this.findings += view.findings.length;
    const shown: ChunkView['findings'] = [];
    for (const finding of view.findings) {
      this.#chars += finding.quote.length + (finding.note?.length ?? 0);
      if (this.listed >= this.#findingsMax || this.#chars > LISTED_CHARS_MAX) break;
      shown.push(finding);
      this.listed++;
    }
    const tells = shown.length > 0 || view.state !== 'answered';
    if (tells && this.chunks.length < CHUNKS_MAX) this.chunks.push({ ...view, findings: shown });
  }
}

/** @param findingsMax most findings that are listed */
export async function findingsOf(ended: Ended, findingsMax: number): Promise<FoundChunks> {
  const trace = await readTrace(ended);
  const listing = new Listing(findingsMax);
  let answered = 0;
  for (const chunk of trace.cut.keys()) {
    if (trace.cut[chunk] === undefined) continue;
    const view = await viewOf(ended, trace, chunk);
    if (view.state !== 'unanswered') answered++;
    listing.add(view);
  }
  const { chunks, findings, listed } = listing;
  return { chunks, total: trace.cut.length, answered, findings, leftOut: findings - listed };
}
