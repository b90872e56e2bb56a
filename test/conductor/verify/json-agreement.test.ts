import t from 'tap';
import { agreeJson } from '../../../conductor/verify/json-agreement.ts';

const RECORD = {
  title: 'nightly build',
  count: 1606,
  ok: true,
  causes: ['the disk is full', 'the job was stopped'],
  where: { first: 3, last: 9 },
};

t.test('order of members and of lists, spelling and number format do not count', async (t) => {
  const other = {
    where: { last: '9', first: 3.0 },
    causes: ['the job was stopped', 'the  disk is full'],
    ok: true,
    count: '1,606',
    title: 'nightly build',
  };
  t.match(agreeJson(RECORD, other), { agrees: true });
  t.match(agreeJson(1606, '1606.0'), { agrees: true });
});

t.test('another value, kind or member differs, and the reason names the field', async (t) => {
  const others: [unknown, RegExp][] = [
    [{ ...RECORD, count: 1605 }, /^count/],
    [{ ...RECORD, ok: false }, /^ok/],
    [{ ...RECORD, ok: 'true' }, /^ok/],
    [{ ...RECORD, title: 'weekly build' }, /^title/],
    [{ ...RECORD, where: { first: 3, last: 10 } }, /^where\.last/],
    [{ ...RECORD, where: null }, /^where/],
    [{ ...RECORD, more: 1 }, /more/],
    [{ ...RECORD, causes: ['the disk is full'] }, /^causes/],
    [{ ...RECORD, causes: ['the disk is full', 'the disk is full'] }, /^causes/],
  ];
  for (const [other, reason] of others) t.match(agreeJson(RECORD, other), { agrees: false, reason });
});

t.test('the order of a list counts where the field says so', async (t) => {
  const [left, right] = [{ steps: ['a', 'b'] }, { steps: ['b', 'a'] }];
  t.ok(agreeJson(left, right).agrees);
  t.notOk(agreeJson(left, right, { ordered: new Set(['steps']) }).agrees);
});

t.test('sentences in lists find their partners whichever is tried first', async (t) => {
  const left = ['the disk of node-1 is full now', 'the disk of node-1 is full'];
  const right = ['the disk of node-1 is full', 'the disk of node-1 is full now'];
  t.ok(agreeJson(left, right).agrees);
});
