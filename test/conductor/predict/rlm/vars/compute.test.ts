import fc from 'fast-check';
import t from 'tap';
import { type Computed, compute } from '../../../../../conductor/predict/rlm/vars/compute.ts';
import { stepSchema } from '../../../../../conductor/predict/rlm/vars/steps.ts';
import { ROWS_MAX, type Table } from '../../../../../conductor/predict/rlm/vars/table.ts';
import { VarSpace } from '../../../../../conductor/predict/rlm/vars/var-space.ts';
import type { RecordValue } from '../../../../../protocol/records.ts';

const MAILS: Table = {
  columns: ['user', 'label', 'day', '_file', '_start', '_end', '_line'],
  rows: [
    ['ann', 'spam', 'Jan 3, 2023', 0, 0, 9, 1],
    ['bob', 'ham', '2023-02-14', 0, 10, 19, 2],
    ['ann', 'spam', '14 March 2023', 0, 20, 29, 3],
    ['cid', 'spam', '2023-03-15T10:00:00Z', 0, 30, 39, 4],
    ['bob', 'spam', null, 0, 40, 49, 5],
  ],
};

function run(
  steps: readonly object[],
  from: Computed = { table: MAILS },
  others: Record<string, Table> = {},
): Computed {
  const variables = new VarSpace();
  for (const [name, table] of Object.entries(others)) variables.setTable(name, table);
  return compute(
    from,
    steps.map((step) => stepSchema.parse(step)),
    variables,
  );
}

function value(steps: readonly object[]): unknown {
  const result = run(steps);
  return 'value' in result ? result.value : undefined;
}

function rows(steps: readonly object[], others?: Record<string, Table>): readonly (readonly RecordValue[])[] {
  const result = run(steps, undefined, others);
  return 'table' in result ? result.table.rows : [];
}

t.test('filters compare numbers as numbers, dates as dates, texts by their letters', (t) => {
  const count = (where: unknown, any = false) => value([{ op: 'filter', where, any }, { op: 'count' }]);
  t.equal(count({ field: 'label', is: '=', value: 'spam' }), 4);
  t.equal(count({ field: 'label', is: '!=', value: 'spam' }), 1);
  t.equal(count({ field: 'day', is: '<', value: '2023-03-15' }), 3);
  t.equal(count({ field: 'day', is: 'between', value: ['Feb 1, 2023', '2023/03/14'] }), 2);
  t.equal(count({ field: 'day', is: 'missing' }), 1);
  t.equal(count({ field: 'user', is: 'in', value: ['ann', 'cid'] }), 3);
  t.equal(count({ field: 'user', is: 'contains', value: 'O' }), 2);
  t.equal(count({ field: '_line', is: '>=', value: 4 }), 2);
  t.equal(
    count(
      [
        { field: 'user', is: '=', value: 'cid' },
        { field: 'label', is: '=', value: 'ham' },
      ],
      true,
    ),
    2,
  );
  t.end();
});

t.test('groups, orders and tops are what a person would count', (t) => {
  t.same(
    rows([
      { op: 'group', by: 'user' },
      { op: 'top', n: 2, by: 'count' },
    ]),
    [
      ['ann', 2, 0, 0, 9, 1],
      ['bob', 2, 0, 10, 19, 2],
    ],
  );
  t.same(
    rows([
      { op: 'group', by: 'label', with: [{ fn: 'distinct', field: 'user', as: 'users' }] },
      { op: 'select', fields: ['label', 'users'] },
    ]).map((row) => row.slice(0, 2)),
    [
      ['spam', 3],
      ['ham', 1],
    ],
  );
  t.same(
    rows([{ op: 'sort', by: 'day', desc: true }]).map((row) => row[5]),
    [39, 29, 19, 9, 49],
  );
  t.same(
    value([
      { op: 'sort', by: 'day' },
      { op: 'first', field: 'user' },
    ]),
    'ann',
  );
  t.same(
    value([
      { op: 'derive', as: 'month', fn: 'month', of: 'day' },
      { op: 'distinct', by: 'month' },
      { op: 'list', field: 'month' },
    ]),
    ['2023-01', '2023-02', '2023-03', null],
  );
  t.same(value([{ op: 'count' }, { op: 'calc', fn: 'divide', by: 2 }, { op: 'calc', fn: 'round' }]), 3);
  t.end();
});

