// Which tier `--verify auto` means. Our own providers need no check. Strangers are judged by their record where others of the same
// kind can say whether they lie, and this machine can settle it; where that cannot be, it is said.
import { kindOf, kindOffered } from '../../conductor/verify/kind-of-answer.ts';
import { clusterOf, type Offer } from '../../protocol/handler.ts';
import { AUTO_TIER } from '../settings/fields.ts';
import type { RunOptions } from '../settings/run-options.ts';

/** One cannot be checked by another. */
const CLUSTERS_MIN = 2;

/**
 * The tier of a run, never `auto`.
 * @param offers of the swarm that is asked; undefined where nobody is
 * @param model of this machine's own backend
 */
export function chooseTier(
  { verify, relays }: Pick<RunOptions, 'verify' | 'relays'>,
  offers: readonly Offer[] | undefined,
  model: string,
  notice: (line: string) => void,
): string {
  if (verify !== AUTO_TIER) return verify;
  if (offers === undefined || offers.length === 0 || relays.length === 0) return 'none';
  const kind = kindOf(model);
  const clusters = new Set<string>();
  for (const offer of offers) if (kindOffered(offer) === kind) clusters.add(clusterOf(offer));
  if (clusters.size >= CLUSTERS_MIN) return 'credibility';
  notice('nobody else can check what these providers say: quotes are held against the input, no more (--verify none)');
  return 'none';
}
