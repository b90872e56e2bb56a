// The list of runs in a real browser: filters in the address, order, columns, keys, and one thing done to many.
import t from 'tap';
import type { RunPage } from '../../../protocol/run-list.ts';
import { pathOf } from '../../../web/app/routes.ts';
import { accessibilityFaults, keepScreenshot, whyNoBrowser } from '../../support/browser.ts';
import { openStage } from '../../support/dashboard-stage.ts';

const ROWS = 'tbody tr[aria-rowindex]';

t.test('runs are filtered by what is typed, and the address keeps it', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(pathOf('runs'));
  const { page, faults } = opened;
  await page.locator(ROWS).first().waitFor();
  const all = await page.locator(ROWS).count();
  t.ok(all >= stage.runs.length);
  await page.getByRole('searchbox', { name: 'Question' }).fill('job kept');
  await page.waitForURL(/text=job\+kept/);
  await page.getByRole('status').filter({ hasText: '1 fit' }).waitFor();
  t.equal(await page.locator(ROWS).count(), 1);
  await page.reload();
  await page.locator(ROWS).first().waitFor();
  t.equal(await page.locator(ROWS).count(), 1, 'after a reload, too');
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByRole('status').filter({ hasText: 'in all' }).waitFor();
  await page.getByRole('combobox', { name: 'Status' }).selectOption('running');
  await page.getByText('No run fits').waitFor();
  t.same(await accessibilityFaults(page), []);
  await keepScreenshot(page, 'runs-empty-1280');
  t.same(faults, []);
});

t.test('a head sorts, and a column that is chosen stays', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(pathOf('runs'));
  const { page } = opened;
  await page.getByRole('button', { name: 'Sats', exact: true }).click();
  await page.waitForURL(/sort=cost/);
  await page.locator('th[aria-sort=descending]').filter({ hasText: 'Sats' }).waitFor();
  const { runs } = await stage.read<RunPage>('/api/runs?sort=cost&order=desc&limit=1');
  await page.locator(ROWS).first().getByRole('link', { name: runs[0]!.query }).first().waitFor();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Verification' }).check();
  await keepScreenshot(page, 'runs-columns-1280');
  t.same(await accessibilityFaults(page), []);
  await page.keyboard.press('Escape');
  await page.reload();
  await page.getByRole('columnheader', { name: 'Verification' }).waitFor();
});

t.test('j and k move, Space chooses, Enter opens', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(pathOf('runs'));
  const { page } = opened;
  await page.locator(ROWS).first().waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const row = () => page.evaluate<string>('document.activeElement.closest("tr")?.getAttribute("aria-rowindex")');
  t.equal(await row(), '3', 'the second run');
  await page.keyboard.press(' ');
  await page.getByText('1 run chosen').waitFor();
  await page.keyboard.press('k');
  t.equal(await row(), '2');
  await page.keyboard.press(' ');
  await page.getByText('2 runs chosen').waitFor();
  t.same(await accessibilityFaults(page), []);
  await keepScreenshot(page, 'runs-chosen-1280');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/rlm\/runs\/[0-9A-Z]{26}/);
});

t.test('chosen runs are moved to an experiment, and deleted after a question', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  const asked = await stage.pylon(['rlm', 'Which line is last?', '--file', 'examples/build.log', '--fanout', '4']);
  t.equal(asked.code, 0, asked.stderr);
  await using opened = await stage.enter(`${pathOf('runs')}?text=which+line+is+last`);
  const { page, faults } = opened;
  await page.getByRole('checkbox', { name: 'Choose this row' }).check();
  await page.getByRole('button', { name: 'Move…' }).click();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Experiment' }).fill('moved here');
  t.same(await accessibilityFaults(page), []);
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.locator(ROWS).getByRole('link', { name: 'moved here' }).waitFor();
  await page.getByRole('checkbox', { name: 'Choose this row' }).check();
  await page.getByRole('button', { name: 'Delete…' }).click();
  await keepScreenshot(page, 'runs-delete-1280');
  t.same(await accessibilityFaults(page), []);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('No run fits').waitFor();
  const { total } = await stage.read<RunPage>('/api/runs?text=which+line+is+last');
  t.equal(total, 0);
  t.same(faults, []);
});

t.test('a run that begins elsewhere appears in the list by itself', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(pathOf('runs'));
  const { page } = opened;
  await page.locator(ROWS).first().waitFor();
  const question = 'What does the log say of the linker?';
  const command = stage.start(['rlm', question, '--file', 'examples/build.log']);
  const row = page.locator(ROWS).filter({ hasText: question });
  await row.waitFor();
  await command.ended;
  await row.getByText('done').waitFor();
  t.pass('it appeared and ended without a reload');
});

t.test('on a phone a run is a card of two lines', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(pathOf('runs'), { width: 390 });
  const { page, faults } = opened;
  await page.locator(ROWS).first().waitFor();
  t.same(await accessibilityFaults(page), []);
  const overhang = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  t.ok(overhang <= 0, `${overhang} px`);
  await keepScreenshot(page, 'runs-390');
  t.same(faults, []);
});
