import t from 'tap';
import { readSize, settingsOf } from '../../../bench/long-context/settings.ts';

t.test('without flags every suite and method is run with the oracle, at one size', async (t) => {
  const { suites, methods, sizes, conditions, experiment } = settingsOf({});
  t.same(
    methods.map(({ name }) => name),
    ['direct', 'summary-compaction', 'map_reduce', 'rlm_lite', 'distilled'],
  );
  t.ok(suites.length >= 8);
  t.same([sizes, conditions.model, conditions.verify, experiment], [[64_000], 'oracle', 'none', 'bench-1']);
});

t.test('names and sizes are lists, replicas are a tier', async (t) => {
  const flags = { suite: ['oolong,s-niah'], sizes: ['8KB', '1.5mb,2000'], replicas: '3', errorRate: '0.05' };
  const { suites, sizes, conditions } = settingsOf(flags);
  t.same(
    suites.map(({ name }) => name),
    ['oolong', 's-niah'],
  );
  t.same(sizes, [8_000, 1_500_000, 2_000]);
  t.match(conditions, { verify: 'redundancy:2of3', error_rate: 0.05 });
  t.equal(settingsOf({ replicas: '5' }).conditions.verify, 'redundancy:3of5');
});

t.test('what cannot be is refused with its flag', async (t) => {
  for (const flags of [
    { suite: 'x' },
    { method: 'x' },
    { sizes: '10' },
    { sizes: 'big' },
    { seed: 'x' },
    { errorRate: '2' },
    { replicas: '0' },
    { replicas: '3', verify: 'none' },
    { model: 'llama', errorRate: '0.1' },
  ])
    t.throws(() => settingsOf(flags), { code: 'option-invalid' }, JSON.stringify(flags));
  t.equal(readSize('10 MB'), 10_000_000);
});
