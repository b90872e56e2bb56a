// The words that models add to their quotes. They are no evidence, but a Reducer reads them. So a note may bring in nothing
// that neither its quote nor the other's note holds, and it is believed only where another answer says the same.
import type { ExtractorOutput, Finding } from '../../protocol/signature.ts';
import { agreeJson } from './json-agreement.ts';
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

/** A note that is a record (a schema may ask for it) is compared as one. */
function readRecord(note: string): unknown {
  if (!/^\s*[{[]/.test(note)) return undefined;
  try {
    return JSON.parse(note);
  } catch {
    return undefined; // no record: words that begin with a bracket
  }
}

function saysTheSame(note: string, other: string, quote: string): boolean {
  const [record, otherRecord] = [readRecord(note), readRecord(other)];
  if (record !== undefined && otherRecord !== undefined)
    return agreeJson(record, otherRecord, { thresholds: STRICT_THRESHOLDS }).agrees;
  return agreeText(note, other, quote, STRICT_THRESHOLDS).agrees;
}

/**
 * The findings with those notes only that one of the other answers confirms: one on the same place that says the same, and that do
 * not contradict their quote. What a single provider says in its own words is not handed on. The others must agree with the
 * answer (`agree`).
 */
export function confirmNotes(findings: readonly Finding[], others: readonly ExtractorOutput[]): Finding[] {
  const places = others.flatMap((other) =>
    other.findings.map((finding) => ({ finding, place: placeOf(finding.quote) })),
  );
  return findings.map((finding): Finding => {
    const { note, ...bare } = finding;
    if (note === undefined) return finding;
    if (contradicts(note, finding.quote)) return bare;
    const own = placeOf(finding.quote);
    const isConfirmed = places.some(
      ({ finding: other, place }) =>
        other.note !== undefined && overlaps(own, place) && saysTheSame(note, other.note, finding.quote),
    );
    return isConfirmed ? finding : bare;
  });
}
