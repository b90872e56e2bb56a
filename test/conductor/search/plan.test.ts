import fc from 'fast-check';
import t from 'tap';
import {
  encodePlan,
  PLAN_CHARS_MAX,
  PLAN_TERMS_MAX,
  parsePlan,
  type SearchPlan,
} from '../../../conductor/search/plan.ts';
import { PylonError } from '../../../protocol/errors.ts';

const PLAN: SearchPlan = {
  units: 1000,
  averageTokens: 12.5,
  terms: [{ stem: 'fail', weight: 1, concept: 0, frequency: 17 }],
  hints: ['reason'],
  failures: [{ key: '0123456789abcdef', points: 3.5 }],
};

t.test('a plan survives the wire', async (t) => {
  t.same(parsePlan(encodePlan(PLAN)), PLAN);
});

t.test('a plan with too much in it loses its weakest terms, never its size limit', async (t) => {
  const terms = Array.from({ length: 300 }, (_, index) => ({
    stem: `${'long'.repeat(12)}${index}`,
    weight: 1,
    concept: 0,
    frequency: 9_000_000,
  }));
  const text = encodePlan({ ...PLAN, terms });
  t.ok(text.length <= PLAN_CHARS_MAX);
  const { terms: kept } = parsePlan(text);
  t.ok(kept.length > 10 && kept.length <= PLAN_TERMS_MAX);
  t.equal(kept[0]?.stem, terms[0]?.stem);
});

t.test('a hostile plan is refused in words', async (t) => {
  const good = JSON.parse(encodePlan(PLAN));
  const hostile: unknown[] = [
    null,
    [],
    { ...good, v: 2 },
    { ...good, n: -1 },
    { ...good, a: 'x' },
    { ...good, t: [['', 1, 0, 1]] },
    { ...good, t: [['x'.repeat(65), 1, 0, 1]] },
    { ...good, t: [['x', 1e9, 0, 1]] },
    { ...good, t: [['x', 1, 99, 1]] },
    { ...good, t: Array.from({ length: PLAN_TERMS_MAX + 1 }, () => ['x', 1, 0, 1]) },
    { ...good, h: ['nonsense'] },
    { ...good, f: [['nothex', 1]] },
    { ...good, f: [['0123456789abcdef', 1e9]] },
  ];
  for (const plan of hostile) {
    const text = JSON.stringify(plan);
    t.throws(() => parsePlan(text), { code: 'job-invalid' }, text.slice(0, 80));
  }
  t.throws(() => parsePlan(encodePlan(PLAN).replace('1000', '1e400')), { code: 'job-invalid' });
  t.throws(() => parsePlan('{'), { code: 'job-invalid' });
  t.throws(() => parsePlan(' '.repeat(PLAN_CHARS_MAX + 1)), { code: 'job-invalid' });
});

t.test('no text makes reading a plan fail in any other way', async (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        parsePlan(text);
      } catch (error) {
        t.ok(error instanceof PylonError, text);
      }
    }),
    { numRuns: 200 },
  );
});
