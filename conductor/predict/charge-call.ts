// A call of a model is charged whole or not at all: what was counted as a call without being one would be a lie in the receipt.
import type { Meter, MeteredLimit } from './options.ts';

/**
 * Charges a call, whatever else it counts as, and as many characters of its answer as are left of those wanted.
 * @returns the characters that were charged, at least 1
 * @throws PylonError `budget-limit-reached`; nothing is charged then
 */
export function chargeCall(meter: Meter, charsWanted: number, also: readonly MeteredLimit[] = []): number {
  const chars = meter.take('maxOutputChars', charsWanted);
  const charged: MeteredLimit[] = [];
  try {
    for (const kind of [...also, 'maxLmCalls'] as const) {
      meter.charge(kind);
      charged.push(kind);
    }
    return chars;
  } catch (refused) {
    meter.giveBack('maxOutputChars', chars);
    for (const kind of charged) meter.giveBack(kind, 1);
    throw refused;
  }
}
