import t from 'tap';
import { type Posting, post } from '../../../ledger/book/accounts.ts';
import { Rows } from '../../../ledger/book/rows.ts';

/** A run that may spend 100 msat and holds 40 of them. */
function rowsOfRun(): Rows {
  const rows = new Rows();
  post(rows, [
    ['limit/run', -100],
    ['available/run', 60],
    ['held/run', 40],
  ]);
  return rows;
}

const REFUSED: [what: string, postings: Posting[], named: string][] = [
  [
    'what does not sum to zero (I1)',
    [
      ['held/run', -10],
      ['available/run', 11],
    ],
    'held/run',
  ],
  [
    'a fraction of a msat',
    [
      ['held/run', -0.5],
      ['available/run', 0.5],
    ],
    'held/run',
  ],
  [
    'more than an account holds',
    [
      ['held/run', -41],
      ['available/run', 41],
    ],
    'held/run',
  ],
  [
    'more than it holds, in two postings',
    [
      ['held/run', -30],
      ['available/run', 60],
      ['held/run', -30],
    ],
    'held/run',
  ],
  [
    'more back to a source than it gave',
    [
      ['limit/run', 101],
      ['work', -101],
    ],
    'limit/run',
  ],
  [
    'more than can be counted',
    [
      ['work', -Number.MAX_SAFE_INTEGER],
      ['available/run', Number.MAX_SAFE_INTEGER],
    ],
    'available/run',
  ],
];

t.test('movements against a rule are refused, with the account named, and nothing moves', async (t) => {
  for (const [what, postings, named] of REFUSED) {
    const rows = rowsOfRun();
    const before = new Map(rows.all());
    t.throws(() => post(rows, postings), { code: 'internal', value: named }, what);
    t.same(new Map(rows.all()), before);
  }
});

t.test('an account that is back at nothing is gone', async (t) => {
  const rows = rowsOfRun();
  post(rows, [
    ['held/run', -40],
    ['available/run', 40],
  ]);
  t.same([...rows.balancesWithin('')].sort(), [
    ['available/run', 100],
    ['limit/run', -100],
  ]);
});
