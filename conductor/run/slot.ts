// Asks a provider whose slot was taken, and gives the slot back with how it went.
import type { Ending, MarketChoice } from '../market/choice.ts';
import type { Market } from '../ports.ts';
import { askProvider, type ProviderQuestion } from './ask-provider.ts';
import type { RunContext } from './context.ts';
import { isPrepaid } from './prepaid-hold.ts';
import { type Outcome, Voice } from './voice.ts';

/** @throws PylonError `budget-exhausted`: others may have spent the rest of the budget meanwhile */
export async function askWithSlot(
  context: RunContext,
  market: Market,
  choice: MarketChoice,
  question: ProviderQuestion,
): Promise<Outcome> {
  const { offer } = question;
  let ending: Ending = 'failed';
  try {
    const outcome = await askProvider(context, market, question);
    if (outcome instanceof Voice) ending = 'answered';
    else if (isPrepaid(context, offer)) ending = 'lost';
    else if (outcome === 'silent') ending = 'silent';
    return outcome;
  } finally {
    choice.release(offer.provider, ending);
  }
}
