import fc from 'fast-check';
import t from 'tap';
import { BudgetLimit } from '../../../ledger/book/limit.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { msat, ZERO_MSAT } from '../../../protocol/money.ts';

t.test(
  'what does not fit the budget is refused before anything changes, and the error says how much is left',
  async (t) => {
    const book = new BudgetLimit();
    book.openRun('run', msat(10_000));
    book.reserve('run', 'a', msat(7_000));
    t.throws(() => book.reserve('run', 'b', msat(3_001)), { code: 'budget-exhausted', message: /only 3 of 10 sats/ });
    t.equal(book.availableMsat('run'), 3_000);
    t.same(book.settle('run', 'a', msat(5_000)), { kind: 'settle', runId: 'run', queryId: 'a', amountMsat: 5_000 });
    t.equal(book.availableMsat('run'), 5_000, 'what was not owed can be spent again');
  },
);

t.test('a hold resolves once and never for more than it holds', async (t) => {
  const book = new BudgetLimit();
  book.openRun('run', msat(100));
  book.reserve('run', 'a', msat(50));
  t.throws(() => book.reserve('run', 'a', msat(1)), { code: 'internal' }, 'no second hold for one query');
  t.throws(() => book.settle('run', 'a', msat(51)), { code: 'internal', message: /holds 50 msat/ });
  t.same(book.release('run', 'a'), { kind: 'release', runId: 'run', queryId: 'a', amountMsat: 50 });
  t.throws(() => book.release('run', 'a'), { code: 'internal', message: /holds no money/ });
  t.throws(() => book.settle('run', 'a', msat(1)), { code: 'internal' });
});

t.test('a run that holds money cannot be closed, and a closed one is gone', async (t) => {
  const book = new BudgetLimit();
  book.openRun('run', msat(100));
  t.throws(() => book.openRun('run', msat(100)), { code: 'internal', message: /already open/ });
  book.reserve('run', 'a', msat(50));
  t.throws(() => book.closeRun('run'), { code: 'internal', message: /50 msat are still held by a/ });
  book.release('run', 'a');
  book.closeRun('run');
  t.throws(() => book.availableMsat('run'), { code: 'internal', message: /not open/ });
  book.openRun('run', ZERO_MSAT);
});

t.test(
  'whatever is asked in whatever order, available + held + settled is the limit and nothing is below zero',
  async (t) => {
    const step = fc.record({
      act: fc.constantFrom('reserve', 'settle', 'release'),
      query: fc.constantFrom('a', 'b', 'c', 'd'),
      amount: fc.integer({ min: 0, max: 700 }),
    });
    const property = fc.property(
      fc.integer({ min: 0, max: 1_000 }),
      fc.array(step, { maxLength: 60 }),
      (limit, steps) => {
        const book = new BudgetLimit();
        book.openRun('run', msat(limit));
        const holds = new Map<string, number>();
        let settled = 0;
        for (const { act, query, amount } of steps) {
          const held = holds.get(query);
          try {
            const operation = act === 'release' ? book.release('run', query) : book[act]('run', query, msat(amount));
            if (act === 'reserve') holds.set(query, operation.amountMsat);
            else holds.delete(query);
            if (act === 'settle') settled += operation.amountMsat;
            if (act !== 'reserve' && (held === undefined || operation.amountMsat > held)) return false;
          } catch (thrown) {
            if (!(thrown instanceof PylonError)) throw thrown;
          }
          const sum = [...holds.values()].reduce((total, hold) => total + hold, 0);
          const available = book.availableMsat('run');
          if (available < 0 || available + sum + settled !== limit) return false;
        }
        for (const query of holds.keys()) book.release('run', query);
        book.closeRun('run');
        return true;
      },
    );
    t.doesNotThrow(() => fc.assert(property, { numRuns: 300 }));
  },
);
