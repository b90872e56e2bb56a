// The words that models add to their quotes. They are no evidence, but a Reducer reads them: so notes on the same quote must
// not contradict each other, and a note that nobody confirms may say nothing that its quote does not hold.
import type { Finding } from '../../protocol/signature.ts';
import { compareReadings, TEXT_THRESHOLDS } from './text-agreement.ts';
import { unfounded } from './wording/gates.ts';
import { type Reading, readText } from './wording/reading.ts';

/** Least share of its content words that a note and the other's note, or the quotes, have in common. */
export const NOTE_SHARE_MIN = 0.2;

/** What is wrong with a note on a quote that the other answer does not have. */
export function loneNoteFault({ quote, note }: Finding): string | undefined {
  return note === undefined ? undefined : unfounded(readText(note), readText(quote));
}

/** What is wrong between the notes on one quote; undefined when they go together. */
export function noteFault(left: Finding, right: Finding): string | undefined {
  if (left.note === right.note) return undefined;
  const quote = readText(left.quote === right.quote ? left.quote : `${left.quote}\n${right.quote}`);
  if (left.note === undefined || right.note === undefined) return unfounded(readText(left.note ?? right.note!), quote);
  return readingsFault(readText(left.note), readText(right.note), quote);
}

function readingsFault(left: Reading, right: Reading, quote: Reading): string | undefined {
  const { fault, share, exchange } = compareReadings(left, right, quote);
  if (fault !== undefined) return fault;
  if (share < NOTE_SHARE_MIN) return 'the notes are about something else';
  return exchange > TEXT_THRESHOLDS.exchangeMax ? 'two things have changed places' : undefined;
}
