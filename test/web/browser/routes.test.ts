// Every route with the data of real runs: nothing complains, axe finds nothing, and pictures are kept for people to look at.
import t from 'tap';
import type { ProvidersReport } from '../../../protocol/provider-report.ts';
import { pathOf } from '../../../web/app/routes.ts';
import { accessibilityFaults, keepScreenshot, setLook, whyNoBrowser } from '../../support/browser.ts';
import { openStage } from '../../support/dashboard-stage.ts';

const WIDTHS_PX = [1_280, 390];

t.test('every route shows real data without an error, a violation or a barrier', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  const [first, second] = stage.runs;
  const { providers } = await stage.read<ProvidersReport>('/api/providers');
  const routes: [name: string, path: string][] = [
    ['now', pathOf('home')],
    ['runs', pathOf('runs')],
    ['run', pathOf('run', first?.id)],
    ['compare', `${pathOf('compare')}?runs=${first?.id},${second?.id}`],
    ['experiments', pathOf('experiments')],
    ['experiment', pathOf('experiment', 'nightly')],
    ['providers', pathOf('providers')],
    ['provider', pathOf('provider', providers[0]?.provider)],
    ['ledger', pathOf('ledger')],
    ['unknown', '/rlm/nothing/here'],
  ];
  await using opened = await stage.enter('/rlm');
  const { page, faults } = opened;
  for (const dark of [false, true]) {
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    for (const [name, path] of routes) {
      await page.goto(stage.url + path);
      await page.waitForSelector('h1');
      for (const width of WIDTHS_PX) {
        const look = `${name}-${width}-${dark ? 'dark' : 'light'}`;
        await setLook(page, { width, dark });
        await page.locator('.loading').first().waitFor({ state: 'detached' });
        t.same(await accessibilityFaults(page), [], `${look}: axe finds nothing`);
        const overhang = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        t.ok(overhang <= 0, `${look}: nothing hangs over the side (${overhang} px)`);
        await keepScreenshot(page, look);
      }
      t.same(faults.splice(0), [], `${name}: nothing complains`);
    }
  }
});
