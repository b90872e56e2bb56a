// The oracle as the controller of an exploration: it writes the action language (conductor/predict/rlm/actions.ts) by the approach of the
// task, one step at a time. It keeps nothing: how far it has come it sees from the variables that the prompt names.
import type { Controller } from './oracle.ts';
import { type Action, ANSWER, computed } from './oracle-compute.ts';
import { nextOfParts, partsOf } from './oracle-parts.ts';
import { barredIn, numberedIn, type ReadPrompt } from './oracle-prompt.ts';
import type { Approach, Reader } from './task.ts';

/** Names that stand in no question and no text of a task. */
const HITS = 'oracleHits';
const FOUND = 'oracleFound';
const RECORDS = 'oracleRecords';
const EVIDENCE_MAX = 8;
const NOT_THERE = 'The text does not answer the question.';

/** What the controller was shown and may go by: the lines of observations. */
function shownIn({ material }: ReadPrompt): string[] {
  return [...barredIn(material), ...numberedIn(material).map(({ text }) => text)];
}

function finalOf(prompt: ReadPrompt, reader: Reader): Action {
  const lines = shownIn(prompt).filter((line) => reader.relevant(line));
  const answer = reader.answer(lines);
  const evidence = lines.slice(0, EVIDENCE_MAX).map((line) => ({ quote: quoteIn(line, reader) }));
  return { action: 'Final', answer: answer ?? NOT_THERE, ...(answer === undefined ? {} : { evidence }) };
}

/** The words of the input that stand in a shown line; what the kernel put before them is not the input's. */
function quoteIn(line: string, reader: Reader): string {
  return reader.quote?.(line) ?? line;
}

function next(prompt: ReadPrompt, reader: Reader, question: string, partBytes: number): Action {
  const has = (name: string) => prompt.material.includes(`"name":"${name}"`);
  const extract = (rest: Action) => ({ action: 'ExtractOverChunks', question, ...rest });
  const { approach } = reader;
  if (approach.kind === 'records') {
    const parts = partsOf(prompt.material, partBytes);
    if (parts > 1 && approach.compute.kind !== 'list')
      return nextOfParts(prompt.material, approach, { parts, partBytes, question });
    if (has(ANSWER)) return { action: 'Final', answer: `{{${ANSWER}}}` };
    return has(RECORDS)
      ? computed(approach.compute, RECORDS, has)
      : extract({ fields: approach.fields, into: RECORDS });
  }
  if (approach.kind === 'search' && !has(HITS)) return searchOf(approach);
  const isShown = shownIn(prompt).some((line) => reader.relevant(line));
  if (isShown || has(FOUND)) return finalOf(prompt, reader);
  return extract({ into: FOUND });
}

function searchOf({ mode, text }: Extract<Approach, { kind: 'search' }>): Action {
  return { action: 'Search', mode, text: text.slice(0, 512), max: EVIDENCE_MAX, into: HITS };
}

/** @param partBytes records of so many bytes are asked for at a time: the kernel's tables have a bound */
export function controllerOf(partBytes: number): Controller {
  return (prompt, reader, question) => JSON.stringify(next(prompt, reader, question, partBytes));
}

/** 190,000 records of the made suites; a table takes 200,000 (conductor/predict/rlm/vars/table.ts). */
const PART_BYTES = 17_000_000;

export const control: Controller = controllerOf(PART_BYTES);
