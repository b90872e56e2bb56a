// The grounded findings of all chunks, kept down to what an answer can use: the best of each group,
// in an order that does not depend on which chunk came back first.
import type { ChunkAnswer } from '../chunk/voice.ts';
import type { Fragment } from '../cut/fragments.ts';
import { mergeCandidates, type PlacedCandidate } from '../search/merge.ts';
import type { GroundedFinding } from '../verify/grounded.ts';
import { type AnswerKind, kindOf } from '../verify/kind-of-answer.ts';

/** Groups kept at most; pruning at four times the number that survives costs little and bounds memory at 100 MB. */
const GROUPS_KEPT = 256;
const GROUPS_MAX = 1_024;

/** One piece of evidence at its place. */
export interface PlacedFinding extends PlacedCandidate {
  /** The chunk it comes from. */
  readonly chunk: number;
  readonly path: string;
  readonly endLine: number;
  readonly endByte: number;
  readonly note: string | undefined;
}

function place(fragment: Fragment, found: GroundedFinding): PlacedFinding {
  const { finding } = found;
  return {
    file: fragment.file,
    chunk: fragment.index,
    path: fragment.span.path,
    startLine: found.startLine,
    endLine: found.endLine,
    startByte: found.startByte,
    endByte: found.endByte,
    score: finding.score,
    groupKey: finding.group ?? `${fragment.file}:${found.startByte}:${found.endByte}`,
    quote: finding.quote,
    note: finding.note,
  };
}

export class EvidencePool {
  /** Models score from 0 to 1, the engine by its own measure. */
  #kept: Record<AnswerKind, PlacedFinding[]> = { engine: [], model: [] };

  /** Its `model` is what the provider says made the findings. */
  add(fragment: Fragment, { findings, model }: ChunkAnswer): void {
    const kind = kindOf(model);
    for (const finding of findings) this.#kept[kind].push(place(fragment, finding));
    if (this.#kept[kind].length > GROUPS_MAX) this.#kept[kind] = mergeCandidates(this.#kept[kind], GROUPS_KEPT);
  }

  /** Forgets what a chunk said: its answer does not count any more. What it had crowded out does not come back. */
  remove(chunks: ReadonlySet<number>): void {
    for (const kind of ['engine', 'model'] as const)
      this.#kept[kind] = this.#kept[kind].filter(({ chunk }) => !chunks.has(chunk));
  }

  /** The best findings, each group once; scores of the engine brought to a model's scale where both took part. */
  best(limit: number): PlacedFinding[] {
    const { engine, model } = this.#kept;
    if (model.length === 0 || engine.length === 0) return mergeCandidates([...engine, ...model], limit);
    const highest = engine.reduce((most, finding) => Math.max(most, finding.score), 0) || 1;
    const scaled = engine.map((finding) => ({ ...finding, score: finding.score / highest }));
    const bounded = model.map((finding) => ({ ...finding, score: Math.min(1, Math.max(0, finding.score)) }));
    return mergeCandidates([...scaled, ...bounded], limit);
  }
}
