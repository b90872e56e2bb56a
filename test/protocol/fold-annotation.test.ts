import fc from 'fast-check';
import t from 'tap';
import { type Annotation, annotationSchema } from '../../protocol/annotation.ts';
import { fold, foldEvent, toRunRecord } from '../../protocol/fold.ts';
import { annotatedRecord } from '../../protocol/fold-annotation.ts';
import { runRecordSchema } from '../../protocol/run.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { traceOf } from '../support/traces.ts';

const TRACE = traceOf({ experiment: 'first' });

const annotations = fc.record(
  {
    experiment: fc.option(fc.constantFrom('first', 'second', '!%'), { nil: null }),
    scores: fc.dictionary(
      fc.constantFrom('accuracy', 'f1', 'item:1', 'constructor', 'toString'),
      fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null }),
      { noNullPrototype: true },
    ),
    note: fc.option(fc.string({ unit: 'binary' }), { nil: null }),
  },
  { requiredKeys: [] },
);

function told(annotation: Annotation, after: number): TraceEvent {
  const seq = TRACE.length + after;
  return { v: 1, type: 'RunAnnotate', run_id: TRACE[0]!.run_id, seq, timestamp_ms: 9_999_999_999_999, ...annotation };
}

t.test('the record after an annotation is the fold of the events with it, whatever was said before', async (t) => {
  fc.assert(
    fc.property(fc.array(annotations, { maxLength: 8 }), (all) => {
      const state = fold(TRACE);
      let record = toRunRecord(state);
      for (const [after, annotation] of all.entries()) {
        foldEvent(state, told(annotation, after));
        record = annotatedRecord(record, annotation);
        t.strictSame(record, toRunRecord(state));
      }
      runRecordSchema.parse(record);
    }),
  );
  t.pass('they agree');
});

t.test('an annotation changes neither the time nor the end of a run, and null takes away', async (t) => {
  const before = toRunRecord(fold(TRACE));
  const said = told({ experiment: 'second', scores: { accuracy: 0.84, f1: 1 }, note: 'good' }, 0);
  const after = toRunRecord(fold([...TRACE, said]));
  t.same(after, { ...before, experiment: 'second', scores: { accuracy: 0.84, f1: 1 }, note: 'good' });
  const undone = told({ experiment: null, scores: { accuracy: null, f1: null }, note: null }, 1);
  t.same(
    toRunRecord(fold([...TRACE, said, undone])),
    { ...before, experiment: null },
    'no trace of it is left in the record',
  );
});

t.test('what is no score, no name and no experiment is refused', async (t) => {
  const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`item:${at}`, 1]));
  for (const wrong of [
    { scores: { ' a': 1 } },
    { scores: { _a: 1 } },
    { scores: { a: '1' } },
    { scores: { a: Number.NaN } },
    { scores: { a: Number.POSITIVE_INFINITY } },
    { scores: { ['a'.repeat(65)]: 1 } },
    { scores: many },
    { experiment: '' },
    { experiment: 'e'.repeat(257) },
    { note: 'n'.repeat(8_193) },
    { notes: 'x' },
  ])
    t.notOk(annotationSchema.safeParse(wrong).success, JSON.stringify(wrong).slice(0, 60));
});
