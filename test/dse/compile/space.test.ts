// Spaces: every combination once, by one number; parameters made of it; what is none refused by name.
import fc from 'fast-check';
import t from 'tap';
import { catalogueEntry } from '../../../conductor/signatures/catalogue.ts';
import { defaultSpace, type SpaceMaterial } from '../../../dse/compile/default-space.ts';
import { drawOf } from '../../../dse/compile/draw.ts';
import { checkSpace, choiceAt, paramsOf, type Space, sizeOf } from '../../../dse/compile/space.ts';
import { visibleToSearch } from '../../../dse/examples/visible.ts';
import { canonicalJson } from '../../../protocol/canonical.ts';
import { type PredictParams, predictParamsSchema } from '../../../protocol/predict-params.ts';
import { SELECT } from '../../support/compile-stage.ts';
import { fixtureDataset } from '../../support/fixture-model.ts';

const { train } = visibleToSearch(fixtureDataset());
const byId = new Map(train.map((example) => [example.exampleId, example]));
const entry = catalogueEntry(SELECT)!;
const base: PredictParams = { ...entry.defaults, blocks: { task: 'old' }, budgets: { maxLmCalls: 3 } };

t.test('the numbers of a space name each of its combinations once, however it was written', async () => {
  const values = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 });
  const spaces = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), values, { noNullPrototype: true });
  fc.assert(
    fc.property(spaces, (space) => {
      const all = Array.from({ length: sizeOf(space) }, (_, number) => choiceAt(space, number));
      const backwards = Object.fromEntries(Object.entries(space).reverse()) as Space;
      const isSame = all.every(
        (choice, number) => canonicalJson(choice) === canonicalJson(choiceAt(backwards, number)),
      );
      return new Set(all.map((choice) => canonicalJson(choice))).size === all.length && isSame;
    }),
  );
});

t.test(
  'a choice is laid over the base: examples by their ids, words and limits beside those that are there',
  async (t) => {
    const choice = {
      fewShot: ['case-0001', 'case-0000'],
      blocks: { rules: ['new'] },
      budgets: { maxTimeMs: 5 },
      decode: null,
      chunkBytes: 2_048,
    };
    const params = paramsOf(base, choice, byId);
    t.same(params, {
      ...base,
      blocks: { task: 'old', rules: ['new'] },
      budgets: { maxLmCalls: 3, maxTimeMs: 5 },
      chunkBytes: 2_048,
      fewShot: ['case-0001', 'case-0000'].map((exampleId) => {
        const { inputJson: input, expectedJson: output } = byId.get(exampleId)!;
        return { exampleId, input, output };
      }),
    });
  },
);

t.test('a parameter, a value or an example that is none is refused by its name', async (t) => {
  const refused: [space: Space, value: string][] = [
    [{ colour: [1] }, 'colour'],
    [{ decode: ['jsonish', 'loose'] }, 'decode'],
    [{ repairsMax: [9] }, 'repairsMax'],
    [{ fewShot: [['case-1000']] }, 'fewShot'],
    [{ fewShot: [[7]] }, 'fewShot'],
    [{ blocks: [{ form: '' }] }, 'blocks.form'],
  ];
  for (const [space, value] of refused)
    t.throws(() => checkSpace(base, space, byId), { code: 'compile-space-invalid', value });
  checkSpace(base, { decode: [null, 'strict_json'], fewShot: [null, []] }, byId);
});

const material: SpaceMaterial = {
  entry,
  base,
  train,
  model: 'openai:x',
  seed: 1,
  strategies: [],
  hasSubModel: false,
};

t.test(
  'the space that is made from the examples is the same for the same seed, and all of it can be tried',
  async (t) => {
    const space = defaultSpace(material);
    t.same(space, defaultSpace(material));
    t.notSame(space, defaultSpace({ ...material, seed: 2 }));
    t.same(Object.keys(space).sort(), ['blocks', 'decode', 'fewShot']);
    for (let number = 0; number < sizeOf(space); number++)
      predictParamsSchema.parse(paramsOf(base, choiceAt(space, number), byId));
    t.match(JSON.stringify(space.blocks), /The answer is one of these: .{1,4}strategy/);
    const strategies = ['direct.v1', 'map_reduce.v1'] as const;
    t.match(defaultSpace({ ...material, strategies, hasSubModel: true }), {
      strategyId: [null, 'map_reduce.v1'],
      role: [null, 'sub'],
    });
    const engine = defaultSpace({ ...material, model: 'extractive' });
    t.same(Object.keys(engine), ['fewShot'], 'the embedded engine reads no instructions');
    t.ok(sizeOf(engine) > 20);
    t.same(defaultSpace({ ...material, model: 'extractive', train: [] }), {});
  },
);

t.test('examples that are shown together are as different in their outputs as there are', async (t) => {
  const sets = defaultSpace(material).fewShot!.filter((set) => Array.isArray(set) && set.length === 4) as string[][];
  for (const set of sets)
    t.equal(new Set(set.map((id) => canonicalJson(byId.get(id)!.expectedJson))).size, 4, set.join(' '));
  t.equal(sets.length, 2);
});

t.test('what is drawn by the same words is the same, and evenly spread', async (t) => {
  const items = Array.from({ length: 10 }, (_, at) => at);
  t.same(drawOf('x', 1).shuffled(items), drawOf('x', 1).shuffled(items));
  t.notSame(drawOf('x', 1).shuffled(items), drawOf('x', 2).shuffled(items));
  t.same([...drawOf('y').shuffled(items)].sort(), items);
  const counts = new Array<number>(10).fill(0);
  const draw = drawOf('z');
  for (let at = 0; at < 10_000; at++) counts[draw.below(10)]!++;
  t.ok(
    counts.every((count) => count > 880 && count < 1_120),
    counts.join(' '),
  );
});
