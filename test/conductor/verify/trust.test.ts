import t from 'tap';
import { CanaryPool } from '../../../conductor/verify/canary.ts';
import { type Speaker, Trust } from '../../../conductor/verify/trust.ts';
import { STRANGER, type Standing } from '../../../protocol/standing.ts';

const said = (provider: string, chunk: number): Speaker => ({ provider, cluster: provider, chunk });
const proven: Standing = { ...STRANGER, streak: 20, suspicion: 0 };
const trusting = () => new Trust((provider) => (provider.startsWith('good') ? proven : undefined));
const alone = (trust: Trust, provider: string, chunk: number) =>
  trust.learn({ chunk, agreeing: [said(provider, chunk)], dissenting: [], by: 'panel' });

t.test('what a caught provider answered alone is asked again, once, and it is not asked any more', async (t) => {
  const trust = trusting();
  for (const chunk of [1, 2, 3]) alone(trust, 'good', chunk);
  trust.learn({ chunk: 4, agreeing: [], dissenting: [said('good', 4)], by: 'local' });
  t.same([...trust.takeReopened()], [1, 2, 3], 'since its last right answer nothing is known of it');
  t.notOk(trust.isStruck('good'));
  trust.learn({ chunk: 5, agreeing: [], dissenting: [said('good', 5)], by: 'local' });
  t.ok(trust.isStruck('good'));
  t.same([...trust.takeReopened()], [1, 2, 3]);
  t.same([...trust.takeReopened()], []);
});

t.test('what others said as well stands when they can be believed without it', async (t) => {
  const trust = trusting();
  const both = (chunk: number, other: string) =>
    trust.learn({ chunk, agreeing: [said('liar', chunk), said(other, chunk)], dissenting: [], by: 'panel' });
  both(1, 'good');
  both(2, 'stranger');
  for (const chunk of [3, 4]) trust.learn({ chunk, agreeing: [], dissenting: [said('liar', chunk)], by: 'local' });
  t.same([...trust.takeReopened()], [2]);
});

t.test('who answered alone since it was checked last has an answer checked before the run ends', async (t) => {
  const trust = trusting();
  for (const chunk of [1, 2, 3, 4]) alone(trust, 'good-1', chunk);
  alone(trust, 'good-2', 5);
  t.same(
    trust.takeUnchecked(() => 0.9),
    [said('good-1', 4)],
    'of four always one, of one now and then',
  );
  trust.learn({ chunk: 4, agreeing: [said('good-1', 4), said('good-2', 4)], dissenting: [], by: 'panel' });
  t.same(
    trust.takeUnchecked(() => 0),
    [],
  );
  alone(trust, 'good-1', 6);
  trust.learnCanary('good-1', true);
  t.same(
    trust.takeUnchecked(() => 0),
    [said('good-1', 6)],
    'a canary may be known: it checks nothing of what was sold',
  );
});

t.test('strangers get canaries first, the others one in ten jobs', async (t) => {
  const trust = trusting();
  t.ok(trust.wantsCanary('stranger', 0.99));
  trust.learnCanary('stranger', true);
  t.ok(trust.wantsCanary('stranger', 0.99));
  trust.learnCanary('stranger', true);
  t.notOk(trust.wantsCanary('stranger', 0.99));
  t.ok(trust.wantsCanary('good', 0.09));
  t.notOk(trust.wantsCanary('good', 0.11));
});

t.test('what one answer is worth grows with what was checked', async (t) => {
  const trust = trusting();
  t.equal(trust.worth('good'), 1);
  t.ok(trust.worth('stranger') < 0.4 && trust.worth('stranger') > 0.2);
  t.ok(trust.isOnProbation('stranger'));
  t.notOk(trust.isOnProbation('good'));
});

t.test('nobody is given a canary twice, nor one it answered itself, and old ones go', async (t) => {
  const pool = new CanaryPool<number>();
  const output = { findings: [] };
  t.equal(pool.draw('a', 'engine', 0.5), undefined);
  pool.add(0, output, 'engine', ['a']);
  pool.add(1, output, 'engine', []);
  t.equal(pool.draw('a', 'engine', 0)?.chunk, 1);
  t.equal(pool.draw('a', 'engine', 0), undefined);
  t.equal(pool.draw('b', 'engine', 0)?.chunk, 0);
  for (let chunk = 2; chunk < 100; chunk++) pool.add(chunk, output, 'engine', ['b']);
  t.equal(pool.draw('b', 'engine', 0.5), undefined);
  t.ok(pool.size <= 32);
});
