// Every label of a text, told one by one: what error rates of leaves come to once several of them have voted on each line. Scores the share
// of the records that have their right label.
import type { FieldSpec } from '../../../protocol/records.ts';
import { type PlannedTask, type Suite, surveyed, type TaskInstance } from '../task.ts';
import { KIND_NAMES } from './kinds.ts';
import { RECORDS_PREAMBLE } from './record-reader.ts';
import { readRecord, recordsFile, recordsOf } from './records.ts';

const FIELDS: readonly FieldSpec[] = [
  { name: 'no', type: 'number', about: 'the number behind "no." in the question' },
  { name: 'kind', type: 'string', values: [...KIND_NAMES], about: 'what the question asks for' },
];
const NUMBER = / no\. (\d+) /;

function labelOf(line: string): { readonly no: number; readonly kind: string } | undefined {
  const [, number] = NUMBER.exec(line) ?? [];
  const fields = readRecord(line);
  return number === undefined || fields === undefined ? undefined : { no: Number(number), kind: fields.kind };
}

function told(lines: readonly string[]): string {
  return lines
    .flatMap((line) => labelOf(line) ?? [])
    .map(({ no, kind }) => `${no}: ${kind}`)
    .join('\n');
}

function task(id: string, seed: number, bytes: number): TaskInstance {
  const plan = { seed, bytes, users: 20 };
  const files = [recordsFile('records.txt', plan)];
  const lines = [...recordsOf(plan)];
  return {
    id,
    suite: 'labels',
    seed,
    question: `${RECORDS_PREAMBLE} Of which kind is each record? Answer with one record a line: the number behind "no." and the kind, like 12: place.`,
    files,
    bytes: surveyed(files),
    expected: told(lines.map(({ line }) => line)),
    evidence: [],
    scoring: { kind: 'labels', labels: lines.map(({ line, kind }) => [labelOf(line)!.no, kind] as const) },
    reader: {
      approach: { kind: 'records', fields: FIELDS, compute: { kind: 'list' } },
      relevant: (line) => labelOf(line) !== undefined,
      record: labelOf,
      tally: (some) => told(some).replaceAll('\n', '; '),
      combine: (tallies) => tallies.join('\n').replaceAll('; ', '\n'),
      answer: told,
    },
  };
}

export const LABELS: Suite = {
  name: 'labels',
  about: 'the label of every record; the share that is right',
  isSized: true,
  plan: (seed, bytes): PlannedTask[] => {
    const id = `all-${bytes}-${seed}`;
    return [{ id, suite: 'labels', bytes, make: () => task(id, seed, bytes) }];
  },
};
