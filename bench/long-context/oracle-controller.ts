// The oracle as the controller of an exploration: it writes the action language (conductor/predict/rlm/actions.ts) by the approach of the
// task, one step at a time. It keeps nothing: how far it has come it sees from the variables that the prompt names.
import { barredIn, numberedIn, type ReadPrompt } from './oracle-prompt.ts';
import type { Approach, Computation, Condition, Reader } from './task.ts';

/** Names that stand in no question and no text of a task. */
const HITS = 'oracleHits';
const FOUND = 'oracleFound';
const RECORDS = 'oracleRecords';
const FIRST = 'oracleFirst';
const ANSWER = 'oracleAnswer';
const EVIDENCE_MAX = 8;
const NOT_THERE = 'The text does not answer the question.';

type Action = Readonly<Record<string, unknown>>;

function whereOf(conditions: readonly Condition[]): Action[] {
  return conditions.map((one) =>
    'is' in one
      ? { field: one.field, is: '=', value: one.is }
      : { field: one.field, is: 'between', value: [one.from, one.to] },
  );
}

/** What comes after the records are there; `has` tells which variables are. */
function computed(compute: Computation, has: (name: string) => boolean): Action {
  const kindIs = (field: string, value: string) => ({ op: 'filter', where: [{ field, is: '=', value }] });
  switch (compute.kind) {
    case 'list':
      return { action: 'Final', answer: `{{${RECORDS}}}` };
    case 'count':
      return {
        action: 'Compute',
        from: RECORDS,
        steps: [{ op: 'filter', where: whereOf(compute.where) }, { op: 'count' }],
        into: ANSWER,
      };
    case 'most-common':
      return {
        action: 'Compute',
        from: RECORDS,
        steps: [
          { op: 'group', by: compute.field },
          { op: 'top', n: 1, by: 'count' },
          { op: 'first', field: compute.field },
        ],
        into: ANSWER,
      };
    case 'pairs': {
      const { field, by, kinds } = compute;
      if (!has(FIRST))
        return {
          action: 'Compute',
          from: RECORDS,
          steps: [kindIs(by, kinds[0]!), { op: 'distinct', by: field }],
          into: FIRST,
        };
      return {
        action: 'Compute',
        from: RECORDS,
        steps: [
          kindIs(by, kinds[1]!),
          { op: 'join', with: FIRST, on: field, kind: 'semi' },
          { op: 'pairs', of: field },
        ],
        into: ANSWER,
      };
    }
  }
}

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

function next(prompt: ReadPrompt, reader: Reader, question: string): Action {
  const has = (name: string) => prompt.material.includes(`"name":"${name}"`);
  const extract = (rest: Action) => ({ action: 'ExtractOverChunks', question, ...rest });
  const { approach } = reader;
  if (approach.kind === 'records') {
    if (has(ANSWER)) return { action: 'Final', answer: `{{${ANSWER}}}` };
    return has(RECORDS) ? computed(approach.compute, has) : extract({ fields: approach.fields, into: RECORDS });
  }
  if (approach.kind === 'search' && !has(HITS)) return searchOf(approach);
  const isShown = shownIn(prompt).some((line) => reader.relevant(line));
  if (isShown || has(FOUND)) return finalOf(prompt, reader);
  return extract({ into: FOUND });
}

function searchOf({ mode, text }: Extract<Approach, { kind: 'search' }>): Action {
  return { action: 'Search', mode, text: text.slice(0, 512), max: EVIDENCE_MAX, into: HITS };
}

export function control(prompt: ReadPrompt, reader: Reader, question: string): string {
  return JSON.stringify(next(prompt, reader, question));
}
