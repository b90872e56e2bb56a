// A call is charged whole or not at all, whichever limit refuses it.
import fc from 'fast-check';
import t from 'tap';
import { PredictBudget } from '../../../conductor/predict/budget.ts';
import { chargeCall } from '../../../conductor/predict/charge-call.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

t.test('what a refused call would have used is as if it had not been tried', (t) => {
  const limits = fc.record({
    maxLmCalls: fc.nat(2),
    maxSubLmCalls: fc.nat(2),
    maxOutputChars: fc.nat(300),
  });
  fc.assert(
    fc.property(limits, fc.array(fc.nat(200), { maxLength: 6 }), (own, wishes) => {
      const budget = new PredictBudget(own, new VirtualClock());
      for (const wish of wishes) {
        const before = budget.usage();
        try {
          const chars = chargeCall(budget, wish + 1, ['maxSubLmCalls']);
          if (chars < 1 || chars > wish + 1) return false;
          const { lmCalls, subLmCalls, outputChars } = budget.usage();
          if (lmCalls !== before.lmCalls + 1 || subLmCalls !== before.subLmCalls + 1) return false;
          if (outputChars !== before.outputChars + chars) return false;
        } catch {
          if (JSON.stringify(budget.usage()) !== JSON.stringify(before)) return false;
        }
      }
      return true;
    }),
  );
  t.end();
});
