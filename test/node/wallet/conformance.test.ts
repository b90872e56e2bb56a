import t from 'tap';
import { memoryWallets } from '../../support/memory-wallet.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { walletConformance } from './conformance.ts';

t.test('the in-memory wallet of the tests is a wallet', async (t) => {
  const { bank, ...wallets } = memoryWallets(seededRandom(1));
  const before = bank.totalMsat();
  await walletConformance(t, wallets);
  t.equal(bank.totalMsat(), before, 'no msat was made or lost');
});
