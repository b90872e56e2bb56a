// Where nothing was ever asked, the first page says what this is and asks a first question at a press.
import t from 'tap';
import { accessibilityFaults, keepScreenshot, whyNoBrowser } from '../../support/browser.ts';
import { openEmptyStage } from '../../support/dashboard-stage.ts';

const skip = { skip: whyNoBrowser };

t.test('the first run is one press away, and afterwards it is among the recent ones', skip, async (t) => {
  const stage = await openEmptyStage();
  await using opened = await stage.enter('/rlm', { width: 390 });
  const { page, faults } = opened;
  const first = page.getByRole('button', { name: 'Why does this build fail?' });
  await first.waitFor();
  t.same(await accessibilityFaults(page), []);
  await keepScreenshot(page, 'first-run-390-light');
  await page.setViewportSize({ width: 1_280, height: 900 });
  await keepScreenshot(page, 'first-run-1280-light');
  await first.click();
  await page.getByRole('heading', { level: 1, name: 'Why does this build fail?' }).waitFor();
  await page.getByRole('link', { name: 'Now' }).click();
  await page.getByRole('row').filter({ hasText: 'Why does this build fail?' }).getByText('done').waitFor();
  await page.getByRole('link', { name: 'Why does this build fail?' }).click();
  await page.getByText('No space left on device').first().waitFor();
  t.same(faults, []);
});
