import t from 'tap';
import { meaningOf, tallyOf } from '../../../web/ledger/payout-states.ts';

t.test('a payout says why it stands as it does, in its own words where it has some', (t) => {
  t.equal(meaningOf({ state: 'failed', reason: 'the invoice expired' }), 'the invoice expired');
  t.match(meaningOf({ state: 'unknown', reason: null }), /never paid again/);
  const ahead = { query_id: '0.0', by: 'escrow' } as const;
  t.match(meaningOf({ state: 'settled', reason: null, ahead }), /preimage \(out of escrow\)/);
  t.end();
});

t.test('payouts are counted by state, those that need a look first', (t) => {
  const payouts = (['settled', 'unknown', 'settled'] as const).map((state) => ({ state }));
  t.same(tallyOf(payouts), [
    ['unknown', 1],
    ['settled', 2],
  ]);
  t.same(tallyOf([]), []);
  t.end();
});
