// Whether a run ranks its input: then statistics of the whole are read before the first chunk is asked. A model reads what it is given,
// and on ten megabytes those statistics cost more than everything else that this node does.
import { parseVerification } from '../../protocol/policy.ts';
import type { RunConfig } from '../../protocol/run.ts';
import type { QueryAnalysis } from '../search/query.ts';
import { kindOf, kindOffered } from '../verify/kind-of-answer.ts';
import type { ConductorPorts } from './context.ts';

/** False where everybody who may be asked is a model, and nothing is to be counted. */
export function ranksInput(
  { local, market }: Pick<ConductorPorts, 'local' | 'market'>,
  { verification }: Pick<RunConfig, 'verification'>,
  { hints }: QueryAnalysis,
): boolean {
  if (kindOf(local.name) === 'engine' || hints.includes('count')) return true;
  if (parseVerification(verification).kind === 'validated') return true; // a validator may rank, too
  return (market?.offers() ?? []).some((offer) => kindOffered(offer) !== 'model');
}
