import fc from 'fast-check';
import t from 'tap';
import { PRESSURE_MAX } from '../../../conductor/predict/routing.ts';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { selectNearest } from '../../../node/backends/select-nearest.ts';
import type { FewShot, PredictParams } from '../../../protocol/predict-params.ts';
import {
  SELECT_STRATEGY,
  SELECTABLE_STRATEGIES,
  type SelectableStrategy,
  type SelectStrategyInput,
} from '../../../protocol/select-strategy.ts';

const FEATURES = { bytes: 64_000, files: 1, window_tokens: 16_384, kind: 'log' as const };

function asked(query: string, features: Partial<SelectStrategyInput['features']> = {}): SelectStrategyInput {
  return { query, features: { ...FEATURES, ...features } };
}

function example(exampleId: string, input: SelectStrategyInput, strategy: SelectableStrategy): FewShot {
  return { exampleId, input, output: { strategy } };
}

const EXAMPLES = [
  example('needle', asked('What is the access code of the Marigold lighthouse?'), 'distilled'),
  example('count', asked('How many records of the kind reason are there?'), 'map_reduce'),
  example('large count', asked('How many records of the kind reason are there?', { bytes: 9_000_000 }), 'rlm_lite'),
];

t.test('the most similar question decides, whatever values stand in it', async (t) => {
  t.same(selectNearest(asked('What is the access code of the Osprey lighthouse?'), EXAMPLES), {
    strategy: 'distilled',
  });
  t.same(selectNearest(asked('How many records of the kind place are there?'), EXAMPLES), { strategy: 'map_reduce' });
});

t.test('of equal questions the one about an input of like size decides', async (t) => {
  const large = asked('How many records of the kind place are there?', { bytes: 5_000_000 });
  t.same(selectNearest(large, EXAMPLES), { strategy: 'rlm_lite' });
});

t.test('without examples it is the table of rules, and examples of another form are none', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.integer({ min: 1_024, max: 1_000_000 }),
      (bytes, tokens) => {
        const input = asked('Why?', { bytes, window_tokens: tokens });
        const isSmall = Math.ceil(bytes / 4) / tokens <= PRESSURE_MAX;
        const byRules = { strategy: isSmall ? 'direct' : 'map_reduce' };
        t.same(selectNearest(input), byRules);
        t.same(selectNearest(input, [{ exampleId: 'x', input: 'no', output: { strategy: 'rlm_lite' } }]), byRules);
      },
    ),
  );
});

t.test('the same input and the same examples always give the same choice, one of those there are', async (t) => {
  const input = fc.record({
    query: fc.string({ minLength: 1, maxLength: 80 }),
    features: fc.record({
      bytes: fc.nat(),
      files: fc.integer({ min: 1, max: 1_000 }),
      window_tokens: fc.integer({ min: 1, max: 1_000_000 }),
      kind: fc.constantFrom('log' as const, 'prose' as const, 'code' as const),
    }),
  });
  const examples = fc.array(fc.tuple(input, fc.constantFrom(...SELECTABLE_STRATEGIES)), { maxLength: 8 });
  fc.assert(
    fc.property(input, examples, (one, others) => {
      const shown = others.map(([other, strategy], index) => example(String(index), other, strategy));
      const chosen = selectNearest(one, shown);
      t.same(selectNearest(one, shown), chosen);
      t.ok(others.length === 0 || others.some(([, strategy]) => strategy === chosen.strategy));
    }),
  );
});

t.test('the embedded engine predicts it by the examples of its parameters', async (t) => {
  const params: PredictParams = { decode: 'jsonish', repairsMax: 0, strategyId: 'direct.v1', budgets: {} };
  const { signal } = new AbortController();
  const input = asked('What is the access code of the Tansy lighthouse?');
  const backend = extractiveBackend();
  const plain = await backend.predict(SELECT_STRATEGY, input, { signal, params });
  const taught = await backend.predict(SELECT_STRATEGY, input, { signal, params: { ...params, fewShot: EXAMPLES } });
  t.same(plain.output, { strategy: 'map_reduce' });
  t.same(taught.output, { strategy: 'distilled' });
});