t.test('joins keep order and places; pairs are each different two, once', (t) => {
  const others = {
    cities: {
      columns: ['user', 'city'],
      rows: [
        ['ann', 'Oslo'],
        ['ann', 'Rome'],
        ['dan', 'Bonn'],
      ],
    },
  };
  t.same(
    rows([{ op: 'join', with: 'cities', on: 'user' }], others).map((row) => [row[0], row[6], row[7]]),
    [
      ['ann', 1, 'Oslo'],
      ['ann', 1, 'Rome'],
      ['ann', 3, 'Oslo'],
      ['ann', 3, 'Rome'],
    ],
  );
  t.equal(rows([{ op: 'join', with: 'cities', on: 'user', kind: 'anti' }], others).length, 3);
  t.same(rows([{ op: 'pairs', of: 'user' }]), [
    ['ann', 'bob'],
    ['ann', 'cid'],
    ['bob', 'cid'],
  ]);
  t.same(rows([{ op: 'pairs', of: 'user', with: 'cities' }], others), [
    ['ann', 'bob'],
    ['ann', 'cid'],
    ['ann', 'dan'],
    ['bob', 'dan'],
    ['cid', 'dan'],
  ]);
  t.end();
});

t.test('pairs of two sets are those of the plain definition', (t) => {
  const names = fc.array(fc.constantFrom('1', '2', '10', 'x', 'y'), { maxLength: 8 });
  fc.assert(
    fc.property(names, names, (left, right) => {
      const table = (values: string[]): Table => ({ columns: ['u'], rows: values.map((one) => [one]) });
      const result = run([{ op: 'pairs', of: 'u', with: 'w' }], { table: table(left) }, { w: table(right) });
      const wanted = new Set<string>();
      for (const one of left) for (const two of right) if (one !== two) wanted.add([one, two].sort().join());
      const found = 'table' in result ? result.table.rows.map((row) => row.map(String).sort().join()) : [];
      return found.length === wanted.size && found.every((pair) => wanted.has(pair));
    }),
  );
  t.end();
});

t.test('what would grow past its bound is refused before it is made', (t) => {
  const many: Table = { columns: ['u'], rows: Array.from({ length: 50_000 }, (_, index) => [index]) };
  const same: Table = { columns: ['u'], rows: Array.from({ length: 1_000 }, () => ['x']) };
  t.throws(() => run([{ op: 'pairs', of: 'u' }], { table: many }), { code: 'exploration-too-large' });
  t.throws(() => run([{ op: 'join', with: 'w', on: 'u' }], { table: same }, { w: same }), {
    code: 'exploration-too-large',
  });
  const one: Table = { columns: ['u'], rows: [['a']] };
  const wide: Table = { columns: ['u'], rows: Array.from({ length: ROWS_MAX }, (_, index) => [index]) };
  const paired = run([{ op: 'pairs', of: 'u', with: 'w' }], { table: one }, { w: wide });
  t.equal('table' in paired && paired.table.rows.length, ROWS_MAX);
  t.throws(() => run([{ op: 'union', with: 'w' }], { table: one }, { w: wide }), { code: 'exploration-too-large' });
  t.end();
});

t.test('a step that does not fit is refused with words that help', (t) => {
  t.throws(() => run([{ op: 'select', fields: ['nobody'] }]), {
    code: 'action-refused',
    reason: /there are user, label/,
  });
  t.throws(() => run([{ op: 'count' }, { op: 'sort', by: 'user' }]), {
    code: 'action-refused',
    reason: /needs a table/,
  });
  t.throws(() => run([{ op: 'calc', fn: 'add', by: 1 }]), { code: 'action-refused', reason: /needs a value/ });
  t.throws(() => run([{ op: 'join', with: 'nowhere', on: 'user' }]), { code: 'action-refused', reason: /no variable/ });
  t.end();
});
