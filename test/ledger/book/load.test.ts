import { join } from 'node:path';
import t from 'tap';
import { loadLedger } from '../../support/book/load.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

t.test('32 clients at once: nothing is spent twice, nothing is lost, and the disk says what memory says', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const outcome = await loadLedger({
    folder,
    seed: 1,
    operations: 3_000,
    clients: 32,
    checkEvery: 100,
    verifyEvery: 500,
  });
  t.same(outcome.faults, []);
  t.equal(outcome.asked, 3_000);
  const kinds = [
    ...['open-run', 'reserve', 'settle', 'release', 'close-run', 'plan-payout', 'send-payout', 'doubt-payout'],
    ...['settle-payout', 'fail-payout', 'claim', 'bill', 'receive', 'expire-bill', 'again'],
    ...['escrow-payout', 'prepay-payout', 'reveal-payout', 'return-payout'],
    ...['internal', 'ledger-conflict', 'budget-exhausted', 'payment-proof-invalid', 'invoice-refused'],
  ];
  for (const kind of kinds) t.ok((outcome.counts.get(kind) ?? 0) > 0, `${kind} happened`);
});
