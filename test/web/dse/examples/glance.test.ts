import t from 'tap';
import { glance, parsed, sourceReceipt } from '../../../../web/dse/examples/glance.ts';

t.test('a value is seen in one line, and what has one member is that member', (t) => {
  t.equal(glance({ strategy: 'direct.v1' }), 'direct.v1');
  t.equal(glance({ a: 1, b: [2] }), '{"a":1,"b":[2]}');
  t.equal(glance('two\nlines'), 'two lines');
  t.equal(glance(null), 'null');
  t.equal(glance('x'.repeat(500)).length, 120);
  t.end();
});

t.test('an example leads to the receipt that it was mined from, if it was', (t) => {
  t.equal(sourceReceipt({ meta: { receiptId: '01ABC' } }), '01ABC');
  for (const meta of [{}, { receiptId: '' }, { receiptId: 7 }]) t.equal(sourceReceipt({ meta }), undefined);
  t.end();
});

t.test('a correction is JSON or says why it is none', (t) => {
  t.same(parsed('{"a":1}'), { value: { a: 1 } });
  t.match(parsed('{a:1}'), { fault: /^This is not JSON: / });
  t.end();
});
