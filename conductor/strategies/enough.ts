// How many chunks end the asking early.
import { type Quorum, quorumTarget } from '../../protocol/quorum.ts';
import { type Cutting, fragmentsOf } from '../cut/fragments.ts';
import type { RunContext } from '../run/context.ts';

/** Only a fraction needs the chunks counted beforehand. */
export async function enoughFor(quorum: Quorum, context: RunContext, cutting: Cutting): Promise<number> {
  if (quorum.kind === 'count') return quorum.count;
  if (quorum.kind !== 'fraction') return Number.POSITIVE_INFINITY;
  let chunks = 0;
  for await (const _fragment of fragmentsOf(context.request.corpus, cutting)) chunks++;
  return quorumTarget(quorum, chunks);
}
