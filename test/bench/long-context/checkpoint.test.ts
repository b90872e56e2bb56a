import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Checkpoint, readResults } from '../../../bench/long-context/checkpoint.ts';
import { madeResult } from '../../support/made-results.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

t.test('what was measured is found again under the same conditions, and under no others', async (t) => {
  const path = join(await temporaryFolder(t), 'results.jsonl');
  const result = madeResult({});
  new Checkpoint(path, false).add(result);
  const again = new Checkpoint(path, false);
  t.same(again.has(result), result);
  t.equal(again.has(madeResult({ method: 'direct' })), undefined);
  t.equal(again.has({ ...result, conditions: { ...result.conditions, error_rate: 0.1 } }), undefined);
  t.equal(new Checkpoint(path, true).has(result), undefined);
});

t.test(
  'half a line, as a killed process leaves it, is dropped, and writing goes on behind the whole ones',
  async (t) => {
    const path = join(await temporaryFolder(t), 'results.jsonl');
    const [first, second] = [madeResult({ task: 'a-1-1' }), madeResult({ task: 'b-1-1' })];
    new Checkpoint(path, false).add(first);
    appendFileSync(path, JSON.stringify(second).slice(0, 50));
    const checkpoint = new Checkpoint(path, false);
    t.same(checkpoint.has(first), first);
    checkpoint.add(second);
    t.same(readResults(path), [first, second]);
    t.equal(readFileSync(path, 'utf8').split('\n').length, 3);
  },
);

t.test('a file that holds something else is refused with its line', async (t) => {
  const path = join(await temporaryFolder(t), 'results.jsonl');
  writeFileSync(path, `${JSON.stringify(madeResult({}))}\n{"v":1}\n`);
  t.throws(() => readResults(path), { code: 'bench-results-invalid', value: `${path}:2` });
  writeFileSync(path, 'no json\n');
  t.throws(() => readResults(path), { code: 'bench-results-invalid', value: `${path}:1` });
  t.throws(() => readResults(`${path}.gone`), { code: 'bench-results-invalid' });
});
