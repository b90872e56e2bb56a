// An exploration in a real browser: its steps stand in the tree and on the timeline, and the receipt says why it was explored.
import t from 'tap';
import { pathOf } from '../../../web/app/routes.ts';
import { accessibilityFaults, keepScreenshot, whyNoBrowser } from '../../support/browser.ts';
import { recordOf } from '../../support/command.ts';
import { openStage } from '../../support/dashboard-stage.ts';

const ASK = ['rlm', 'What says "No space left on device"?', '--strategy', 'rlm_lite', '--backend', 'extractive'];

t.test('an exploration is told step by step, and its receipt says why', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  const run = recordOf(await stage.pylon([...ASK, '--file', 'examples/build.log', '--json']));
  await using opened = await stage.enter(pathOf('run', run.id));
  const { page, faults } = opened;
  const tree = page.getByRole('treegrid').or(page.getByRole('tree'));
  await tree.getByText('Step 1: Search').waitFor();
  t.match(await tree.textContent(), /Step 2: .*LongContextQa/s);
  await keepScreenshot(page, 'run-exploration-tree-1280');
  await page.getByRole('tab', { name: 'Receipt' }).click();
  await page.getByText('it was asked for by name').waitFor();
  t.match(
    await page.getByRole('tabpanel').textContent(),
    /rlm_lite\.v1.*steps.*2 of 24.*limits that were reached.*none/s,
  );
  await keepScreenshot(page, 'run-exploration-receipt-1280');
  t.same(await accessibilityFaults(page), []);
  t.same(faults, []);
});
