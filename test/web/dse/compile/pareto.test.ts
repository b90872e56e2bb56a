import fc from 'fast-check';
import t from 'tap';
import type { CompileCandidate } from '../../../../protocol/dse/compile.ts';
import { changesOf, costOf, dotsOf, frontierLine, ranked } from '../../../../web/dse/compile/pareto.ts';

function candidate(mark: number, devScore: number | null, costMsat = 0): CompileCandidate {
  return {
    paramsHash: mark.toString(16).padStart(64, '0'),
    params: { decode: 'strict_json', repairsMax: 1, strategyId: 'auto', budgets: {} },
    origin: { how: 'made up', parent: null },
    scores: { a: 1, b: 0 },
    devScore,
    usage: { calls: 2, input_tokens: 30, output_tokens: 10 },
    costMsat,
    latencyMs: 5,
    errors: 0,
    isOnFrontier: false,
  };
}

t.test('the line goes from the cheapest to the best, and nothing lies above it', (t) => {
  const point = fc.record({ cost: fc.nat(50), score: fc.integer({ min: 0, max: 20 }) });
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (points) => {
      const dots = dotsOf(
        points.map(({ cost, score }, at) => candidate(at, score / 20, cost * 1_000)),
        'sats',
      );
      const line = frontierLine(dots);
      for (const dot of dots) {
        const before = line.filter(({ x }) => x <= dot.x);
        t.ok(Math.max(...before.map(({ y }) => y)) >= dot.y, `${dot.x} ${dot.y}`);
      }
      for (const [at, { x, y }] of line.entries()) {
        const next = line[at + 1];
        t.ok(next === undefined || (next.x > x && next.y > y));
      }
    }),
  );
  t.end();
});

t.test('what was not tried on all of dev is not drawn, and stands last in the table; the chosen one first', (t) => {
  const candidates = [candidate(1, 0.5), candidate(2, null), candidate(3, 0.9)];
  t.equal(dotsOf(candidates, 'tokens').length, 2);
  const chosen = { paramsHash: candidates[0]!.paramsHash, compiled_id: 'f'.repeat(64), why: 'cheap' };
  const order = (given: typeof chosen | null) =>
    ranked({ candidates, chosen: given }).map(({ paramsHash }) => Number.parseInt(paramsHash, 16));
  t.same(order(chosen), [1, 3, 2]);
  t.same(order(null), [3, 1, 2]);
  t.equal(costOf(candidates[0]!, 'tokens'), 20, 'tokens of one prediction');
  t.end();
});

t.test('what a candidate changes is told against where the search began', (t) => {
  const one = candidate(1, 1);
  t.same(changesOf(one, one.params), []);
  const base = { ...one.params, role: 'main' as const, decode: 'jsonish' as const };
  t.same(changesOf(one, base), ['decode: strict_json', 'role: none']);
  const shots = [{ exampleId: 'a', input: 1, output: 2 }];
  t.same(changesOf({ ...one, params: { ...one.params, fewShot: shots } }, one.params), ['fewShot: 1 examples']);
  t.end();
});
