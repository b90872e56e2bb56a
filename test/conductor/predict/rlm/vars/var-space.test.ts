import t from 'tap';
import { BLOB_BYTES_MAX, BlobStore } from '../../../../../conductor/predict/rlm/vars/blob-store.ts';
import { SMALL_JSON_BYTES_MAX, VARIABLES_MAX, VarSpace } from '../../../../../conductor/predict/rlm/vars/var-space.ts';

t.test('small values are kept as they are, long ones as blobs that are named by their bytes', (t) => {
  const variables = new VarSpace();
  variables.setJson('small', { a: [1, 'x'] });
  variables.setJson(
    'list',
    Array.from({ length: 5_000 }, (_, index) => index),
  );
  variables.setJson('long', 'y'.repeat(SMALL_JSON_BYTES_MAX));
  variables.setText('text', { text: '日本', passage: { file: 0, startByte: 3, endByte: 9, startLine: 1, endLine: 1 } });
  variables.setTable('table', { columns: ['a', '_file'], rows: [['x', 0]] });
  t.match(variables.describe('small'), { kind: 'json', value: { a: [1, 'x'] } });
  t.match(variables.describe('list'), { kind: 'list', length: 5_000 });
  t.match(variables.describe('long'), { kind: 'text', chars: SMALL_JSON_BYTES_MAX });
  t.match(variables.describe('text'), { kind: 'text', bytes: 6, passage: { startByte: 3 } });
  t.match(variables.describe('table'), { kind: 'table', rows: 1, columns: ['a', '_file'] });
  t.same(
    variables.value('list'),
    Array.from({ length: 5_000 }, (_, index) => index),
  );
  t.same(variables.value('table'), ['x']);
  t.equal(variables.text('text').text, '日本');
  variables.setText('same', { text: '日本' });
  t.equal(variables.describe('same').hash, variables.describe('text').hash);
  t.throws(() => variables.table('text'), { code: 'action-refused' });
  t.throws(() => variables.value('small'), { code: 'action-refused' });
  t.throws(() => variables.describe('nobody'), { code: 'action-refused', reason: /small, list, long/ });
  t.end();
});

t.test('what is written over is let go, and there is a bound on all', (t) => {
  const blobs = new BlobStore();
  const variables = new VarSpace(blobs);
  const large = 'z'.repeat(BLOB_BYTES_MAX / 2 + 1);
  variables.setText('a', { text: large });
  t.equal(blobs.bytes, large.length);
  variables.setText('b', { text: large });
  t.equal(blobs.bytes, large.length, 'the same bytes are kept once');
  t.throws(() => variables.setText('c', { text: `${large}!` }), { code: 'exploration-too-large' });
  t.equal(variables.has('c'), false);
  variables.setJson('a', 1);
  t.equal(blobs.bytes, large.length);
  variables.setText('b', { text: 'small' });
  t.equal(blobs.bytes, 5);
  for (let at = 2; at < VARIABLES_MAX; at++) variables.setJson(`v${at}`, at);
  t.throws(() => variables.setJson('more', 1), { code: 'exploration-too-large' });
  variables.setJson('v3', 'over');
  t.equal(variables.value('v3'), 'over');
  t.end();
});
