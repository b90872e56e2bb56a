import fc from 'fast-check';
import t from 'tap';
import { Book } from '../../../ledger/book/book.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { msat, ZERO_MSAT } from '../../../protocol/money.ts';

const PROVIDER = 'f'.repeat(64);
const budgets = () => new RunBudgets(Book.volatile(() => 0));

t.test(
  'what does not fit the budget is refused before anything changes, and the error says how much is left',
  async (t) => {
    const book = budgets();
    book.openRun('run', msat(10_000), 0);
    book.reserve('run', 'a', msat(7_000));
    t.throws(() => book.reserve('run', 'b', msat(3_001)), { code: 'budget-exhausted', message: /only 3 of 10 sats/ });
    t.equal(book.affordableMsat('run'), 3_000);
    t.match(book.settle('run', 'a', PROVIDER, msat(5_000)), { owedMsat: 5_000, releasedMsat: 2_000 });
    t.equal(book.affordableMsat('run'), 5_000, 'what was not owed can be spent again');
  },
);

t.test('a hold resolves once and never for more than it holds', async (t) => {
  const book = budgets();
  book.openRun('run', msat(100), 0);
  book.reserve('run', 'a', msat(50));
  t.throws(() => book.reserve('run', 'a', msat(1)), { code: 'ledger-conflict' }, 'no second hold for one query');
  t.match(book.release('run', 'a'), { releasedMsat: 50 });
  t.throws(() => book.release('run', 'a'), { code: 'internal', message: /holds no money/ });
  t.throws(() => book.settle('run', 'a', PROVIDER, msat(1)), { code: 'internal' });
  book.reserve('run', 'b', msat(60));
  t.match(
    book.settle('run', 'b', PROVIDER, msat(61)),
    { owedMsat: 60, releasedMsat: 0 },
    'a claim above the hold is worth the hold',
  );
});

t.test('a run that holds money cannot be closed, and a closed one is gone', async (t) => {
  const book = budgets();
  book.openRun('run', msat(100), 0);
  t.throws(() => book.openRun('run', msat(101), 0), { code: 'ledger-conflict' });
  book.reserve('run', 'a', msat(50));
  t.throws(() => book.closeRun('run'), { code: 'internal', message: /50 msat are still held by a/ });
  book.release('run', 'a');
  book.closeRun('run');
  t.throws(() => book.reserve('run', 'b', msat(1)), { code: 'internal', message: /not open/ });
  t.equal(book.affordableMsat('run'), ZERO_MSAT);
});

t.test('routing is set aside on top of the price, and what is not needed of it is free again', async (t) => {
  const book = budgets();
  book.openRun('run', msat(10_000), 10_000);
  t.equal(book.affordableMsat('run'), 9_900, 'one hundredth on top still fits');
  t.throws(() => book.reserve('run', 'a', msat(9_901)), { code: 'budget-exhausted' });
  t.match(book.reserve('run', 'a', msat(9_900)), { heldMsat: 9_999 });
  t.match(book.settle('run', 'a', PROVIDER, msat(5_000)), {
    owedMsat: 5_000,
    feeReserveMsat: 50,
    releasedMsat: 4_949,
  });
});

t.test('the same operation twice is one, and the same id for another is a conflict (I6)', async (t) => {
  const book = Book.volatile(() => 0);
  const facts = { run_id: 'run', limit_msat: 100, fee_ppm: 0 };
  t.type(book.do('open/run', 'open-run', facts).entry, 'object');
  t.match(book.do('open/run', 'open-run', { ...facts }), { seq: 1, entry: undefined });
  t.equal(book.latestSeq, 1);
  t.throws(() => book.do('open/run', 'open-run', { ...facts, limit_msat: 101 }), { code: 'ledger-conflict' });
});

