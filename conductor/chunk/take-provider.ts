// Whom a chunk goes to: the market's choice, unless its turn is used for a canary; then it is somebody else's.
import type { Offer } from '../../protocol/handler.ts';
import type { MarketChoice, Wanted } from '../market/choice.ts';
import type { Market } from '../ports.ts';
import type { RunContext } from '../run/context.ts';

/** Canaries sent on the way to one voice: in a swarm of strangers a chunk must not wait until all of them have been tested. */
const DIVERTED_MAX = 3;

/** The provider to ask, and a slot taken with it; undefined when nobody fits at all. */
export async function takeProvider(
  context: RunContext,
  market: Market,
  choice: MarketChoice,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Offer | undefined> {
  const { canaries } = context;
  if (canaries === undefined) return choice.take(wanted, signal);
  for (let diverted = 0; diverted < DIVERTED_MAX; diverted++) {
    const isBanned = (provider: string) => canaries.isTested(provider) || wanted.isBanned?.(provider) === true;
    const offer = await choice.take({ ...wanted, isBanned }, signal);
    if (offer === undefined) break;
    if (signal.aborted || !canaries.divert(context, market, choice, offer)) return offer;
  }
  return choice.take(wanted, signal);
}
