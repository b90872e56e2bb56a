import t from 'tap';
import { PylonError } from '../../../protocol/errors.ts';
import { BETTER, type GateWorld, openGate } from '../../support/gate-stage.ts';

const ALIKE: GateWorld = { ...BETTER, candidateRight: BETTER.baselineRight };

t.test('what is better on the holdout comes into force, with its evidence and its look in one write', async (t) => {
  const gate = await openGate(t);
  const promotion = await gate.promote();
  t.match(promotion, {
    verdict: 'promote',
    movedPointer: true,
    n: 100,
    look: 1,
    baseline: { compiled_id: 'default', score: 0.6, calls: 1, latencyMs: 20, errorRate: 0 },
    candidate: { compiled_id: gate.artifact.compiled_id, score: 0.9 },
    override: null,
  });
  t.equal(promotion.candidate.rewards.length, 100);
  t.strictSame(
    gate.moves.map(({ promotionId, expected, beside }) => [promotionId, expected, beside]),
    [[promotion.promotionId, 'default', 2]],
  );
  t.strictSame(await gate.promotions.read(promotion.promotionId), promotion);
  t.strictSame(
    (await gate.looks()).map(({ promotionId }) => promotionId),
    [promotion.promotionId],
  );
  t.equal(gate.asked.length, 200);
  t.ok(
    gate.asked.every(({ number }) => number < 1_000),
    'examples that the search saw are not asked',
  );
});

t.test('what is not better is written down, and changes nothing else', async (t) => {
  const gate = await openGate(t, ALIKE);
  const promotion = await gate.promote();
  t.match(promotion, { verdict: 'keep', movedPointer: false });
  t.strictSame(gate.moves, []);
  t.equal((await gate.looks()).length, 1, 'and it was a look');
});

t.test('asking again is no new look: what was found stands', async (t) => {
  const gate = await openGate(t, ALIKE);
  const first = await gate.promote();
  t.strictSame(await gate.promote(), first);
  t.equal(gate.asked.length, 200);
  t.equal((await gate.rows()).length, 2);
});

t.test('another rule is another question, and looks again, at less of alpha', async (t) => {
  const gate = await openGate(t, ALIKE);
  const first = await gate.promote();
  const second = await gate.promote({ minDelta: 0 });
  t.equal(second.look, 2);
  t.ok(second.test.alpha < first.test.alpha);
  t.equal(second.test.minHoldoutDelta, 0);
});

t.test('an example more or under another name does not make a holdout new', async (t) => {
  const gate = await openGate(t, ALIKE);
  await gate.promote();
  gate.setExamples((examples) => examples.map((one) => ({ ...one, exampleId: `again-${one.exampleId}` })));
  await t.rejects(gate.promote(), { code: 'dataset-changed' }, 'the compile must have known them');
  t.equal((await gate.looks()).length, 1);
});

t.test(
  'what is measured only stays out of force until it is asked for, and the holdout is looked at once',
  async (t) => {
    const gate = await openGate(t);
    const measured = await gate.promote({ measureOnly: true });
    t.match(measured, { verdict: 'promote', movedPointer: false });
    t.strictSame(gate.moves, []);
    gate.setExamples((examples) => examples.slice(0, 60));
    const promoted = await gate.promote({ promotionId: measured.promotionId });
    t.match(promoted, { verdict: 'promote', movedPointer: true, look: 1 });
    t.not(promoted.promotionId, measured.promotionId);
    t.equal(gate.moves[0]?.promotionId, promoted.promotionId);
    t.equal(gate.asked.length, 200);
    t.equal((await gate.looks()).length, 1);
    t.strictSame(
      (await gate.promotions.page({ limit: 1 })).promotions.map(({ promotionId }) => promotionId),
      [promoted.promotionId],
      'newest first',
    );
  },
);

t.test('an operator may override a verdict, and who and why is kept', async (t) => {
  const gate = await openGate(t, { ...BETTER, rows: 20 });
  t.match(await gate.promote(), { verdict: 'insufficient_evidence', movedPointer: false });
  const override = { by: 'ada', reason: 'the log format changes tonight' };
  const promotion = await gate.promote({ override });
  t.match(promotion, { verdict: 'insufficient_evidence', movedPointer: true, override });
  t.equal(gate.moves[0]?.reason, 'overridden by ada: the log format changes tonight');
  t.equal(gate.asked.length, 40, 'on what was found before');
});

