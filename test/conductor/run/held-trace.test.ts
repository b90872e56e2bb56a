import t from 'tap';
import { HeldTrace } from '../../../conductor/run/held-trace.ts';
import type { TraceFact } from '../../../protocol/trace.ts';

const FACT: TraceFact = { type: 'EnvSurvey', input_hash: 'a'.repeat(64) };

t.test('what was told before a run began is told behind its beginning, in order and once', async (t) => {
  const held = new HeldTrace('run');
  let isStored = false;
  held.keepBlob('hash', 'text', true);
  const stored = held.emit(FACT).then(() => {
    isStored = true;
  });
  const second = held.emit({ ...FACT, input_hash: 'b'.repeat(64) });
  const told: unknown[] = [];
  const trace = {
    runId: 'run',
    emit: async (fact: TraceFact) => void told.push(fact),
    keepBlob: (...blob: unknown[]) => void told.push(blob),
  };
  await Promise.resolve();
  t.notOk(isStored, 'nothing is stored of a run that has not begun');
  held.tellTo(trace);
  held.tellTo(trace);
  await Promise.all([stored, second]);
  t.same(told, [['hash', 'text', true], FACT, { ...FACT, input_hash: 'b'.repeat(64) }]);
});
