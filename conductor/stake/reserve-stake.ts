// Which way a sub-query is paid: in escrow where the run asks for it, in advance where the provider gives no credit, else on
// credit.
import type { Offer } from '../../protocol/handler.ts';
import type { RunContext } from '../run/context.ts';
import { EscrowHold } from './escrow-hold.ts';
import { Hold } from './hold.ts';
import { isPrepaid, PrepaidHold } from './prepaid-hold.ts';
import type { Stake, StakedJob } from './stake.ts';

/** Sets its price aside. @throws PylonError `budget-exhausted` when the run cannot afford it; nothing is held then */
export function reserveStake(context: RunContext, offer: Offer, job: StakedJob): Promise<Stake> {
  const { ahead, request } = context;
  if (ahead !== undefined && request.config.escrow === true && job.priceMsat > 0)
    return EscrowHold.reserve(context, ahead, job);
  if (ahead !== undefined && isPrepaid(context, offer)) return PrepaidHold.reserve(context, ahead, job);
  return Hold.reserve(context, job.queryId, job.priceMsat);
}
