// The whole way without a pointer: skip, go, look up the keys, ask, follow to the run.
import type { Page } from 'playwright-core';
import t from 'tap';
import { accessibilityFaults, keepScreenshot, whyNoBrowser } from '../../support/browser.ts';
import { CHECKOUT } from '../../support/command.ts';
import { openStage } from '../../support/dashboard-stage.ts';

const skip = { skip: whyNoBrowser };

/** What a screen reader would call the focused element. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    'document.activeElement.getAttribute("aria-label") ?? document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText',
  );
}

async function tabTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 60; step++) {
    if ((await focused(page)).startsWith(name)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${name}`);
}

t.test('Tab first offers to skip to the content, and letters lead to the views', skip, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter('/rlm');
  const { page, faults } = opened;
  await page.keyboard.press('Tab');
  t.equal(await focused(page), 'Skip to the content');
  await page.keyboard.press('Enter');
  t.equal(await page.evaluate('document.activeElement.id'), 'main');

  for (const [key, heading] of [
    ['r', 'Runs'],
    ['e', 'Experiments'],
    ['p', 'Providers'],
    ['l', 'Ledger'],
    ['n', 'Now'],
  ] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.locator('h1:focus').waitFor();
    t.match(await page.title(), new RegExp(`^${heading} · Pylon`), 'the document has its name');
  }
  t.same(faults, []);
});

t.test('? lists the keys, Escape closes the list, and typing is no shortcut', skip, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter('/rlm');
  const { page } = opened;
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  t.same(await accessibilityFaults(page), []);
  await keepScreenshot(page, 'keys-1280-light');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'hidden' });
  await page.getByRole('textbox', { name: 'Question' }).focus();
  await page.keyboard.type('g r?');
  t.equal(await page.getByRole('textbox', { name: 'Question' }).inputValue(), 'g r?');
  t.match(page.url(), /\/rlm$/);
});

t.test('keys can be put to rest, and the choice is kept', skip, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter('/rlm');
  const { page } = opened;
  await page.keyboard.press('?');
  await page.getByRole('checkbox', { name: /without a modifier/ }).uncheck();
  await page.keyboard.press('Escape');
  await page.reload();
  await page.getByRole('heading', { name: 'Now' }).waitFor();
  await page.keyboard.press('?');
  t.equal(await page.getByRole('dialog').count(), 0);
});

t.test('a question is asked and its run is reached without a pointer', skip, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter('/rlm');
  const { page, faults } = opened;
  await tabTo(page, 'Ask');
  await page.keyboard.press('Enter');
  await page.getByText('Ask something.').waitFor();
  t.match(await page.getByRole('textbox', { name: 'Files' }).getAttribute('aria-invalid'), 'true');
  await page.getByRole('textbox', { name: 'Question' }).focus();
  await page.keyboard.type('Who is told when a job fails?');
  await page.keyboard.press('Tab');
  await page.keyboard.type(`${CHECKOUT}/examples/job-system-handbook.md`);
  await tabTo(page, 'Ask');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Who is told when a job fails?' }).waitFor();
  t.match(page.url(), /\/rlm\/runs\/[0-9A-Z]{26}/);
  t.same(faults, []);
});

t.test('the theme is what the system has, until one is chosen', skip, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter('/rlm', { dark: true });
  const { page } = opened;
  const scheme = () => page.evaluate('getComputedStyle(document.documentElement).colorScheme');
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const dark = await ground();
  await page.keyboard.press('t');
  t.equal(await scheme(), 'light');
  // The style of what is shown may come a frame later.
  while ((await ground()) === dark) await page.evaluate('new Promise(requestAnimationFrame)');
  await page.reload();
  await page.getByRole('heading', { name: 'Now' }).waitFor();
  t.equal(await scheme(), 'light', 'the choice is kept');
});

t.test('who asked for less motion gets none', skip, async (t) => {
  const stage = await openStage();
  const turning = `(() => {
    const mark = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    mark.setAttribute('class', 'mark mark-busy');
    document.body.append(mark);
    return getComputedStyle(mark).animationDuration;
  })()`;
  await using still = await stage.enter('/rlm', { reducedMotion: true });
  t.ok(Number.parseFloat(await still.page.evaluate<string>(turning)) < 0.001);
  await using moving = await stage.enter('/rlm', { reducedMotion: false });
  t.equal(await moving.page.evaluate<string>(turning), '1.2s');
});
