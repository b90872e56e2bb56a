// `map_reduce.v1`: the run's question to every chunk of the input, or to as many as the budget buys, until the quorum holds; then the
// best of what they say becomes one answer.
import { PylonError } from '../../protocol/errors.ts';
import type { RunConfig } from '../../protocol/run.ts';
import type { Cutting } from '../cut/fragments.ts';
import { selectFragments } from '../cut/select.ts';
import type { Survey } from '../cut/survey.ts';
import { QUORUM_REACHED } from '../run/ending.ts';
import { EvidencePool } from '../run/evidence.ts';
import { reduce } from '../run/reduce.ts';
import { enoughFor } from './enough.ts';
import type { Outcome, Walk } from './strategy.ts';

/** How the input of a run is cut. */
export function cuttingOf(
  { chunk_size: chunkBytes, overlap_lines: overlapLines }: RunConfig,
  { kindOf }: Pick<Survey, 'kindOf'>,
): Cutting {
  return { chunkBytes, kindOf, ...(overlapLines === undefined ? {} : { overlapLines }) };
}

export async function mapReduce({ context, surveyed, quorum, ending, fanOut }: Walk): Promise<Outcome> {
  const cutting = cuttingOf(context.request.config, surveyed);
  const { chosen, leftOut } = await selectFragments(context, cutting, surveyed.ranking);
  const enough = await enoughFor(quorum, context, cutting);
  const onCovered = (covered: number) => {
    if (covered >= enough) ending.end(QUORUM_REACHED);
  };
  const pool = new EvidencePool();
  const { tally, stopped } = await fanOut.ask({
    question: context.question,
    cutting,
    chosen,
    gathering: pool,
    onCovered,
  });
  const ended = quorum.kind === 'best-effort' && ending.fault?.code === 'deadline-passed' ? undefined : ending.fault;
  const shortfall = ended ?? stopped ?? tally.shortfall(quorum, context.faults.usual(), leftOut);
  if (tally.answered === 0) throw shortfall ?? new PylonError('no-answer');
  if (shortfall?.code === 'budget-exhausted') context.thread?.budget.noteHit('maxMsat');
  if (shortfall?.code === 'deadline-passed') context.thread?.budget.noteHit('maxTimeMs');
  const { output, citations, fault } = await reduce(context, pool);
  return { output, citations, fault: shortfall ?? fault };
}
