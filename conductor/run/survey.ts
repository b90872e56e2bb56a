// The first pass over the input: statistics of the whole (without which no chunk can be ranked alone)
// and how many chunks there will be (without which no budget and no quorum can be planned).
import type { Corpus } from '../ports.ts';
import type { TextKind } from '../search/kind.ts';
import type { SearchPlan } from '../search/plan.ts';
import type { QueryAnalysis } from '../search/query.ts';
import { CorpusStatistics } from '../search/statistics.ts';

export interface Survey {
  readonly plan: SearchPlan;
  /** Bytes of the whole input, counted. */
  readonly bytes: number;
  kindOf(file: number): TextKind;
}

/** Streams the corpus once. @throws PylonError `input-unreadable` | `input-changed` | `interrupted` */
export async function survey(corpus: Corpus, analysis: QueryAnalysis, signal: AbortSignal): Promise<Survey> {
  const statistics = new CorpusStatistics(analysis);
  let bytes = 0;
  for (const file of corpus.files.keys()) {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    for await (const piece of corpus.open(file)) {
      signal.throwIfAborted();
      bytes += piece.byteLength;
      statistics.observe(decoder.decode(piece, { stream: true }));
    }
    statistics.observe(decoder.decode());
    statistics.endFile();
  }
  return { plan: statistics.plan(), bytes, kindOf: (file) => statistics.kindOf(file) };
}

/** Most chunks the corpus can be cut into; the real number is at most this. */
export function chunksAtMost(corpus: Corpus, chunkBytes: number): number {
  const shortest = chunkBytes * 0.8;
  return corpus.files.reduce((sum, file) => sum + Math.max(1, Math.ceil(file.bytes / shortest)), 0);
}
