// When two quotes of one chunk are the same evidence: they share a line, or one stands inside the other. Models quote the
// same place more or less widely.

/** A shorter piece stands in too many places to tell one from another. */
const PIECE_CHARS_MIN = 8;

const squeeze = (text: string) => text.replace(/\s+/g, ' ').trim();

/** The lines of a quote that are long enough to tell the place. */
function linesOf(quote: string): string[] {
  return quote
    .split('\n')
    .map(squeeze)
    .filter((line) => line.length >= PIECE_CHARS_MIN);
}

/** A quote made ready to be compared with many. */
export interface QuotePlace {
  readonly whole: string;
  readonly lines: readonly string[];
}

export function placeOf(quote: string): QuotePlace {
  return { whole: squeeze(quote), lines: quote.includes('\n') ? linesOf(quote) : [squeeze(quote)] };
}

/** Whether two quotes are the same evidence. */
export function overlaps(one: QuotePlace, other: QuotePlace): boolean {
  if (one.whole === other.whole) return true;
  const [shorter, longer] = one.whole.length < other.whole.length ? [one, other] : [other, one];
  if (shorter.whole.length >= PIECE_CHARS_MIN && longer.whole.includes(shorter.whole)) return true;
  if (one.lines.length < 2 && other.lines.length < 2) return false;
  return one.lines.some((line) => line.length >= PIECE_CHARS_MIN && other.lines.includes(line));
}
