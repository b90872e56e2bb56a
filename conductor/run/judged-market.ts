// The market of a run whose answers a validator judges: only providers whose work that validator may judge are on it.
import type { Offer } from '../../protocol/handler.ts';
import type { Market } from '../ports.ts';
import { mayJudge } from '../verify/attestation.ts';
import { validatorOffer } from './tier-terms.ts';

/** @param validator hex key. While that validator is away, nobody is on it. */
export function judgedMarket(market: Market, validator: string): Market {
  let all: readonly Offer[] | undefined;
  let judge: Offer | undefined;
  let judged: readonly Offer[] = [];
  return {
    offers() {
      const [offers, found] = [market.offers(), validatorOffer(market, validator)];
      // Made anew only when something changed: every chunk asks for it, and there may be many providers.
      if (offers !== all || found !== judge) {
        judged = found === undefined ? [] : offers.filter((offer) => mayJudge(found, offer));
        [all, judge] = [offers, found];
      }
      return judged;
    },
    validators: () => market.validators?.() ?? [],
    ask: (ask, options) => market.ask(ask, options),
  };
}
