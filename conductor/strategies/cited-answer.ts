// An answer of a model with its quotes, held against what it was shown: what stands there becomes a citation, what does not is dropped,
// and the marks of the answer are numbered anew.
import type { LongContextQaOutput } from '../../protocol/long-context.ts';
import type { Corpus } from '../ports.ts';
import { type Citation, cite } from '../run/cite.ts';
import { renumberMarks } from '../signatures/marks.ts';
import type { Shown } from './shown.ts';
import type { Outcome } from './strategy.ts';

/** @throws PylonError `input-changed` when what was shown is no longer in the file */
export async function citedAnswer(
  corpus: Corpus,
  { answer, evidence }: LongContextQaOutput,
  shown: Shown,
): Promise<Outcome> {
  const numbers = new Map<number, number>();
  const byPlace = new Map<string, number>();
  const citations: Citation[] = [];
  for (const { n, quote, line } of evidence) {
    const place = shown.find(quote, line);
    if (place === undefined) continue;
    const key = `${place.file}:${place.startByte}:${place.endByte}`;
    const known = byPlace.get(key);
    if (known === undefined) citations.push(await cite(corpus, place, citations.length + 1));
    byPlace.set(key, known ?? citations.length);
    numbers.set(n, known ?? citations.length);
  }
  const text = renumberMarks(answer, (n) => numbers.get(n)).text.trim();
  return { output: text === '' ? answer : text, citations };
}
