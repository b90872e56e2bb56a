// When a run pays in escrow: what it needs for that, and who is asked. Nobody who would have to be trusted is.
import { PylonError } from '../../protocol/errors.ts';
import type { Offer } from '../../protocol/handler.ts';
import { ESCROW_SECONDS_MAX, EXPIRATION_SLACK_SECONDS } from '../../protocol/limits.ts';
import { narrowed } from '../chunk/narrowed.ts';
import type { Market } from '../ports.ts';
import type { ConductorPorts, RunRequest } from '../run/context.ts';

const NOBODY: readonly Offer[] = [];

/** Refuses an escrow that cannot be had. @throws PylonError `wallet-missing` | `option-invalid` */
export function checkEscrow({ config }: RunRequest, { market, ahead }: ConductorPorts): void {
  if (config.escrow !== true || market === undefined) return;
  if (ahead === undefined) throw new PylonError('wallet-missing', { value: '--escrow' });
  if (config.public)
    throw new PylonError('option-invalid', {
      value: '--escrow --public',
      reason: 'a job in the open cannot be paid in escrow',
      next: 'leave one of the two out',
    });
  const secondsMax = ESCROW_SECONDS_MAX - EXPIRATION_SLACK_SECONDS;
  if (config.timeout_ms > secondsMax * 1_000)
    throw new PylonError('option-invalid', {
      value: `--timeout ${config.timeout_ms / 1_000}`,
      reason: `money waits in escrow for at most ${secondsMax} s`,
      next: 'lower --timeout, or ask without --escrow',
    });
}

/**
 * Those who take their price in escrow, or none at all.
 * @throws PylonError `escrow-unavailable` when there are others only: none of them is asked instead
 */
export function escrowMarket(market: Market): Market {
  const takesEscrow = (offer: Offer) => offer.escrow === true || offer.base_msat + offer.msat_per_1k_chars === 0;
  const offers = narrowed(() => market.offers(), takesEscrow);
  const validators = narrowed(() => market.validators?.() ?? NOBODY, takesEscrow);
  if (offers().length === 0 && market.offers().length > 0) throw new PylonError('escrow-unavailable');
  return { offers, validators, ask: (ask, options) => market.ask(ask, options) };
}
