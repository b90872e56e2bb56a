import t from 'tap';
import { WalletGlance } from '../../../node/api/wallet-glance.ts';
import { PylonError } from '../../../protocol/errors.ts';
import type { WalletReport } from '../../../protocol/money-report.ts';
import { FakeMoney } from '../../support/fake-money.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

async function stage() {
  const clock = new VirtualClock();
  const report = await new FakeMoney().wallet();
  const asked: { resolve: (report: WalletReport) => void; reject: (reason: unknown) => void }[] = [];
  const wallet = () => new Promise<WalletReport>((resolve, reject) => asked.push({ resolve, reject }));
  return { clock, report, asked, glance: new WalletGlance({ wallet }, clock) };
}

t.test('a wallet that answers is asked again only after a while', async (t) => {
  const { clock, report, asked, glance } = await stage();
  const looks = [glance.look(), glance.look()];
  t.equal(asked.length, 1, 'two who look ask once');
  asked[0]!.resolve(report);
  t.same(await Promise.all(looks), [report, report]);
  t.same(await glance.look(), report);
  t.equal(asked.length, 1);
  clock.jump(5_000);
  const later = glance.look();
  asked[1]!.resolve({ ...report, balance_msat: 1 });
  t.match(await later, { balance_msat: 1 });
});

t.test('nobody waits for one that is far away: what it told last is shown', async (t) => {
  const { clock, report, asked, glance } = await stage();
  t.equal(await clock.runUntil(glance.look()), null);
  asked[0]!.resolve(report);
  await clock.runUntil(Promise.resolve());
  t.same(await glance.look(), report);
  clock.jump(60_000);
  t.same(await clock.runUntil(glance.look()), report);
  t.equal(asked.length, 2);
  asked[1]!.reject(new PylonError('wallet-timeout'));
  await clock.runUntil(Promise.resolve());
  t.equal(await glance.look(), null, 'one that failed is not told to hold anything');
  t.equal(clock.pending, 0);
});
