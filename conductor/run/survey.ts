// The first pass over the input: statistics of the whole (without which no chunk can be ranked alone)
// and how many chunks there will be (without which no budget and no quorum can be planned).
import type { Corpus } from '../ports.ts';
import type { TextKind } from '../search/kind.ts';
import type { SearchPlan } from '../search/plan.ts';
import type { QueryAnalysis } from '../search/query.ts';
import { CorpusStatistics } from '../search/statistics.ts';

export interface Survey {
  readonly plan: SearchPlan;
  kindOf(file: number): TextKind;
  /** How many lines of the whole input a group of findings stands for; undefined when the question asks for no count. */
  countOf(group: string): number | undefined;
}

/** Streams the corpus once. @throws PylonError `input-unreadable` | `input-changed` | `interrupted` */
export async function survey(corpus: Corpus, analysis: QueryAnalysis, signal: AbortSignal): Promise<Survey> {
  const statistics = new CorpusStatistics(analysis);
  for (const file of corpus.files.keys()) {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    for await (const piece of corpus.open(file)) {
      signal.throwIfAborted();
      statistics.observe(decoder.decode(piece, { stream: true }));
    }
    statistics.observe(decoder.decode());
    statistics.endFile();
  }
  return {
    plan: statistics.plan(),
    kindOf: (file) => statistics.kindOf(file),
    countOf: (group) => statistics.countOf(group),
  };
}
