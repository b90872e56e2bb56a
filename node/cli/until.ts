// A time of day as the moment at which it comes next, by the clock on the wall of this machine.
import { PylonError } from '../../protocol/errors.ts';

/**
 * @param text as 07:00 @param nowMs unix milliseconds
 * @returns unix milliseconds, within the next day
 * @throws PylonError `option-invalid`
 */
export function nextTimeOfDay(text: string, nowMs: number): number {
  const [, hours, minutes] = text.match(/^([01]?\d|2[0-3]):([0-5]\d)$/) ?? [];
  if (hours === undefined || minutes === undefined)
    throw new PylonError('option-invalid', { value: text, reason: '--until must be a time of day, as 07:00' });
  const at = new Date(nowMs);
  at.setHours(Number(hours), Number(minutes), 0, 0);
  if (at.getTime() <= nowMs) at.setDate(at.getDate() + 1);
  return at.getTime();
}
