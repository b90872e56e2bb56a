// How far a provider trusts a customer (docs/protocol.md): a little at first, more with what it has paid, less by what
// it would not acknowledge. Pure arithmetic over what the book says.
import type { Standing } from '../../../ledger/book/receivables.ts';

/**
 * The line grows with what was paid, to at most this many times the first one: at the default of 50 sats that is 1,000, the
 * default budget of a run, so a good payer is never stopped in the middle of one. It is also the most that one key can run away with.
 */
const GROWTH_MAX = 20;
/**
 * What a customer would not acknowledge weighs this many times what it paid. An honest one disputes a little with every run,
 * the answers that crossed its cancels: a twentieth or so, and its credit grows all the same. Who disputes more than a tenth loses it.
 */
const DISPUTE_WEIGHT = 10;

/** The most a customer may owe, in msat. A base of 0 is prepayment: the line never grows. */
export function creditLineMsat({ receivedMsat, disputedMsat }: Standing, baseMsat: number): number {
  const earned = baseMsat + receivedMsat - DISPUTE_WEIGHT * disputedMsat;
  return Math.max(0, Math.min(baseMsat * GROWTH_MAX, earned));
}

/** How much more work the customer can have before it must pay, in msat; below zero when it owes too much already. */
export function roomMsat(standing: Standing, baseMsat: number): number {
  return creditLineMsat(standing, baseMsat) + standing.advanceMsat - standing.dueMsat;
}

/**
 * What the customer is asked for so that it can have work for `wantedMsat`: all it owes, or what is missing where that is more.
 * @returns the least that is enough, and what is asked for
 */
export function wantedPayment(
  standing: Standing,
  baseMsat: number,
  wantedMsat: number,
): { readonly leastMsat: number; readonly amountMsat: number } {
  const leastMsat = wantedMsat - roomMsat(standing, baseMsat);
  return { leastMsat, amountMsat: Math.max(standing.dueMsat, leastMsat) };
}
