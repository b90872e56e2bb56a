// One run followed to its end by its own page, and taken along in every format that the page offers.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { pathOf } from '../../../web/app/routes.ts';
import { accessibilityFaults, keepScreenshot, whyNoBrowser } from '../../support/browser.ts';
import { recordOf } from '../../support/command.ts';
import { openStage } from '../../support/dashboard-stage.ts';

t.test('a run of the CLI is watched on its own page until its answer is there', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  const file = join(stage.home, 'watched.log');
  const lines = Array.from(
    { length: 30_000 },
    (_, line) => `unit ${line} ${line === 21_000 ? 'panicked' : 'is ready'}`,
  );
  await writeFile(file, lines.join('\n'));
  await using opened = await stage.enter('/rlm');
  const { page, faults } = opened;
  const question = 'Which unit panicked?';
  const asked = stage.start(['rlm', question, '--file', file, '--chunk-size', '2000', '--fanout', '2', '--json']);
  await page.getByRole('link', { name: question }).first().click();
  const canvas = page.locator('.timeline-canvas[data-next-seq]');
  await canvas.waitFor();
  const drawn = new Set<string>();
  while (!asked.hasEnded && drawn.size < 5) drawn.add((await canvas.getAttribute('data-next-seq')) ?? '');
  t.ok(drawn.size >= 5, `the timeline moves: events ${[...drawn].join(', ')}`);
  const record = recordOf(await asked.ended);
  t.equal(record.status, 'done');
  await page.getByText('unit 21000 panicked').first().waitFor();
  await page.getByText(`${record.metrics.chunks}/${record.metrics.chunks} chunks`).waitFor();
  // There is nothing to follow any more; each part of the page is drawn in a frame of its own.
  await page.getByRole('button', { name: 'Follow' }).waitFor({ state: 'detached' });
  t.same(faults, []);
});

const EXPORTS: readonly (readonly [item: string, content: RegExp])[] = [
  ['JSON lines', /RunInit/],
  ['CSV', /^.*query/],
  ['OpenTelemetry (OTLP/JSON)', /resourceSpans/],
  ['Perfetto trace', /traceEvents/],
  ['Run folder', /RunInit/],
];

t.test(
  'a run leaves in every format, and as a page after one saw what is taken out',
  { skip: whyNoBrowser },
  async (t) => {
    const stage = await openStage();
    await using opened = await stage.enter(pathOf('run', stage.runs[0]!.id));
    const { page, faults } = opened;
    const choose = async (item: string) => {
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    for (const [item, content] of EXPORTS) {
      const [download] = await Promise.all([page.waitForEvent('download'), choose(item)]);
      t.match(await readFile(await download.path(), 'utf8'), content, `${item}: ${download.suggestedFilename()}`);
    }
    await choose('Share as one page');
    const dialog = page.getByRole('dialog', { name: 'Share this run' });
    await dialog
      .getByText(/characters taken out/)
      .first()
      .waitFor();
    t.same(await accessibilityFaults(page), []);
    await keepScreenshot(page, 'share-run-1280');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Save the page' }).click(),
    ]);
    t.match(await readFile(await download.path(), 'utf8'), /^<!doctype html>/i);
    t.same(faults, []);
  },
);
