// Whether the citations of an answer carry what it says, without a model: what stands in a quote word for word does, and what is told in
// other words does when it brings in nothing, denies nothing, and speaks mostly of what the quotes speak of. It refuses what is merely true.
import { contradicts } from '../../conductor/verify/text-agreement.ts';
import { toldBy } from '../../conductor/verify/wording/coverage.ts';
import { unfounded } from '../../conductor/verify/wording/gates.ts';
import { READING_CHARS_MAX, readText } from '../../conductor/verify/wording/reading.ts';
import { isContent } from '../../conductor/verify/wording/roots.ts';
import type { ExplorationOutput } from '../../protocol/rlm-trace.ts';

/** Of the content words of an answer, those that its quotes or its question must have, too: more than half of what it says. */
const TOLD_MIN = 0.6;
const MARKS = / ?\[\d{1,6}\](?![\p{L}\p{N}_:(])/gu;

const folded = (text: string) => text.replace(/\s+/g, ' ').trim();

/** What of the answer is not carried, in words; undefined where all is. */
export function uncarried(query: string, { answer, evidence }: ExplorationOutput): string | undefined {
  const quotes = evidence.map(({ quote }) => folded(quote));
  const isQuoted = (line: string) => quotes.some((quote) => quote.includes(line.replace(/…$/, '').trim()));
  const rest = answer
    .split('\n')
    .map((line) => folded(line.replace(MARKS, '')))
    .filter((line) => line !== '' && !isQuoted(line))
    .join('\n');
  if (rest === '') return undefined;
  const source = [query, ...evidence.map(({ quote }) => quote)].join('\n');
  if (Math.max(rest.length, source.length) > READING_CHARS_MAX)
    return 'the answer is too long to be compared with what it cites';
  const [said, given] = [readText(rest), readText(source)];
  const invented = unfounded(said, given);
  if (invented !== undefined) return invented;
  if (contradicts(rest, evidence.map(({ quote }) => quote).join('\n'))) return 'the answer contradicts what it cites';
  const words = said.tokens.filter(isContent);
  const told = words.filter(toldBy(given));
  if (words.length > 0 && told.length / words.length < TOLD_MIN)
    return `of ${words.length} words of the answer ${told.length} stand in what it cites`;
  return undefined;
}
