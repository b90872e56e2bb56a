import fc from 'fast-check';
import t from 'tap';
import { noWorseStep } from '../../../protocol/dse/no-worse.ts';

const counts = fc.nat({ max: 60 }).chain((n) => fc.record({ n: fc.constant(n), events: fc.nat({ max: n }) }));
const margin = fc.constantFrom(0.01, 0.05, 0.2, 0.5);
const size = fc.integer({ min: 1, max: 6 });

function binomial(n: number, k: number, rate: number): number {
  let chance = rate ** k * (1 - rate) ** (n - k);
  for (let i = 0; i < k; i++) chance *= (n - i) / (i + 1);
  return chance;
}

t.test('of a canary that is worse by the margin or more, no block is expected to say that it is not', async () => {
  fc.assert(
    fc.property(
      fc.record({ control: counts, canary: counts }),
      size,
      size,
      margin,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (past, controls, canaries, least, place, further) => {
        const rate = place * (1 - least);
        const worse = Math.min(1, rate + least + further * (1 - rate - least));
        let expected = 0;
        for (let a = 0; a <= controls; a++)
          for (let b = 0; b <= canaries; b++) {
            const chance = binomial(controls, a, rate) * binomial(canaries, b, worse);
            const block = { control: { events: a, n: controls }, canary: { events: b, n: canaries } };
            if (chance > 0) expected += chance * Math.exp(noWorseStep(past, block, least));
          }
        return expected <= 1 + 1e-6;
      },
    ),
  );
});

t.test('blocks of a canary that is as good as the control add up to what says so', async (t) => {
  const past = { control: { events: 50, n: 1_000 }, canary: { events: 25, n: 500 } };
  let expected = 0;
  for (let a = 0; a <= 10; a++)
    for (let b = 0; b <= 1; b++) {
      const block = { control: { events: a, n: 10 }, canary: { events: b, n: 1 } };
      expected += binomial(10, a, 0.05) * binomial(1, b, 0.05) * noWorseStep(past, block, 0.05);
    }
  t.ok(expected > 0.01, `${expected} a block`);
});

t.test('where the canary was worse by the margin so far, a block says nothing', async (t) => {
  const past = { control: { events: 5, n: 100 }, canary: { events: 20, n: 100 } };
  t.equal(noWorseStep(past, { control: { events: 0, n: 9 }, canary: { events: 0, n: 9 } }, 0.05), 0);
});
