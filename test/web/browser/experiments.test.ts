// Experiments in a real browser: side by side, notes that stay, files that are what one sees, a page that is shared after one saw what is taken out.
import { readFile } from 'node:fs/promises';
import t from 'tap';
import type { ExperimentView } from '../../../protocol/experiment-report.ts';
import { pathOf } from '../../../web/app/routes.ts';
import { accessibilityFaults, keepScreenshot, whyNoBrowser } from '../../support/browser.ts';
import { openStage } from '../../support/dashboard-stage.ts';

const EXPERIMENT = 'nightly';

t.test('an experiment shows its runs side by side with the best marked', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  const { runs, comparison } = await stage.read<ExperimentView>(`/api/experiments/${EXPERIMENT}`);
  t.ok(runs.length >= 2);
  await stage.pylon(['rlm', 'tag', runs[0]!.id, 'accuracy=0.84', 'f1=0.8']);
  await stage.pylon(['rlm', 'tag', runs[1]!.id, 'accuracy=0.71', 'f1=0.9']);
  for (const width of [1_280, 390]) {
    await using opened = await stage.enter(pathOf('experiments'), { width });
    const { page, faults } = opened;
    await page.getByRole('link', { name: EXPERIMENT }).waitFor();
    t.same(await accessibilityFaults(page), [], `experiments at ${width}`);
    await keepScreenshot(page, `experiments-${width}`);
    await page.getByRole('link', { name: EXPERIMENT }).click();
    await page.getByText('▲').first().waitFor();
    const table = page.getByRole('table', { name: /side by side/ });
    t.equal(await table.locator('tbody tr').count(), comparison.runs.length);
    t.match(await table.locator('tbody').textContent(), /best: /, 'the mark is read aloud, too');
    t.match(await table.locator('thead').textContent(), /Accuracy.*F1.*Latency.*Sats.*Tokens.*Coverage.*chunk size/s);
    await page.getByRole('img', { name: /Accuracy against Sats/ }).waitFor();
    t.same(await accessibilityFaults(page), [], `the experiment at ${width}`);
    const overhang = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    t.ok(overhang <= 0, `nothing hangs over the side at ${width} (${overhang} px)`);
    await keepScreenshot(page, `experiment-${width}`);
    t.same(faults, []);
  }
});

t.test('a note is kept and shown as text', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(pathOf('experiment', EXPERIMENT));
  const { page, faults } = opened;
  const note = '<b>Smaller chunks</b>\nread better.';
  await page.getByRole('button', { name: 'Write a note' }).click();
  await page.getByRole('textbox', { name: 'Note' }).fill(note);
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await page.getByText('<b>Smaller chunks</b>').waitFor();
  t.equal((await stage.read<ExperimentView>(`/api/experiments/${EXPERIMENT}`)).experiment.note, note);
  t.same(faults, []);
});

t.test('chosen runs are compared, and the comparison is saved as CSV and JSON', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(pathOf('experiment', EXPERIMENT));
  const { page, faults } = opened;
  await page.getByRole('checkbox', { name: 'Choose all rows' }).check();
  await page.getByRole('link', { name: /Compare \d+ selected/ }).click();
  await page.getByRole('heading', { name: 'Compare', level: 1 }).waitFor();
  await page.getByText('▲').first().waitFor();
  t.same(await accessibilityFaults(page), []);
  await keepScreenshot(page, 'compare-1280');
  for (const [words, pattern] of [
    ['This table, CSV', /^run,created_at,status,method,side,/],
    ['This comparison, JSON', /"metrics"/],
  ] as const) {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: words }).click(),
    ]);
    t.match(await readFile(await download.path(), 'utf8'), pattern);
  }
  t.same(faults, []);
});

t.test('a page is shared after one saw what is taken out of it', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(pathOf('experiment', EXPERIMENT));
  const { page, faults } = opened;
  await page.getByRole('button', { name: 'Share…' }).click();
  const dialog = page.getByRole('dialog', { name: `Share ${EXPERIMENT}` });
  await dialog
    .getByText(/places?, [\d,]+ characters taken out/)
    .first()
    .waitFor();
  t.same(await accessibilityFaults(page), []);
  await keepScreenshot(page, 'share-1280');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save the page' }).click(),
  ]);
  const html = await readFile(await download.path(), 'utf8');
  t.match(html, /^<!doctype html>/i);
  t.notMatch(html, /build\.log/, 'paths are taken out');
  t.same(faults, []);
});
