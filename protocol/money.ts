// Money is integer millisatoshi in code and sats at the edges. A value of type Msat can only be
// made here, so arithmetic on anything fractional, negative or beyond 2^53-1 cannot compile or run.
import { PylonError } from './errors.ts';

declare const msatBrand: unique symbol;

/** A whole, non-negative number of millisatoshi, at most 2^53-1. */
export type Msat = number & { readonly [msatBrand]: true };

/** The one constructor. @throws PylonError `money-invalid` */
export function msat(value: number): Msat {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new PylonError('money-invalid', {
      value: String(value),
      reason: 'an amount is a whole number of msat, 0 to 2^53-1',
    });
  }
  return value as Msat;
}

export const ZERO_MSAT = msat(0);

/** Whole sats to msat. @throws PylonError `money-invalid` */
export function satsToMsat(sats: number): Msat {
  return msat(msat(sats) * 1000);
}

/** Msat to sats for people and records; keeps the fraction. */
export function msatToSats(amount: Msat): number {
  return amount / 1000;
}

/** Sum; refuses to pass 2^53-1. */
export function addMsat(left: Msat, right: Msat): Msat {
  return msat(left + right);
}

/** Difference; refuses to go below zero. */
export function subtractMsat(left: Msat, right: Msat): Msat {
  return msat(left - right);
}
