import t from 'tap';
import { powerCuts } from '../../support/book/power-cuts.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

t.test('money that was acknowledged survives a power cut, wherever it tears what was not synced', async (t) => {
  const outcome = await powerCuts({ home: await temporaryFolder(t), seed: 1, cuts: 10, operationsBetween: 40 });
  t.same(outcome.faults, []);
  t.ok(outcome.bytesAtRisk > 100_000, 'there was something to lose');
});
