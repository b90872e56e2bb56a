import fc from 'fast-check';
import t from 'tap';
import { PredictBudget } from '../../../conductor/predict/budget.ts';
import type { MeteredLimit } from '../../../conductor/predict/options.ts';
import { LIMIT_NAMES, type PredictLimits, predictUsageSchema, USED_BY } from '../../../protocol/predict-budgets.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const METERED = LIMIT_NAMES.filter((name): name is MeteredLimit => name !== 'maxTimeMs');
const clock = new VirtualClock();

const limits: fc.Arbitrary<PredictLimits> = fc.record(
  Object.fromEntries(METERED.map((name) => [name, fc.nat({ max: 20 })])),
  { requiredKeys: [] },
);

interface Charge {
  readonly kind: MeteredLimit;
  readonly amount: number;
  /** Which child charges; the parent itself where there is none of this number. */
  readonly child: number;
  readonly how: 'charge' | 'take' | 'giveBack';
}
const charges: fc.Arbitrary<Charge[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...METERED),
    amount: fc.nat({ max: 8 }),
    child: fc.nat({ max: 3 }),
    how: fc.constantFrom('charge', 'charge', 'take', 'giveBack'),
  }),
  { maxLength: 80 },
);

/** @returns what was charged, and whether it was refused */
function make(budget: PredictBudget, { kind, amount, how }: Charge): { charged: number; refused: boolean } {
  try {
    if (how === 'charge') budget.charge(kind, amount);
    else return { charged: budget.take(kind, amount + 1), refused: false };
    return { charged: amount, refused: false };
  } catch (thrown) {
    t.match(thrown, { code: 'budget-limit-reached', value: new RegExp(`^${kind} `) });
    return { charged: 0, refused: true };
  }
}

t.test('whatever is charged by whomever, no meter ever passes a limit of its own or of its parents', async () => {
  fc.assert(
    fc.property(limits, fc.array(limits, { minLength: 3, maxLength: 3 }), charges, (own, ofChildren, all) => {
      const parent = new PredictBudget(own, clock);
      const children = ofChildren.map((one) => parent.child(one));
      const meters = [parent, ...children];
      const bounds = [own, ...ofChildren];
      for (const charge of all) {
        const meter = children[charge.child] ?? parent;
        const before = meters.map((one) => one.usage());
        if (charge.how === 'giveBack') {
          if (meter === parent) continue; // it would give back what its children used
          const amount = Math.min(charge.amount, meter.usage()[USED_BY[charge.kind]]);
          meter.giveBack(charge.kind, amount);
          continue;
        }
        const { charged, refused } = make(meter, charge);
        const after = meters.map((one) => one.usage());
        for (const [index, one] of meters.entries()) {
          const name = USED_BY[charge.kind];
          const isCharged = one === meter || one === parent;
          if (after[index]![name] - before[index]![name] !== (isCharged ? charged : 0))
            throw new RangeError('miscounted');
          const limit = bounds[index]![charge.kind];
          if (limit !== undefined && after[index]![name] > limit)
            throw new RangeError(`${charge.kind} passed ${limit}`);
          predictUsageSchema.parse(after[index]);
        }
        if (refused !== meter.hit().includes(charge.kind) && refused) throw new RangeError('a refusal was not noted');
      }
      for (const name of METERED) {
        const sum = children.reduce((total, child) => total + child.usage()[USED_BY[name]], 0);
        if (sum > parent.usage()[USED_BY[name]]) throw new RangeError('children used more than their parent knows of');
      }
    }),
  );
});

t.test('what is left is never more than the tightest limit above leaves', async () => {
  fc.assert(
    fc.property(limits, limits, charges, (outer, inner, all) => {
      const parent = new PredictBudget(outer, clock);
      const child = parent.child(inner);
      for (const charge of all) if (charge.how !== 'giveBack') make(charge.child === 0 ? parent : child, charge);
      const left = child.remaining();
      for (const name of METERED) {
        const [of, above] = [left[name], parent.remaining()[name]];
        if (above !== undefined && (of === undefined || of > above)) throw new RangeError(`${name}: ${of} of ${above}`);
        if ((of === undefined) !== (outer[name] === undefined && inner[name] === undefined)) throw new RangeError(name);
      }
    }),
  );
});

t.test('calls that are made at once share what is left: as many go as fit, and no more', async (t) => {
  const budget = new PredictBudget({ maxSubLmCalls: 7 }, clock);
  let made = 0;
  const call = async (child: PredictBudget) => {
    await null;
    child.charge('maxSubLmCalls');
    await null;
    made++;
  };
  const settled = await Promise.allSettled(Array.from({ length: 20 }, () => call(budget.child())));
  t.equal(made, 7);
  t.equal(settled.filter(({ status }) => status === 'rejected').length, 13);
  t.equal(budget.usage().subLmCalls, 7);
  t.same(budget.hit(), ['maxSubLmCalls']);
});

t.test('a charge that does not fit charges nothing, and says which limit it was', async (t) => {
  const budget = new PredictBudget({ maxMsat: 100 }, clock);
  budget.charge('maxMsat', 60);
  const child = budget.child({ maxMsat: 1_000 });
  t.throws(() => child.charge('maxMsat', 41), { code: 'budget-limit-reached', value: 'maxMsat 100', exitCode: 3 });
  t.equal(budget.usage().msat, 60);
  t.same([budget.hit(), child.hit()], [['maxMsat'], ['maxMsat']], 'both know: it is the limit of the one above');
  child.charge('maxMsat', 40);
  child.giveBack('maxMsat', 30);
  t.equal(budget.remaining().maxMsat, 30, 'what was released can be used again');
});

t.test('a limit of a child is not noted by its parent', async (t) => {
  const budget = new PredictBudget({ maxLmCalls: 10 }, clock);
  const child = budget.child({ maxLmCalls: 1 });
  child.charge('maxLmCalls');
  t.throws(() => child.charge('maxLmCalls'), { code: 'budget-limit-reached' });
  t.same([child.hit(), budget.hit()], [['maxLmCalls'], []]);
  t.same(child.limits, { maxLmCalls: 1 });
});

t.test('when the time is over nothing is charged any more, whatever else is left', async (t) => {
  const clock = new VirtualClock();
  const budget = new PredictBudget({ maxTimeMs: 500, maxLmCalls: 3 }, clock);
  budget.charge('maxLmCalls');
  await clock.advance(499);
  budget.child().charge('maxLmCalls');
  await clock.advance(1);
  t.throws(() => budget.charge('maxLmCalls'), { code: 'budget-limit-reached', value: 'maxTimeMs 500' });
  t.throws(() => budget.child().take('maxOutputChars', 5), { code: 'budget-limit-reached' });
  t.match(budget.usage(), { timeMs: 500, lmCalls: 2 });
  t.same(budget.hit(), ['maxTimeMs']);
});

t.test('nothing but whole amounts is charged', async (t) => {
  const budget = new PredictBudget({}, clock);
  for (const amount of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    t.throws(() => budget.charge('maxOutputChars', amount), String(amount));
  t.equal(budget.usage().outputChars, 0);
});
