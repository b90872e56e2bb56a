// Owns what a line's own form says about its fitness as an answer, whatever the words of the question: a table of
// contents points elsewhere, "how long" wants a number with a unit, "why" wants a reason.
import type { TextKind } from './kind.ts';
import type { Hint } from './plan.ts';
import type { Tuning } from './tuning.ts';

const TIME_UNIT =
  '(?:ns|us|µs|ms|msecs?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?|milliseconds?|microseconds?|nanoseconds?)';
const NUMBER_WORD =
  '(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|sixty|hundred|half)';
const DURATION = new RegExp(`(?:(?<![\\d,.])\\d[\\d,.]*|\\b${NUMBER_WORD})[\\s-]?${TIME_UNIT}\\b`, 'i');
const NUMBER = new RegExp(`\\d|\\b${NUMBER_WORD}\\b`, 'i');
const REASON =
  /\b(because|since|so that|due to|owing to|in order to|to (avoid|ensure|prevent|allow|make sure|keep|protect)|therefore|thus|hence|otherwise|as a result|ensures?|prevents?|avoids?|allows?|would|reason|cause[sd]?|rationale|motivation)\b/i;
/** A list item or line that is nothing but a link, a link definition, a comment, or a rule of a table. */
const POINTER = /^\s*(?:(?:[-*+]|\d+[.)])\s*)?(?:\[[^\]]*\]\([^)]*\)[.,;]?\s*$|\[[^\]]*\]:\s|<!--|\|?[\s|:=-]+$)/;
const HEADING = /^\s{0,3}(#{1,6}\s|=+\s*$|-+\s*$)/;

/** The factor by which a line's score is multiplied. */
export function fitness(line: string, kind: TextKind, hints: readonly Hint[], tuning: Tuning): number {
  let factor = 1;
  if (kind === 'prose') {
    if (POINTER.test(line)) factor *= tuning.pointer;
    else if (HEADING.test(line)) factor *= tuning.heading;
  }
  for (const hint of hints) {
    if (hint === 'duration' && DURATION.test(line)) factor *= tuning.duration;
    else if (hint === 'number' && kind === 'prose' && NUMBER.test(line)) factor *= tuning.number;
    else if (hint === 'reason' && kind === 'prose' && REASON.test(line)) factor *= tuning.reason;
  }
  return factor;
}
