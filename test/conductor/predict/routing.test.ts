import fc from 'fast-check';
import t from 'tap';
import {
  asksSelected,
  BYTES_PER_TOKEN,
  DIRECT_SHARE,
  pressureOf,
  routeOf,
  type Situation,
  STRATEGY_CHOICES,
} from '../../../conductor/predict/routing.ts';
import { STRATEGY_IDS } from '../../../protocol/receipt.ts';

const SMALL: Situation = {
  asked: 'auto',
  hasModel: true,
  inputBytes: 8_000,
  windowTokens: 16_384,
  namesRelay: false,
  namesTier: false,
  paysInEscrow: false,
};

/** What `auto` means, row by row: what differs from a small input before a model, the strategy, and words of the reason. */
const TABLE: readonly [Partial<Situation>, string, RegExp][] = [
  [{}, 'direct.v1', /fits into half of the window .*\(2000 of 16384 tokens, 12 %\)/],
  [{ inputBytes: 32_768 }, 'direct.v1', /8192 of 16384 tokens, 50 %/],
  [{ inputBytes: 32_769 }, 'map_reduce.v1', /more than half of the window .*8193 of 16384/],
  [{ inputBytes: 32_769, windowTokens: 131_072 }, 'direct.v1', /6\.3 %/],
  [{ inputBytes: 100_000_000 }, 'map_reduce.v1', /more than half/],
  [{ hasModel: false }, 'map_reduce.v1', /no language model/],
  [{ namesRelay: true }, 'map_reduce.v1', /relays were named/],
  [{ namesTier: true }, 'map_reduce.v1', /verification tier was named/],
  [{ paysInEscrow: true }, 'map_reduce.v1', /escrow/],
  [{ hasModel: false, inputBytes: 100_000_000, namesRelay: true }, 'map_reduce.v1', /no language model/],
];

t.test('auto is a table', async (t) => {
  for (const [change, strategyId, reason] of TABLE) {
    const route = routeOf({ ...SMALL, ...change });
    t.equal(route.strategyId, strategyId, JSON.stringify(change));
    t.match(route.reason, reason);
    t.match(route.reason, /^auto: /);
  }
});

const CHOSEN = { strategy: 'rlm_lite', compiledId: '0123456789abcdef' } as const;

t.test('what an artifact chose goes before the size of the input, and behind what a person asked for', async (t) => {
  const large = { ...SMALL, inputBytes: 100_000_000 };
  for (const situation of [SMALL, large]) {
    const { strategyId, reason } = routeOf({ ...situation, selected: CHOSEN });
    t.equal(strategyId, 'rlm_lite.v1');
    t.match(reason, /^auto: SelectStrategy\.v1 chose it by its artifact 0123456789ab \(/);
    t.ok(asksSelected(situation));
  }
  for (const change of [{ hasModel: false }, { namesRelay: true }, { namesTier: true }, { paysInEscrow: true }]) {
    const selected = { ...CHOSEN, strategy: 'direct' as const };
    t.equal(routeOf({ ...SMALL, ...change, selected }).strategyId, 'map_reduce.v1', JSON.stringify(change));
    t.notOk(asksSelected({ ...SMALL, ...change }), 'and nobody need predict it');
  }
  t.notOk(asksSelected({ ...SMALL, asked: 'direct' }));
});

t.test('an artifact does not have an input cut off: direct is chosen only for what fits', async (t) => {
  const selected = { ...CHOSEN, strategy: 'direct' as const };
  const inputBytes = Math.floor(SMALL.windowTokens * BYTES_PER_TOKEN * DIRECT_SHARE);
  t.match(routeOf({ ...SMALL, inputBytes, selected }), { strategyId: 'direct.v1', reason: /SelectStrategy/ });
  const cut = routeOf({ ...SMALL, inputBytes: inputBytes + BYTES_PER_TOKEN, selected });
  t.match(cut, { strategyId: 'map_reduce.v1', reason: /more than half/ });
});

t.test('what is asked for by name is what is done, whatever the input', async (t) => {
  const asked = STRATEGY_CHOICES.filter((choice) => choice !== 'auto');
  const situations = fc.record({
    asked: fc.constantFrom(...asked),
    hasModel: fc.boolean(),
    inputBytes: fc.nat(1e9),
    windowTokens: fc.integer({ min: 1_024, max: 1e7 }),
    namesRelay: fc.boolean(),
    namesTier: fc.boolean(),
    paysInEscrow: fc.boolean(),
  });
  fc.assert(
    fc.property(situations, (situation) => {
      const { strategyId, pressure } = routeOf(situation);
      t.ok(STRATEGY_IDS.includes(strategyId));
      t.ok(strategyId.startsWith(situation.asked), `${situation.asked}: ${strategyId}`);
      t.equal(pressure !== undefined, situation.hasModel, 'where there is no model there is no window to fill');
    }),
  );
});

t.test('pressure is told with the figures that it is made of', async (t) => {
  t.same(pressureOf({ inputBytes: 65_537, windowTokens: 16_384 }), {
    pressure: 16_385 / 16_384,
    inputBytes: 65_537,
    inputTokens: 16_385,
    windowTokens: 16_384,
  });
});

t.test('a strategy that the parameters name is taken for auto, but not against what a person asked for', async (t) => {
  const named = { strategyId: 'distilled.search_line_extract.v1', compiledId: '0123456789abcdef' } as const;
  for (const change of [{}, { hasModel: false }, { inputBytes: 100_000_000 }, { selected: CHOSEN }]) {
    const { strategyId, reason } = routeOf({ ...SMALL, ...change, named });
    t.equal(strategyId, named.strategyId, JSON.stringify(change));
    t.match(reason, /^auto: the parameters in force name it, artifact 0123456789ab/);
  }
  for (const change of [{ namesRelay: true }, { namesTier: true }, { paysInEscrow: true }])
    t.equal(routeOf({ ...SMALL, ...change, named }).strategyId, 'map_reduce.v1', JSON.stringify(change));
  t.equal(routeOf({ ...SMALL, asked: 'rlm_lite', named }).strategyId, 'rlm_lite.v1');
  const direct = { ...named, strategyId: 'direct.v1' as const };
  t.equal(routeOf({ ...SMALL, inputBytes: 40_000, named: direct }).strategyId, 'direct.v1');
  t.equal(
    routeOf({ ...SMALL, inputBytes: 100_000_000, named: direct }).strategyId,
    'map_reduce.v1',
    'nothing is cut off',
  );
});
