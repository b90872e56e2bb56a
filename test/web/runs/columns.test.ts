import t from 'tap';
import {
  COLUMN_IDS,
  type ColumnId,
  DEFAULT_COLUMNS,
  readColumns,
  toggled,
  writeColumns,
} from '../../../web/runs/columns.ts';

t.test('chosen columns are kept, and whatever else a browser kept counts as nothing', (t) => {
  const some: readonly ColumnId[] = ['cost', 'id'];
  t.same(readColumns(writeColumns(some)), some);
  for (const kept of [null, '', 'nonsense', '[1,2]']) t.same(readColumns(kept), DEFAULT_COLUMNS, String(kept));
  t.same(readColumns('id,nonsense,cost'), some, 'in the order in which they stand');
  t.end();
});

t.test('a column is shown in its place, and the last one stays', (t) => {
  t.same(toggled(['cost', 'id'], 'status'), ['status', 'cost', 'id']);
  t.same(toggled(['cost', 'id'], 'cost'), ['id']);
  t.same(toggled(['id'], 'id'), ['id']);
  t.equal(new Set(COLUMN_IDS).size, COLUMN_IDS.length);
  t.end();
});
