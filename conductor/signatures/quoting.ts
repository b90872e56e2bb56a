// What a model quotes from several numbered texts, or from one: the exact words are taken from the text, and what is not there is
// dropped, with its marks.
import { CITATIONS_MAX, QUOTE_CHARS_MAX } from '../../protocol/limits.ts';
import type { Quoted } from '../../protocol/long-context.ts';
import { cutQuote } from '../predict/fit.ts';
import { readNumbers, readText } from './lenient.ts';
import { QuoteLocator } from './locate.ts';
import { renumberMarks } from './marks.ts';

/** Quotes read of one answer, those that are made up included. */
const READ_MAX = 4 * CITATIONS_MAX;

/** A text that may be quoted. */
export interface Passage {
  /** Its own number, where texts are shown with numbers; absent where there is only one. */
  readonly n?: number;
  readonly reference?: string;
  readonly text: string;
}

export interface QuotedAnswer {
  /** The answer, its marks naming what `evidence` holds. */
  readonly answer: string;
  readonly evidence: readonly Quoted[];
  /** Quotes that stand nowhere. */
  readonly invented: number;
}

/**
 * Of one text the quotes are numbered anew, in their order; of several each has the number of its text.
 * @param items the model's list: `{n, line, quote}` or just the words
 */
export function readQuotes(answer: string, items: readonly unknown[], passages: readonly Passage[]): QuotedAnswer {
  const sources = passages.map((passage) => ({ passage, locator: new QuoteLocator(passage.text) }));
  const evidence: Quoted[] = [];
  const numbers = new Map<number, number>();
  const places = new Set<string>();
  let invented = 0;
  for (const [index, item] of items.slice(0, READ_MAX).entries()) {
    const quote = typeof item === 'string' ? item : (readText(item, 'quote') ?? '');
    const [said = index + 1] = readNumbers(item, 'n');
    const [line] = readNumbers(item, 'line');
    const found = locate(sources, quote, said, line);
    if (found === undefined) {
      invented++;
      continue;
    }
    const { passage, locator, start, end } = found;
    const n = passage.n ?? evidence.length + 1;
    const place = `${sources.findIndex((source) => source.passage === passage)} ${start} ${end}`;
    if (places.has(place) || evidence.length >= CITATIONS_MAX) continue;
    places.add(place);
    numbers.set(passage.n ?? said, n);
    const reference = passage.reference === undefined ? {} : { reference: passage.reference };
    const at = passage.n === undefined ? { line: locator.lineAt(start) } : {};
    evidence.push({ n, quote: cutQuote(passage.text.slice(start, end), QUOTE_CHARS_MAX), ...reference, ...at });
  }
  // Evidence that is marked but not quoted is still evidence: its number is that of a text that is there.
  const known = new Set(passages.flatMap(({ n }) => n ?? []));
  const numberOf = (n: number) => numbers.get(n) ?? (known.has(n) ? n : undefined);
  return { answer: renumberMarks(answer, numberOf).text.trim(), evidence, invented };
}

interface Source {
  readonly passage: Passage;
  readonly locator: QuoteLocator;
}

/** In the text that is named, else in any. */
function locate(sources: readonly Source[], quote: string, said: number, line: number | undefined) {
  if (quote.trim() === '') return undefined;
  const named = sources.find(({ passage }) => passage.n === said);
  const hint = line === undefined || line < 1 ? undefined : line;
  for (const source of named === undefined ? sources : [named, ...sources]) {
    const place = source.locator.find(quote, hint);
    if (place !== undefined) return { ...source, ...place };
  }
  return undefined;
}
