// The public page in a real browser: chosen runs, nothing of anybody's secrets, embedded by the one page that may.
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { accessibilityFaults, keepScreenshot, openPage, whyNoBrowser } from '../../support/browser.ts';
import { recordOf } from '../../support/command.ts';
import { openEmptyStage } from '../../support/dashboard-stage.ts';

const SECRET = 'hunter2hunter2';

/** A site that puts whatever it is asked for into a frame. */
async function openSite(t: Test): Promise<string> {
  const server = createServer((request, response) => {
    const to = new URL(request.url ?? '', 'http://site').searchParams.get('frame') ?? '';
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><html lang="en"><title>A site</title><iframe title="Runs" src="${to}" width="900" height="700"></iframe>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

t.test('what was chosen is shown to everybody, and framed by whom it may be', { skip: whyNoBrowser }, async (t) => {
  const [site, other] = [await openSite(t), await openSite(t)];
  const stage = await openEmptyStage({
    PYLON_HUD_EXPERIMENTS: 'public',
    PYLON_HUD_LISTEN: '127.0.0.1:0',
    PYLON_HUD_FRAME_ANCESTORS: site,
  });
  const [, hud = ''] = /to everybody at (http:\/\/127\.0\.0\.1:\d+)/.exec(stage.log()) ?? [];
  const file = join(stage.home, 'build.log');
  const lines = Array.from({ length: 200 }, (_, line) => `step ${line}: ok`);
  await writeFile(file, [...lines, `error: parse.c failed with password=${SECRET}`].join('\n'));
  const asked = ['rlm', 'What failed?', '--file', file, '--json'];
  recordOf(await stage.pylon([...asked, '--experiment', 'public']));
  recordOf(await stage.pylon([...asked, '--experiment', 'private']));

  for (const width of [1_280, 390]) {
    await using opened = await openPage({ width });
    const { page, faults } = opened;
    await page.goto(hud);
    await page.getByRole('heading', { name: 'Runs that are shown here' }).waitFor();
    t.same(await accessibilityFaults(page), []);
    await keepScreenshot(page, `hud-${width}`);
    await page.getByRole('link', { name: 'public' }).click();
    await page.getByRole('heading', { name: 'Experiment public' }).waitFor();
    const text = await page.content();
    t.match(text, 'What failed?');
    for (const secret of [SECRET, stage.home, 'private']) t.notMatch(text, secret);
    const overhang = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    t.ok(overhang <= 0, `nothing hangs over the side at ${width} (${overhang} px)`);
    await keepScreenshot(page, `hud-experiment-${width}`);
    t.equal((await page.goto(`${hud}/experiments/private`))?.status(), 404);
    t.same(
      faults.filter((fault) => !fault.includes('404')),
      [],
    );
  }

  await using opened = await openPage();
  const { page, faults } = opened;
  await page.goto(`${site}?frame=${encodeURIComponent(`${hud}/experiments/public`)}`);
  await page.frameLocator('iframe').getByRole('heading', { name: 'Experiment public' }).waitFor();
  await keepScreenshot(page, 'hud-embedded-1280');
  t.same(faults, []);
  await page.goto(`${other}?frame=${encodeURIComponent(hud)}`);
  t.match(faults.join(), /frame-ancestors/, 'the browser keeps it from a site that is not named');
});
