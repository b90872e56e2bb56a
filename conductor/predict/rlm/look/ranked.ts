// Ranked search over parts of the input: the embedded engine's own ranking (BM25 with what a line's neighbours, headings and form say),
// over statistics of just these parts. Two passes, bounded memory.
import { CHUNK_BYTES_EMBEDDED } from '../../../../protocol/limits.ts';
import { fragmentsOf } from '../../../cut/fragments.ts';
import type { Corpus } from '../../../ports.ts';
import { mergeCandidates, type PlacedCandidate } from '../../../search/merge.ts';
import { analyseQuery, type QueryAnalysis, type QueryOptions } from '../../../search/query.ts';
import { rankChunk } from '../../../search/rank.ts';
import { CorpusStatistics } from '../../../search/statistics.ts';
import { TermMatcher } from '../../../search/tokens.ts';
import { UnitCursor } from '../../../search/units.ts';
import { cutQuote } from '../../fit.ts';
import type { SearchResult } from '../world.ts';
import { corpusOfParts, type Part } from './parts.ts';

/** Candidates of one chunk, and kept of all: what is below cannot be among the best. */
const PER_CHUNK_MAX = 64;
const KEPT_MAX = 4_096;

interface RankedCandidate extends PlacedCandidate {
  readonly endByte: number;
  readonly endLine: number;
}

export interface Ranking {
  readonly text: string;
  readonly hitsMax: number;
  readonly synonyms?: QueryOptions['synonyms'];
}

/** @throws PylonError `input-unreadable` | `input-changed` | what the signal was aborted with */
export async function ranked(
  corpus: Corpus,
  parts: readonly Part[],
  { text, hitsMax, synonyms }: Ranking,
  signal: AbortSignal,
): Promise<SearchResult> {
  const view = corpusOfParts(corpus, parts);
  const analysis = analyseQuery(text, synonyms === undefined ? {} : { synonyms });
  const statistics = await statisticsOf(view, analysis, signal);
  const plan = statistics.plan();
  const counter = new LineCounter(analysis);
  let candidates: RankedCandidate[] = [];
  const cutting = { chunkBytes: CHUNK_BYTES_EMBEDDED, kindOf: (file: number) => statistics.kindOf(file) };
  for await (const fragment of fragmentsOf(view, cutting)) {
    signal.throwIfAborted();
    counter.count(fragment.text, fragment.context);
    const part = parts[fragment.file]!;
    for (const found of rankChunk(fragment.text, plan, fragment.context, {
      candidates: Math.min(hitsMax, PER_CHUNK_MAX),
    })) {
      const before = Buffer.byteLength(fragment.text.slice(0, found.startOffset));
      const quote = cutQuote(found.quote);
      const startByte = part.startByte + fragment.textStartByte + before;
      const startLine = part.startLine - 1 + fragment.textStartLine + found.startLine;
      const lines = found.endLine - found.startLine;
      candidates.push({
        file: part.file,
        startByte,
        endByte: startByte + Buffer.byteLength(quote),
        startLine,
        endLine: quote === found.quote ? startLine + lines : startLine + quote.split('\n').length - 1,
        score: found.score,
        groupKey: found.groupKey,
        quote,
      });
    }
    if (candidates.length > KEPT_MAX) candidates = best(candidates, KEPT_MAX / 2);
  }
  const hits = mergeCandidates(candidates, hitsMax).map(({ groupKey: _, quote, count: __, ...place }) => ({
    ...place,
    text: quote,
  }));
  const bytesScanned = parts.reduce((sum, { startByte, endByte }) => sum + endByte - startByte, 0);
  return { hits, matches: counter.lines, bytesScanned };
}

async function statisticsOf(view: Corpus, analysis: QueryAnalysis, signal: AbortSignal): Promise<CorpusStatistics> {
  const statistics = new CorpusStatistics(analysis);
  for (const file of view.files.keys()) {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    for await (const piece of view.open(file)) {
      signal.throwIfAborted();
      statistics.observe(decoder.decode(piece, { stream: true }));
    }
    statistics.observe(decoder.decode());
    statistics.endFile();
  }
  return statistics;
}

function best(candidates: readonly RankedCandidate[], count: number): RankedCandidate[] {
  return mergeCandidates(candidates, candidates.length)
    .sort((one, other) => other.score - one.score || one.file - other.file || one.startByte - other.startByte)
    .slice(0, count);
}

/** Lines with at least one of the terms. */
class LineCounter {
  lines = 0;
  readonly #matcher: TermMatcher;

  constructor(analysis: QueryAnalysis) {
    this.#matcher = new TermMatcher(analysis.terms.map(({ stem }) => stem));
  }

  count(text: string, { coreStart, coreEnd }: { readonly coreStart: number; readonly coreEnd: number }): void {
    const cursor = new UnitCursor(text);
    let last = -1;
    while (cursor.next()) {
      if (cursor.start < coreStart || cursor.start >= coreEnd || cursor.end === cursor.start) continue;
      this.#matcher.scan(text, cursor.start, cursor.end);
      if (this.#matcher.hitCount === 0 || cursor.line === last) continue;
      last = cursor.line;
      this.lines++;
    }
  }
}
