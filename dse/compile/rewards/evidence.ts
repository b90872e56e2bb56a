// What an answer stands on: its quotes must be in the input letter for letter (grounding) and be those that were expected (coverage).
// Words of the answer itself are not looked at: those are for exact JSON, or for a judge.
import { preview } from '../../../protocol/text.ts';
import { feedbackOf, type Reward } from './reward.ts';

/** A quote covers another one that it is a part of from this share of it on. */
const PART_MIN = 0.5;
const QUOTE_CHARS_SHOWN = 160;

/** The texts under members named `quote`, wherever they stand. */
function quotesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'quote' && typeof member === 'string' ? [member.trim()] : quotesOf(member),
  );
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function covers(quote: string, wanted: string): boolean {
  return quote.includes(wanted) || (wanted.includes(quote) && quote.length >= PART_MIN * wanted.length);
}

/** The harmonic mean of grounding and coverage; where no quote was expected, 1 for none and 0 for any. */
export const EVIDENCE: Reward = {
  callsEach: 0,
  of({ inputJson, expectedJson }, output) {
    const [expected, given, texts] = [quotesOf(expectedJson), quotesOf(output), textsOf(inputJson)];
    if (expected.length === 0)
      return given.length === 0
        ? { reward: 1, feedback: '' }
        : { reward: 0, feedback: 'there is nothing to quote, and something was quoted' };
    if (given.length === 0) return { reward: 0, feedback: 'nothing was quoted' };
    const grounded = given.filter((quote) => quote !== '' && texts.some((text) => text.includes(quote)));
    const covered = expected.filter((wanted) => grounded.some((quote) => covers(quote, wanted)));
    const [grounding, coverage] = [grounded.length / given.length, covered.length / expected.length];
    const reward = grounding + coverage === 0 ? 0 : (2 * grounding * coverage) / (grounding + coverage);
    const shown = (quotes: readonly string[], what: string) =>
      quotes.map((quote) => `${what}: ${preview(quote, QUOTE_CHARS_SHOWN)}`);
    const invented = given.filter((quote) => !grounded.includes(quote));
    const missed = expected.filter((quote) => !covered.includes(quote));
    return { reward, feedback: feedbackOf([...shown(invented, 'not in the input'), ...shown(missed, 'not quoted')]) };
  },
};
