// Receipts in a real browser: from the list to one, from that to each step of its exploration, and from a step to the lines that it read.
import t from 'tap';
import type { ReceiptPage } from '../../../protocol/receipt-list.ts';
import { pathOf } from '../../../web/app/routes.ts';
import { accessibilityFaults, keepScreenshot, whyNoBrowser } from '../../support/browser.ts';
import { recordOf } from '../../support/command.ts';
import { openStage } from '../../support/dashboard-stage.ts';

const ASK = ['rlm', 'What says "No space left on device"?', '--strategy', 'rlm_lite', '--backend', 'extractive'];
const QA = '@pylon/rlm/LongContextQa.v1';

t.test('a receipt leads through its exploration to the cited lines', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  const run = recordOf(await stage.pylon([...ASK, '--file', 'examples/build.log', '--json']));
  const { receipts } = await stage.read<ReceiptPage>(`/api/dse/receipts/list?run=${run.id}&signature=${QA}`);
  const receiptId = receipts[0]?.receiptId ?? '';
  for (const width of [1_280, 390]) {
    await using opened = await stage.enter(pathOf('dse-receipts'), { width });
    const { page, faults } = opened;
    await page.getByLabel('Signature').selectOption(QA);
    await page.getByRole('link', { name: `…${receiptId.slice(-8)}` }).waitFor();
    t.same(await accessibilityFaults(page), [], `the list at ${width}`);
    await keepScreenshot(page, `dse-receipts-${width}`);
    await page.getByRole('link', { name: `…${receiptId.slice(-8)}` }).click();
    await page.getByRole('heading', { name: /Prediction of LongContextQa/ }).waitFor();
    const steps = page.locator('.steps > li');
    await steps.first().waitFor();
    t.match(await steps.first().textContent(), /1Search.*saw [\d,]+ characters.*used so far: 1 step/s);
    await steps.first().getByText('What was written and done').click();
    await steps.first().getByText('as the controller wrote it').waitFor();
    const evidence = page.getByRole('list', { name: 'Evidence' });
    await evidence
      .getByRole('button', { name: /build\.log:\d+/ })
      .first()
      .click();
    await evidence.getByText('as it was read').waitFor();
    t.match(await evidence.locator('.source-cited').first().textContent(), /No space left on device/);
    await page.getByText('The receipt as JSON').click();
    await page.locator('.payload', { hasText: 'openagents.dse.predict_receipt' }).waitFor();
    t.same(await accessibilityFaults(page), [], `the receipt at ${width}`);
    const overhang = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    t.ok(overhang <= 0, `nothing hangs over the side at ${width} (${overhang} px)`);
    await keepScreenshot(page, `dse-receipt-${width}`);
    t.same(faults, []);
  }
});

t.test('a receipt that is not there is said to be unknown, with the next step', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(pathOf('dse-receipt', '0'.repeat(26)));
  await opened.page.getByRole('alert').waitFor();
  t.match(await opened.page.getByRole('alert').textContent(), /receipt/);
});
