// The market of a run whose answers a validator judges: only providers whose work that validator may judge are on it.
import type { Offer } from '../../protocol/handler.ts';
import type { Market } from '../ports.ts';
import { validatorOffer } from '../run/tier-terms.ts';
import { mayJudge } from '../verify/attestation.ts';
import { narrowed } from './narrowed.ts';

const NOBODY: readonly Offer[] = [];

/** @param validator hex key. While that validator is away, nobody is on it. */
export function judgedMarket(market: Market, validator: string): Market {
  let judge: Offer | undefined;
  let offers = () => NOBODY;
  return {
    offers() {
      const found = validatorOffer(market, validator);
      // Its terms may have changed, its operator among them.
      if (found !== judge)
        offers =
          found === undefined
            ? () => NOBODY
            : narrowed(
                () => market.offers(),
                (offer) => mayJudge(found, offer),
              );
      judge = found;
      return offers();
    },
    validators: () => market.validators?.() ?? NOBODY,
    ask: (ask, options) => market.ask(ask, options),
  };
}