t.test('where the verdict is to promote there is nothing to override', async (t) => {
  const gate = await openGate(t);
  t.match(await gate.promote({ override: { by: 'ada', reason: 'now' } }), { verdict: 'promote', override: null });
});

t.test('predictions that fail count as worth nothing, and as failed', async (t) => {
  const error = { code: 'model-output-invalid', message: 'no JSON' };
  const fails = (n: number, isCandidate: boolean) =>
    isCandidate && n % 10 === 0 ? { output: null, error } : undefined;
  const gate = await openGate(t, { ...BETTER, candidateRight: () => true, trial: fails });
  const promotion = await gate.promote();
  t.match(promotion.candidate, { errorRate: 0.1, score: 0.9 });
  t.match(promotion, { verdict: 'keep', nonInferiority: [{}, {}, { what: 'error_rate', holds: false }] });
});

t.test('what cannot be measured fairly is refused, and nothing is asked or written', async (t) => {
  const refused = async (code: string, prepare: (gate: Awaited<ReturnType<typeof openGate>>) => void, given = {}) => {
    const gate = await openGate(t);
    prepare(gate);
    await t.rejects(gate.promote(given), { code }, code);
    t.strictSame([gate.asked.length, gate.moves.length, (await gate.rows()).length], [0, 0, 0]);
  };
  await refused('artifact-unknown', () => undefined, { compiled_id: 'ffff' });
  await refused('not-the-winner', (gate) => gate.setReport(() => undefined));
  await refused('not-the-winner', (gate) => gate.setReport((report) => ({ ...report, status: 'running' })));
  await refused('not-the-winner', (gate) => gate.setReport((report) => ({ ...report, chosen: null })));
  await refused('holdout-empty', (gate) => gate.setExamples((examples) => examples.slice(0, 1)));
  await refused('dataset-changed', (gate) => gate.setExamples((examples) => examples.slice(1)));
  await refused('already-active', (gate) => {
    gate.inForce.compiledId = gate.artifact.compiled_id;
  });
  await refused('promotion-unknown', () => undefined, { promotionId: '01J8ZZZZZZ' });
});

t.test('a data set that changed is told with both hashes', async (t) => {
  const gate = await openGate(t);
  gate.setExamples((examples) => examples.slice(1));
  await t.rejects(gate.promote(), { code: 'dataset-changed', message: new RegExp(gate.artifact.datasetHash) });
});

t.test('where the pointer moved meanwhile nothing is written, not even the look', async (t) => {
  const gate = await openGate(t, {
    ...BETTER,
    trial: (number) => {
      if (number === 99) gate.inForce.compiledId = 'another';
      return undefined;
    },
  });
  await t.rejects(gate.promote(), { code: 'pointer-moved' });
  t.strictSame(await gate.rows(), []);
});

t.test('a gate that is stopped, or whose model is away, decides nothing', async (t) => {
  const stop = new AbortController();
  const stopped = await openGate(t, {
    ...BETTER,
    trial: (number) => {
      if (number === 50) stop.abort();
      return undefined;
    },
  });
  await t.rejects(stopped.promote({}, stop.signal), { code: 'interrupted' });
  t.strictSame(await stopped.rows(), []);
  const away = await openGate(t, {
    ...BETTER,
    trial: (number) => {
      if (number === 50) throw new PylonError('backend-unavailable', {});
      return undefined;
    },
  });
  await t.rejects(away.promote(), { code: 'backend-unavailable' });
  t.strictSame(await away.rows(), []);
});

t.test('two gates that end together are two looks, one after the other', async (t) => {
  const gate = await openGate(t, ALIKE);
  const both = await Promise.all([gate.promote({ minDelta: 0.01 }), gate.promote({ minDelta: 0.02 })]);
  t.strictSame(both.map(({ look }) => look).sort(), [1, 2]);
});
