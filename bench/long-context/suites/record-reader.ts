// How records are read, counted and told in notes: the reader that the tasks about records share.
import type { FieldSpec } from '../../../protocol/records.ts';
import type { Computation, Reader } from '../task.ts';
import { KIND_NAMES } from './kinds.ts';
import { readRecord, Tally } from './records.ts';

export const RECORD_FIELDS: readonly FieldSpec[] = [
  { name: 'date', type: 'string', about: 'the date of the record, as it is written' },
  { name: 'user', type: 'string', about: 'who asked, as it is written' },
  { name: 'kind', type: 'string', values: [...KIND_NAMES], about: 'what the question asks for' },
];

/** Said before each question about records: what a line is, and which kinds there are. */
export const RECORDS_PREAMBLE = `Each line is a record: date | user | question. The kinds of question are ${KIND_NAMES.join(', ')}.`;

/** `a=3; b=1`: what a part of the records comes to. */
function told(tally: Tally): string {
  return [...tally.counts].map(([key, count]) => `${key}=${count}`).join('; ');
}

export function recordReader(compute: Computation): Reader {
  const tallyOf = (lines: readonly string[]) => {
    const tally = new Tally(compute);
    for (const line of lines) {
      const fields = readRecord(line);
      if (fields !== undefined) tally.add(fields);
    }
    return tally;
  };
  return {
    approach: { kind: 'records', fields: RECORD_FIELDS, compute },
    relevant: (line) => readRecord(line) !== undefined,
    record: readRecord,
    tally: (lines) => told(tallyOf(lines)),
    combine(tallies) {
      const whole = new Tally(compute);
      for (const [, key = '', count] of tallies.join('; ').matchAll(/([^;=]+?)=(\d+)/g))
        whole.addCount(key.trim(), Number(count));
      return whole.words();
    },
    answer: (lines) => tallyOf(lines).words(),
  };
}
