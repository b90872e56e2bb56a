// The objective gate: nothing invented, and the form that the user's schema demands.
import t from 'tap';
import { objectiveGate } from '../../../conductor/verify/objective.ts';

const OUTPUT = { findings: [{ quote: 'the disk is full', score: 1 }] };

t.test('an output of which every quote stands in the chunk passes, and so does one that found nothing', async (t) => {
  const gate = await objectiveGate();
  t.equal(gate.fault(OUTPUT, { dropped: 0 }), undefined);
  t.equal(gate.fault({ findings: [] }, { dropped: 0 }), undefined);
});

t.test('one invented quote is enough to reject an output', async (t) => {
  const fault = (await objectiveGate()).fault(OUTPUT, { dropped: 1 });
  t.match(fault, { code: 'result-invalid', value: '1 of 1', reason: /do not stand in the chunk/ });
});

t.test('an output that breaks the schema is rejected with the place named', async (t) => {
  const gate = await objectiveGate(JSON.stringify({ properties: { findings: { minItems: 2 } } }));
  t.match(gate.fault(OUTPUT, { dropped: 0 }), {
    code: 'result-invalid',
    reason: /breaks the schema: output\/findings must NOT have fewer than 2 items/,
  });
});

t.test('records pass where they tell of lines that are there; a schema for findings is none for them', async (t) => {
  const gate = await objectiveGate(JSON.stringify({ required: ['findings'] }));
  const output = { records: [{ line: 1, fields: { label: 'spam' } }] };
  t.equal(gate.fault(output, { dropped: 0 }), undefined);
  t.match(gate.fault(output, { dropped: 2 }), { code: 'result-invalid', reason: /lines that the chunk does not have/ });
});
