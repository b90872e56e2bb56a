import fc from 'fast-check';
import t from 'tap';
import { pressureOf, routeOf, type Situation, STRATEGY_CHOICES } from '../../../conductor/predict/routing.ts';
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
