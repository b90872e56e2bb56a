// The first pass over the input: its hash, by which a run that is resumed knows that it still reads the same, the kind of each file, and
// what chunks are ranked by (without statistics of the whole no chunk could be ranked alone), as soon as anybody ranks.
import { createHash } from 'node:crypto';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { Corpus } from '../ports.ts';
import type { TextKind } from '../search/kind.ts';
import type { SearchPlan } from '../search/plan.ts';
import type { QueryAnalysis } from '../search/query.ts';
import { CorpusStatistics } from '../search/statistics.ts';

/** What the whole input says about the question. */
export interface Ranking {
  readonly plan: SearchPlan;
  /** How many lines of the whole input a group of findings stands for; undefined when the question asks for no count. */
  countOf(group: string): number | undefined;
}

export interface Survey {
  /** Over the names and contents of all files (sha256, hex). */
  readonly inputHash: string;
  /** Sha256 (hex) of each file. */
  readonly fileHashes: readonly string[];
  kindOf(file: number): TextKind;
  /** What chunks are ranked by was read with it. */
  readonly ranks: boolean;
  /** Read with the survey where it was wanted, else when it is first asked for. @throws PylonError as the survey */
  ranking(): Promise<Ranking>;
}

/**
 * Streams the corpus once.
 * @param ranks chunks will be ranked: what that takes is read in the same pass
 * @throws PylonError `input-unreadable` | `input-changed` | `interrupted`
 */
export async function survey(
  corpus: Corpus,
  analysis: QueryAnalysis,
  signal: AbortSignal,
  ranks: boolean,
): Promise<Survey> {
  const statistics = new CorpusStatistics(analysis);
  const hashes: [path: string, hash: string][] = [];
  for (const [file, { path }] of corpus.files.entries()) {
    const hash = createHash('sha256');
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    for await (const piece of corpus.open(file)) {
      signal.throwIfAborted();
      hash.update(piece);
      if (ranks || !statistics.knowsKind) statistics.observe(decoder.decode(piece, { stream: true }));
    }
    if (ranks) statistics.observe(decoder.decode());
    statistics.endFile();
    hashes.push([path, hash.digest('hex')]);
  }
  const found = { plan: statistics.plan(), countOf: (group: string) => statistics.countOf(group) };
  let ranking = ranks ? Promise.resolve(found) : undefined;
  return {
    inputHash: canonicalHash(hashes),
    fileHashes: hashes.map(([, hash]) => hash),
    kindOf: (file) => statistics.kindOf(file),
    ranks,
    ranking: () => {
      ranking ??= survey(corpus, analysis, signal, true).then((whole) => whole.ranking());
      return ranking;
    },
  };
}
