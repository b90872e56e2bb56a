// Asks a provider whose slot was taken, and gives the slot back with how it went.
import type { MarketChoice } from '../market/choice.ts';
import type { Ending, PacedJob } from '../market/pace.ts';
import type { Market } from '../ports.ts';
import type { RunContext } from '../run/context.ts';
import { isPrepaid } from '../stake/prepaid-hold.ts';
import { askProvider, type ProviderQuestion } from './ask-provider.ts';
import { type Outcome, Voice } from './voice.ts';

/** A question whose time is kept. */
export interface TimedQuestion extends ProviderQuestion {
  readonly job: PacedJob;
}

/** @throws PylonError `budget-exhausted`: others may have spent the rest of the budget meanwhile */
export async function askWithSlot(
  context: RunContext,
  market: Market,
  choice: MarketChoice,
  question: TimedQuestion,
): Promise<Outcome> {
  const { offer, job, patience } = question;
  let ending: Ending = 'withdrawn';
  try {
    const outcome = await askProvider(context, market, question);
    if (outcome instanceof Voice) ending = 'answered';
    else if (isPrepaid(context, offer)) ending = 'lost';
    else if (outcome === 'silent') ending = 'silent';
    else if (patience.withdrawal === undefined) ending = 'failed';
    return outcome;
  } finally {
    job.end(ending);
    choice.release(offer.provider, ending);
  }
}
