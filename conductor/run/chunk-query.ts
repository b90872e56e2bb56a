// One chunk until it is answered: a provider, on failure another one, in the end the local backend with
// the chunk's text. One failed chunk never waits for the total timeout.
import { PylonError } from '../../protocol/errors.ts';
import type { Offer } from '../../protocol/handler.ts';
import { ATTEMPTS_MAX } from '../../protocol/limits.ts';
import type { MarketChoice } from '../market/choice.ts';
import type { Market } from '../ports.ts';
import type { RunContext } from './context.ts';
import type { Fragment } from './fragments.ts';
import { isPrepaid } from './prepaid-hold.ts';
import { askLocal, askProvider, type ChunkAnswer, type Outcome } from './sub-query.ts';

/** What became of a chunk; `unaffordable` when no provider can be paid for it from what is left of the budget. */
export type ChunkOutcome = ChunkAnswer | 'unanswered' | 'unaffordable';

interface SwarmOutcome {
  readonly outcome: ChunkAnswer | 'unaffordable' | 'given-up';
  readonly attempts: number;
  readonly reason: string;
}

/** Asks a provider whose slot is taken, and gives the slot back. Others may have spent the rest of the budget meanwhile. */
async function askWithSlot(
  context: RunContext,
  choice: MarketChoice,
  market: Market,
  fragment: Fragment,
  offer: Offer,
  attempt: number,
): Promise<Outcome | 'unaffordable'> {
  let standing: 'answered' | 'failed' | 'silent' | 'lost' = 'failed';
  try {
    const outcome = await askProvider(context, market, fragment, offer, attempt);
    if (typeof outcome === 'object') standing = 'answered';
    else if (isPrepaid(context, offer)) standing = 'lost';
    else if (outcome === 'silent') standing = 'silent';
    return outcome;
  } catch (thrown) {
    if (thrown instanceof PylonError && thrown.code === 'budget-exhausted') return 'unaffordable';
    throw thrown;
  } finally {
    choice.release(offer.provider, standing);
  }
}

/** A provider wants what it is owed before it goes on. @returns true when it has it, so that it can be asked again */
async function payFirst({ payer, request, emitter }: RunContext, provider: string): Promise<boolean> {
  if (payer === undefined) return false;
  return payer.payProvider(provider, request.runId, (fact, operation) => emitter.emit(fact, operation));
}

async function askSwarm(context: RunContext, choice: MarketChoice, fragment: Fragment): Promise<SwarmOutcome> {
  const { market, book, signal, request } = context;
  const tried = new Set<string>();
  let reason = 'no-providers';
  for (let attempt = 0; attempt < ATTEMPTS_MAX && market !== undefined && !signal.aborted; attempt++) {
    const wanted = { chars: fragment.text.length, bytes: fragment.textBytes.length, tried };
    const offer = await choice.take({ ...wanted, affordableMsat: book.affordableMsat(request.runId) }, signal);
    if (offer === undefined) {
      const priced = choice.fitsAnyBudget(wanted);
      if (priced) return { outcome: 'unaffordable', attempts: attempt, reason: 'budget-exhausted' };
      break;
    }
    tried.add(offer.provider);
    const outcome = await askWithSlot(context, choice, market, fragment, offer, attempt);
    if (outcome === 'unaffordable') return { outcome, attempts: attempt, reason: 'budget-exhausted' };
    if (typeof outcome === 'object') return { outcome, attempts: attempt + 1, reason: '' };
    if (outcome === 'unpaid' && (await payFirst(context, offer.provider))) tried.delete(offer.provider);
    reason = outcome === 'silent' ? 'job-timeout' : 'job-failed';
  }
  return { outcome: 'given-up', attempts: tried.size, reason };
}

/** Asks until answered or given up. Never throws for what a provider did; a bug in between is not swallowed. */
export async function askChunk(
  context: RunContext,
  choice: MarketChoice | undefined,
  fragment: Fragment,
): Promise<ChunkOutcome> {
  let attempts = 0;
  if (choice !== undefined) {
    const swarm = await askSwarm(context, choice, fragment);
    if (swarm.outcome !== 'given-up') return swarm.outcome;
    if (context.signal.aborted) return 'unanswered';
    attempts = swarm.attempts;
    void context.emitter.emit({ type: 'FallbackLocal', chunk: fragment.index, reason: swarm.reason });
  }
  const outcome = await askLocal(context, fragment, attempts);
  return typeof outcome === 'object' ? outcome : 'unanswered';
}
