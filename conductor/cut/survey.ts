// The first pass over the input: statistics of the whole (without which no chunk can be ranked alone)
// and its hash, by which a run that is resumed knows that it still reads the same.
import { createHash } from 'node:crypto';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { Corpus } from '../ports.ts';
import type { TextKind } from '../search/kind.ts';
import type { SearchPlan } from '../search/plan.ts';
import type { QueryAnalysis } from '../search/query.ts';
import { CorpusStatistics } from '../search/statistics.ts';

export interface Survey {
  readonly plan: SearchPlan;
  /** Over the names and contents of all files (sha256, hex). */
  readonly inputHash: string;
  /** Sha256 (hex) of each file. */
  readonly fileHashes: readonly string[];
  kindOf(file: number): TextKind;
  /** How many lines of the whole input a group of findings stands for; undefined when the question asks for no count. */
  countOf(group: string): number | undefined;
}

/** Streams the corpus once. @throws PylonError `input-unreadable` | `input-changed` | `interrupted` */
export async function survey(corpus: Corpus, analysis: QueryAnalysis, signal: AbortSignal): Promise<Survey> {
  const statistics = new CorpusStatistics(analysis);
  const hashes: [path: string, hash: string][] = [];
  for (const [file, { path }] of corpus.files.entries()) {
    const hash = createHash('sha256');
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    for await (const piece of corpus.open(file)) {
      signal.throwIfAborted();
      hash.update(piece);
      statistics.observe(decoder.decode(piece, { stream: true }));
    }
    statistics.observe(decoder.decode());
    statistics.endFile();
    hashes.push([path, hash.digest('hex')]);
  }
  return {
    plan: statistics.plan(),
    inputHash: canonicalHash(hashes),
    fileHashes: hashes.map(([, hash]) => hash),
    kindOf: (file) => statistics.kindOf(file),
    countOf: (group) => statistics.countOf(group),
  };
}
