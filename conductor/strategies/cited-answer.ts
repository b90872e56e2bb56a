// An answer of a model with its quotes, held against what it was shown: what stands there becomes a citation, what does not is dropped,
// and the marks of the answer are numbered anew.
import type { LongContextQaOutput } from '../../protocol/long-context-qa.ts';
import type { Corpus } from '../ports.ts';
import { type Citation, cite } from '../run/cite.ts';
import { readMarks } from '../signatures/marks.ts';
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
  for (const [index, { quote, line }] of evidence.entries()) {
    const place = shown.find(quote, line);
    if (place === undefined) continue;
    const key = `${place.file}:${place.startByte}:${place.endByte}`;
    const known = byPlace.get(key);
    if (known === undefined) citations.push(await cite(corpus, place, citations.length + 1));
    byPlace.set(key, known ?? citations.length);
    numbers.set(index + 1, known ?? citations.length);
  }
  const read = readMarks(answer, (n) => numbers.get(n));
  return { output: read.answer.trim() === '' ? answer : read.answer.trim(), citations };
}
