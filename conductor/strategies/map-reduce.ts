// `map_reduce.v1`: the run's question to every chunk of the input, or to as many as the budget buys, until the quorum holds; then the
// best of what they say becomes one answer.
import { PylonError } from '../../protocol/errors.ts';
import { type Quorum, quorumTarget } from '../../protocol/quorum.ts';
import { type Cutting, fragmentsOf } from '../cut/fragments.ts';
import { selectFragments } from '../cut/select.ts';
import type { RunContext } from '../run/context.ts';
import { QUORUM_REACHED } from '../run/ending.ts';
import { EvidencePool } from '../run/evidence.ts';
import { reduce } from '../run/reduce.ts';
import type { Outcome, Walk } from './strategy.ts';

/** How many chunks end the asking early. Only a fraction needs them counted beforehand. */
async function enoughFor(quorum: Quorum, context: RunContext, cutting: Cutting): Promise<number> {
  if (quorum.kind === 'count') return quorum.count;
  if (quorum.kind !== 'fraction') return Number.POSITIVE_INFINITY;
  let chunks = 0;
  for await (const _fragment of fragmentsOf(context.request.corpus, cutting)) chunks++;
  return quorumTarget(quorum, chunks);
}

export async function mapReduce({ context, surveyed, quorum, ending, fanOut }: Walk): Promise<Outcome> {
  const cutting = { chunkBytes: context.request.config.chunk_size, kindOf: surveyed.kindOf };
  const { chosen } = await selectFragments(context, cutting, surveyed.plan);
  const enough = await enoughFor(quorum, context, cutting);
  const onCovered = (covered: number) => {
    if (covered >= enough) ending.end(QUORUM_REACHED);
  };
  const pool = new EvidencePool();
  const tally = await fanOut.ask({ question: context.question, cutting, chosen, gathering: pool, onCovered });
  const ended = quorum.kind === 'best-effort' && ending.fault?.code === 'deadline-passed' ? undefined : ending.fault;
  const shortfall = ended ?? tally.shortfall(quorum, context.faults.usual());
  if (tally.answered === 0) throw shortfall ?? new PylonError('no-answer');
  const { output, spanRefs, fault } = await reduce(context, pool);
  return { output, spanRefs, fault: shortfall ?? fault };
}
