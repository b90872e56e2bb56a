// What strangers write is shown as what it is: markup, escapes, links and turned text do nothing.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { pathOf } from '../../../web/app/routes.ts';
import { whyNoBrowser } from '../../support/browser.ts';
import { recordOf } from '../../support/command.ts';
import { openStage } from '../../support/dashboard-stage.ts';

const MARKUP = '<script>owned=1</script><img src=x onerror="owned=1"><style>*{display:none}</style>';
const LINES = [
  `error: ${MARKUP} broke the build`,
  'error: see javascript:owned=1 or [here](javascript:owned=1) for the broken build',
  'error: \u001b[2J\u001b]0;owned\u0007 the build is broken',
  'error: the broken build wrote \u202egnp.exe\u202c to the disk',
  `error: the broken build said ${'A'.repeat(50_000)}`,
];

t.test('hostile text does nothing on any page that shows it', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  const file = join(stage.home, '<b>hostile.log');
  await writeFile(file, LINES.join('\n\n'));
  const question = `Why is the build broken? <img src=x onerror="owned=1">`;
  const record = recordOf(
    await stage.pylon(['rlm', question, '--file', file, '--experiment', MARKUP.slice(0, 40), '--json']),
  );
  t.match(record.output ?? '', /<script>/, 'the answer quotes it');

  await using opened = await stage.enter('/rlm');
  const { page, faults } = opened;
  page.on('dialog', (dialog) => faults.push(`dialog: ${dialog.message()}`));
  for (const path of [pathOf('home'), pathOf('runs'), pathOf('run', record.id), pathOf('experiments')]) {
    await page.goto(stage.url + path);
    await page.waitForSelector('h1');
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    t.equal(await page.evaluate('typeof owned'), 'undefined', `${path}: no script ran`);
    const made = 'main script, main img, main style, main a[href^="javascript:" i], main iframe, main b';
    t.equal(await page.locator(made).count(), 0, `${path}: nothing was made of it`);
    t.ok(await page.locator('h1').isVisible(), `${path}: the page still shows`);
    t.match(await page.title(), /Pylon$/);
  }
  await page.goto(stage.url + pathOf('run', record.id));
  await page.getByText('<script>owned=1</script>').first().waitFor();
  t.same(faults, []);
});
