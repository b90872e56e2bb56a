// The ledger in a real browser, with the books of real runs.
import t from 'tap';
import type { LedgerReport } from '../../../protocol/money-report.ts';
import { pathOf } from '../../../web/app/routes.ts';
import { accessibilityFaults, keepScreenshot, whyNoBrowser } from '../../support/browser.ts';
import { openStage } from '../../support/dashboard-stage.ts';

t.test(
  'the ledger tells what was paid, says that it is play money, and can be verified',
  { skip: whyNoBrowser },
  async (t) => {
    const stage = await openStage();
    const report = await stage.read<LedgerReport>('/api/ledger');
    await using opened = await stage.enter(pathOf('ledger'));
    const { page, faults } = opened;
    await page.getByText('play money', { exact: true }).waitFor();
    const payouts = page.getByRole('table', { name: 'Payouts, newest first' });
    t.equal(await payouts.locator('tbody tr').count(), report.payouts.length);
    t.match(await payouts.textContent(), /settled.*proven by its preimage/s);
    await page
      .getByRole('table', { name: /latest transactions/ })
      .locator('tbody tr')
      .first()
      .waitFor();
    await page.getByRole('table', { name: 'Earnings by provider, in sats' }).waitFor();
    await page.getByRole('button', { name: 'Verify the books' }).click();
    await page.getByText('The books agree with all that they were held against').waitFor();
    t.same(await accessibilityFaults(page), []);
    await keepScreenshot(page, 'ledger-verified-1280');
    t.same(faults, []);
  },
);

t.test('a daemon that does not answer is told, with what was known before', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(pathOf('runs'));
  const { page } = opened;
  await page.route('**/api/ledger', (route) => route.abort());
  await page.getByRole('link', { name: 'Ledger' }).click();
  await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
  t.same(await accessibilityFaults(page), []);
  await keepScreenshot(page, 'ledger-offline-1280');
  await page.unroute('**/api/ledger');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('region', { name: 'Balances' }).waitFor();
});