t.test(
  'a query that holds money cannot hold it twice, under whatever id, and nothing held is not nothing',
  async (t) => {
    const book = Book.volatile(() => 0);
    book.do('open', 'open-run', { run_id: 'run', limit_msat: 100, fee_ppm: 0 });
    book.do('one', 'reserve', { run_id: 'run', query_id: 'a', price_msat: 0 });
    t.throws(() => book.do('two', 'reserve', { run_id: 'run', query_id: 'a', price_msat: 10 }), {
      code: 'internal',
      message: /already holds money/,
    });
    t.throws(() => book.do('close', 'close-run', { run_id: 'run' }), { message: /0 msat are still held by a/ });
  },
);

t.test('a budget that somebody else changed is noticed with the next step (I2)', async (t) => {
  const book = Book.volatile(() => 0);
  book.do('open', 'open-run', { run_id: 'run', limit_msat: 100, fee_ppm: 0 });
  book.rows.setBalance('available/run', 150);
  t.throws(() => book.do('one', 'reserve', { run_id: 'run', query_id: 'a', price_msat: 10 }), {
    code: 'internal',
    message: /differ from the limit by 50 msat/,
  });
});

const ACTS = {
  reserve: (book: RunBudgets, query: string, amount: number) => book.reserve('run', query, msat(amount)),
  settle: (book: RunBudgets, query: string, amount: number) => book.settle('run', query, PROVIDER, msat(amount)),
  release: (book: RunBudgets, query: string) => book.release('run', query),
};

t.test(
  'whatever is asked in whatever order, available + held + settled is the limit and nothing is below zero',
  async (t) => {
    const step = fc.record({
      act: fc.constantFrom('reserve' as const, 'settle' as const, 'release' as const),
      slot: fc.nat(3),
      amount: fc.integer({ min: 0, max: 700 }),
    });
    const property = fc.property(
      fc.integer({ min: 0, max: 1_000 }),
      fc.array(step, { maxLength: 60 }),
      (limit, steps) => {
        const book = budgets();
        book.openRun('run', msat(limit), 0);
        const holds = new Map<string, number>();
        const attempts = [0, 0, 0, 0];
        let settled = 0;
        for (const { act, slot, amount } of steps) {
          const query = `${slot}.${attempts[slot]}`;
          const held = holds.get(query);
          try {
            const { heldMsat, owedMsat, releasedMsat } = ACTS[act](book, query, amount);
            if (act !== 'reserve' && owedMsat + releasedMsat !== held) return false;
            if (act === 'reserve') holds.set(query, heldMsat);
            else {
              holds.delete(query);
              attempts[slot]!++;
            }
            settled += owedMsat;
          } catch (thrown) {
            if (!(thrown instanceof PylonError)) throw thrown;
          }
          const sum = [...holds.values()].reduce((total, hold) => total + hold, 0);
          const available = book.affordableMsat('run');
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

const REOPENING = { feePpm: 0, times: 1 };

t.test(
  'a budget that is opened again has what is left of it, and each closing is an operation of its own',
  async (t) => {
    const book = budgets();
    book.openRun('run', msat(100), 0);
    t.throws(() => book.reopenRun('run', { limitMsat: msat(100), settledMsat: msat(0), ...REOPENING }), {
      code: 'internal',
      message: /is open/,
    });
    book.reserve('run', 'a', msat(30));
    book.settle('run', 'a', PROVIDER, msat(30));
    book.closeRun('run');
    book.reopenRun('run', { limitMsat: msat(100), settledMsat: msat(30), ...REOPENING });
    t.equal(book.affordableMsat('run'), 70);
    t.throws(() => book.reserve('run', 'b', msat(71)), { code: 'budget-exhausted', message: /only 0.07 of 0.1 sats/ });
    book.reserve('run', 'b', msat(70));
    book.settle('run', 'b', PROVIDER, msat(70));
    t.ok(book.closeRun('run').entry, 'closed once more');
    t.throws(() => book.reserve('run', 'c', msat(1)), { code: 'internal', message: /not open/ });
    t.notOk(
      book.reopenRun('run', { limitMsat: msat(100), settledMsat: msat(30), ...REOPENING }).entry,
      'the same is done',
    );
    t.throws(() => book.reopenRun('run', { limitMsat: msat(9), settledMsat: msat(10), feePpm: 0, times: 2 }), {
      code: 'internal',
      message: /above the limit/,
    });
  },
);
