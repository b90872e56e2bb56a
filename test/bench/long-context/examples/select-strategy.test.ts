import fc from 'fast-check';
import t from 'tap';
import { drawTasks } from '../../../../bench/long-context/examples/draw.ts';
import { bestOf } from '../../../../bench/long-context/examples/select-strategy.ts';
import { SELECTABLE_STRATEGIES } from '../../../../protocol/select-strategy.ts';

const of = (score: number, tokens: number) => ({ score, tokens, calls: 1 });

t.test('the best is the highest score, of those the fewest tokens, of those the one that does least', async (t) => {
  t.equal(bestOf({ map_reduce: of(1, 900), rlm_lite: of(0.9, 10), distilled: of(1, 800) }), 'distilled');
  t.equal(bestOf({ direct: of(1, 900), map_reduce: of(1, 900) }), 'direct');
  t.equal(bestOf({ rlm_lite: of(1, 700), distilled: of(1, 700) }), 'rlm_lite', 'it fell back, and searched in vain');
  t.equal(bestOf({ direct: of(0, 1), map_reduce: of(0, 2) }), undefined, 'nobody answered');
});

t.test('no other has a higher score, nor the same at less cost', async (t) => {
  const one = fc.record({ score: fc.constantFrom(0, 0.5, 1), tokens: fc.nat(5), calls: fc.constant(1) });
  const all = fc.record(Object.fromEntries(SELECTABLE_STRATEGIES.map((name) => [name, one])));
  fc.assert(
    fc.property(all, (measured) => {
      const best = bestOf(measured);
      const others = Object.values(measured);
      const { score, tokens } = best === undefined ? of(0, 0) : measured[best]!;
      t.ok(others.every((other) => other.score < score || (other.score === score && other.tokens >= tokens)));
    }),
  );
});

t.test('a seed draws the same tasks again, and another seed others', async (t) => {
  const told = (seed: number) => [...drawTasks(seed, 6)].map(({ task, ...rest }) => ({ ...rest, asks: task.question }));
  t.same(told(3), told(3));
  t.not(JSON.stringify(told(3)), JSON.stringify(told(4)));
  t.same(
    told(3).slice(0, 4),
    [...drawTasks(3, 4)].map(({ task, ...rest }) => ({ ...rest, asks: task.question })),
  );
});

t.test('what is read does not change with the source of Pylon', async (t) => {
  const paths = [...drawTasks(6, 300)].filter(({ task }) => task.suite === 'repo-qa').flatMap(({ task }) => task.files);
  t.ok(paths.length > 0);
  for (const { path } of paths) t.ok(path.startsWith('examples/'), path);
});

t.test('no wording of the holdout is one of train or dev', async (t) => {
  // What remains of a question when names, numbers and dates are taken out of it.
  const form = (question: string) =>
    question
      .replace(/\b(number|place|person|reason|date|meaning)\b/g, 'KIND')
      .replace(/\b[\w-]*\d[\w-]*\b|\b[A-Z][a-z]+\b/g, '#');
  const forms: Record<string, Set<string>> = { train: new Set(), dev: new Set(), holdout: new Set() };
  for (const { task, split } of drawTasks(5, 300))
    if (!/incidents|-qa$/.test(task.suite)) forms[split]!.add(form(task.question));
  t.ok(forms.holdout!.size >= 20, `${forms.holdout!.size} wordings`);
  for (const one of forms.holdout!) t.notOk(forms.train!.has(one) || forms.dev!.has(one), one);
});
