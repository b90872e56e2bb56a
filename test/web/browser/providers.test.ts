// The leaderboard and a provider's page in a real browser, with what providers of real runs did.
import t from 'tap';
import type { ProvidersReport } from '../../../protocol/provider-report.ts';
import { pathOf } from '../../../web/app/routes.ts';
import { accessibilityFaults, keepScreenshot, whyNoBrowser } from '../../support/browser.ts';
import { openStage } from '../../support/dashboard-stage.ts';

t.test(
  'the leaderboard tells every provider, in the order and window one asks for',
  { skip: whyNoBrowser },
  async (t) => {
    const stage = await openStage();
    const { providers } = await stage.read<ProvidersReport>('/api/providers');
    await using opened = await stage.enter(pathOf('providers'));
    const { page, faults } = opened;
    await page.locator('tbody tr').first().waitFor();
    t.equal(await page.locator('tbody tr').count(), providers.length);
    await page.getByRole('button', { name: '7 d' }).click();
    await page.waitForURL(/since=7d/);
    await page.getByRole('button', { name: 'Jobs' }).click();
    await page.waitForURL(/sort=jobs/);
    await page.locator('th[aria-sort=descending]').filter({ hasText: 'Jobs' }).waitFor();
    await page.getByRole('textbox', { name: 'Other window' }).fill('12h');
    await page.keyboard.press('Enter');
    await page.waitForURL(/since=12h/);
    await page.getByRole('combobox', { name: 'Model' }).selectOption('extractive');
    await page.waitForURL(/model=extractive/);
    t.same(await accessibilityFaults(page), []);
    t.same(faults, []);
  },
);

t.test('a model that nobody has is a failure that names the way out', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(`${pathOf('providers')}?model=nobody`);
  const { page } = opened;
  await page.getByRole('alert').filter({ hasText: 'no provider' }).waitFor();
  t.same(await accessibilityFaults(page), []);
  await keepScreenshot(page, 'providers-failure-1280');
});

t.test('a provider has a page: record, course, announcement, jobs', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  const { providers } = await stage.read<ProvidersReport>('/api/providers');
  const [best] = providers;
  for (const { width, dark } of [
    { width: 1_280, dark: false },
    { width: 1_280, dark: true },
    { width: 390, dark: false },
  ]) {
    await using opened = await stage.enter(pathOf('provider', best!.provider), { width, dark });
    const { page, faults } = opened;
    const look = `provider-${width}-${dark ? 'dark' : 'light'}`;
    await page.getByRole('heading', { name: best!.name ?? '', level: 1 }).waitFor();
    await page.locator('.chart canvas').first().waitFor();
    t.match(await page.locator('main').textContent(), /Announcement.*Price.*a job and/s);
    await page
      .getByRole('table', { name: /From the latest/ })
      .locator('tbody tr')
      .first()
      .waitFor();
    t.same(await accessibilityFaults(page), [], look);
    const overhang = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    t.ok(overhang <= 0, `${look}: ${overhang} px`);
    await keepScreenshot(page, look);
    t.same(faults, []);
  }
});

t.test('a key that nobody knows has an empty page, not an error', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(pathOf('provider', 'ab'.repeat(32)));
  const { page, faults } = opened;
  await page.getByText('It was asked nothing in the last 24h').waitFor();
  await page.getByText('No announcement in force').waitFor();
  t.same(await accessibilityFaults(page), []);
  t.same(faults, []);
});
