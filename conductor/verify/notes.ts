// The words that models add to their quotes. They are no evidence, but a Reducer reads them. So a note may bring in nothing
// that neither its quote nor the other's note holds, and it is believed only where another answer says the same.
import type { ExtractorOutput, Finding } from '../../protocol/signature.ts';
import { overlaps, placeOf } from './quotes.ts';
import { agreeText, contradicts, STRICT_THRESHOLDS } from './text-agreement.ts';
import { unfounded } from './wording/gates.ts';
import { readText } from './wording/reading.ts';

/** What a note brings in that nobody gave: numbers, identifiers, names, orders. `others`: findings on the same place. */
export function noteFault({ quote, note }: Finding, others: readonly Finding[]): string | undefined {
  if (note === undefined || others.some((other) => other.note === note)) return undefined;
  const sources = [quote, ...others.flatMap((other) => [other.quote, other.note ?? ''])];
  return unfounded(readText(note), readText(sources.join('\n')));
}

/**
 * The answer with those notes only that one of the other answers confirms: one on the same place that says the same, and that do not contradict their quote. What a
 * single provider says in its own words is not handed on. The others must agree with the answer (`agree`).
 */
export function confirmNotes(answer: ExtractorOutput, others: readonly ExtractorOutput[]): ExtractorOutput {
  const places = others.flatMap(({ findings }) =>
    findings.map((finding) => ({ finding, place: placeOf(finding.quote) })),
  );
  const findings = answer.findings.map((finding): Finding => {
    const { note, ...bare } = finding;
    if (note === undefined) return finding;
    if (contradicts(note, finding.quote)) return bare;
    const own = placeOf(finding.quote);
    const isConfirmed = places.some(
      ({ finding: other, place }) =>
        other.note !== undefined &&
        overlaps(own, place) &&
        agreeText(note, other.note, finding.quote, STRICT_THRESHOLDS).agrees,
    );
    return isConfirmed ? finding : bare;
  });
  return { findings };
}
