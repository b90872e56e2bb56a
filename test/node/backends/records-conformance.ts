// What every backend must do with lines that are to become records. Part of the conformance suite.
import type { Test } from 'tap';
import { canonicalJson } from '../../../protocol/canonical.ts';
import { type FieldSpec, RECORDS, type RecordsInput } from '../../../protocol/records.ts';
import type { Candidate } from './conformance.ts';

const LOG = [
  '2026-03-01T10:00:01Z gateway[17]: starting',
  '2026-03-01T10:00:02Z gateway[17]: certificate rejected: clock is 412 days behind',
  '2026-03-01T10:00:03Z gateway[17]: retrying in 5 s',
  '2026-03-01T10:00:08Z gateway[17]: giving up',
].join('\n');

const FIELDS: FieldSpec[] = [
  { name: 'event', type: 'string', values: ['starting', 'certificate rejected', 'retrying', 'giving up'] },
  { name: 'clock', type: 'number' },
];

function inputOf(text: string): RecordsInput {
  return { query: 'What does each line tell?', text, fields: FIELDS, max_output_chars: 12_000 };
}

/** @param hostile texts that are hard to read, by what is hard about them */
export function conformWithRecords(
  t: Test,
  name: string,
  make: (t: Test) => Promise<Candidate>,
  hostile: Readonly<Record<string, string>>,
): void {
  const live = () => ({ signal: new AbortController().signal });

  t.test(`${name} tells what each line says, one record a line`, async (t) => {
    const { backend } = await make(t);
    const { records } = (await backend.predict(RECORDS, inputOf(LOG), live())).output;
    t.same(
      records.map(({ line, fields }) => [line, fields.event]),
      [
        [1, 'starting'],
        [2, 'certificate rejected'],
        [3, 'retrying'],
        [4, 'giving up'],
      ],
    );
  });

  t.test(`${name} tells nothing of neighbouring lines`, async (t) => {
    const { backend } = await make(t);
    const [coreStart, coreEnd] = [LOG.indexOf('\n') + 1, LOG.lastIndexOf('\n') + 1];
    const context = { kind: 'prose', headings: [], fenced: false, offsetInLine: 0, coreStart, coreEnd };
    const { output } = await backend.predict(RECORDS, { ...inputOf(LOG), context: JSON.stringify(context) }, live());
    t.same(
      output.records.map(({ line }) => line),
      [2, 3],
    );
  });

  for (const [kind, text] of Object.entries(hostile)) {
    t.test(`${name} takes ${kind} and tells records only of lines that are there`, async (t) => {
      const { backend, deterministic } = await make(t);
      const { output } = await backend.predict(RECORDS, inputOf(text), live());
      const { records } = RECORDS.output.parse(output);
      const lines = text.split('\n');
      for (const { line, fields } of records) {
        t.ok((lines[line - 1] ?? '').trim() !== '', `line ${line}`);
        t.same(Object.keys(fields).sort(), ['clock', 'event']);
      }
      t.equal(new Set(records.map(({ line }) => line)).size, records.length);
      if (!deterministic) return;
      const again = await backend.predict(RECORDS, inputOf(text), live());
      t.equal(canonicalJson(again.output), canonicalJson(output));
    });
  }
}
