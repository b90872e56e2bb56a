import fc from 'fast-check';
import t from 'tap';
import { PROVIDER_ORDERS as SERVED } from '../../../protocol/provider-report.ts';
import { PROVIDER_ORDERS } from '../../../web/providers/orders.ts';
import { addressOf, isWindow, pathOfQuestion, QUESTION, questionOf } from '../../../web/providers/window.ts';

t.test('what is asked of the leaderboard comes back from its address', (t) => {
  const question = fc.record({
    since: fc.constantFrom('24h', '7d', '30d', '12h', '99999w'),
    model: fc.string({ unit: 'grapheme', maxLength: 40 }),
    sort: fc.constantFrom(...PROVIDER_ORDERS),
  });
  fc.assert(
    fc.property(question, (asked) => {
      t.same(questionOf(new URLSearchParams(addressOf(asked))), asked);
    }),
  );
  t.equal(addressOf(QUESTION), '', 'the usual question needs no words');
  t.end();
});

t.test('an address that asks nonsense asks the usual', (t) => {
  t.same(questionOf(new URLSearchParams('since=ever&sort=beauty')), QUESTION);
  for (const since of ['0h', '-1d', '1y', '7', 'd', '123456h', '1h ']) t.notOk(isWindow(since), since);
  t.end();
});

t.test('the daemon is asked in its own words, and knows every order', (t) => {
  t.equal(pathOfQuestion(QUESTION, 50), '/api/providers?since=24h&sort=success&limit=50');
  t.match(pathOfQuestion({ ...QUESTION, model: 'a b&c' }, 1), /model=a\+b%26c/);
  t.same(PROVIDER_ORDERS, SERVED);
  t.end();
});
