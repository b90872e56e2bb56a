// How a browser gets in, what it sees when it is not, and what it does while the daemon is away.
import t from 'tap';
import { accessibilityFaults, keepScreenshot, openPage, whyNoBrowser } from '../../support/browser.ts';
import { openStage } from '../../support/dashboard-stage.ts';

const skip = { skip: whyNoBrowser };

async function linkOf(stage: Awaited<ReturnType<typeof openStage>>): Promise<string> {
  const { stdout } = await stage.pylon(['dashboard', '--no-open', '--json']);
  return (JSON.parse(stdout) as { url: string }).url;
}

t.test('a browser without a session is told how to get one, and goes on when it has it', skip, async (t) => {
  const stage = await openStage();
  await using opened = await openPage({ width: 390 });
  const { page, faults } = opened;
  await page.goto(`${stage.url}/rlm/runs`);
  await page.getByRole('heading', { name: 'Signed out' }).waitFor();
  t.match(await page.locator('main').innerText(), /pylon dashboard/);
  t.same(await accessibilityFaults(page), []);
  await keepScreenshot(page, 'signed-out-390-light');
  const others = faults.filter((fault) => !/401|closed before the connection is established/.test(fault));
  t.same(others, [], 'only the refusal is told, and the live connection given up for it');

  const other = await page.context().newPage();
  await other.goto(await linkOf(stage));
  await other.getByRole('heading', { name: 'Now' }).waitFor();
  t.notMatch(other.url(), /enter/, 'the code is gone from the address');
  await page.getByRole('heading', { name: 'Runs' }).waitFor();
  t.pass('the page that was open goes on by itself');
});

t.test('a link works once, and says so the second time', skip, async (t) => {
  const stage = await openStage();
  const link = await linkOf(stage);
  await using first = await openPage();
  await first.page.goto(link);
  await first.page.getByRole('heading', { name: 'Now' }).waitFor();
  await using second = await openPage();
  await second.page.goto(link);
  await second.page.getByRole('heading', { name: 'Signed out' }).waitFor();
  t.match(await second.page.getByRole('alert').innerText(), /link/i);
  t.match(await second.page.title(), /Signed out/);
});

t.test('signing out ends the session, and a pasted link begins one in the same page', skip, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter('/rlm');
  const { page } = opened;
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Signed out' }).waitFor();
  const { hash } = new URL(await linkOf(stage));
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await page.getByRole('heading', { name: 'Now' }).waitFor();
  t.equal(new URL(page.url()).hash, '');
});

t.test('a page whose daemon is away keeps what it shows, and goes on when it is back', skip, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter('/rlm/runs');
  const { page } = opened;
  await page.getByRole('link', { name: 'Why does this build fail?' }).first().waitFor();
  await page.route('**/api/**', (route) => route.abort('connectionrefused'));
  await page.getByRole('link', { name: 'Ledger' }).click();
  await page.getByText('The daemon does not answer.').waitFor();
  t.match(await page.locator('main').innerText(), /pylon start/);
  await keepScreenshot(page, 'offline-1280-light');
  await page.unroute('**/api/**');
  await page.getByText('The daemon does not answer.').waitFor({ state: 'detached' });
  await page.getByRole('alert').first().waitFor({ state: 'detached' });
  t.pass('the ledger was asked for again');
});
