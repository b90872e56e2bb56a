// The inspector in a real browser, with a loop that was gone through by the real commands: nothing complains, axe finds nothing, nothing
// hangs over the side, and pictures are kept for people to look at.
import type { Locator, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import type { DseExample } from '../../../protocol/dse/example.ts';
import { pathOf } from '../../../web/app/routes.ts';
import { accessibilityFaults, keepScreenshot, setLook, whyNoBrowser } from '../../support/browser.ts';
import { countedReceipt, openDseStage, openNightStage } from '../../support/dse-stage.ts';

const LOOKS = [
  { width: 1_280, dark: false },
  { width: 390, dark: false },
];
const NIGHT = { width: 1_280, dark: true };

/** Looks at a page wide and narrow, and by night where its colours are its own. @param ready stands there when the page is whole */
async function look(t: Test, page: Page, name: string, ready: Locator, byNight = false): Promise<void> {
  for (const { width, dark } of byNight ? [...LOOKS, NIGHT] : LOOKS) {
    // Loaded in its theme: a browser takes a new one up part by part.
    if (dark) {
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.reload();
    }
    await ready.first().waitFor();
    await setLook(page, { width, dark });
    const look = `${name}-${width}${dark ? '-dark' : ''}`;
    t.same(await accessibilityFaults(page), [], `${look}: axe finds nothing`);
    const overhang = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    t.ok(overhang <= 0, `${look}: nothing hangs over the side (${overhang} px)`);
    await keepScreenshot(page, look);
  }
  if (byNight) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.reload();
    await ready.first().waitFor();
  }
  await setLook(page, LOOKS[0]!);
}

t.test('the first page leads to a signature, with how its parameters came to be', { skip: whyNoBrowser }, async (t) => {
  const { stage, signature, report } = await openDseStage();
  await using opened = await stage.enter(pathOf('dse'));
  const { page, faults } = opened;
  const signatures = page.getByRole('region', { name: 'Signatures' }).first();
  const winner = signatures.getByText(report.chosen!.compiled_id.slice(0, 12));
  await winner.waitFor();
  t.match(await signatures.getByRole('row').nth(1).textContent(), /SelectStrategy\.v1.*[\da-f]{12}/);
  await page.getByRole('link', { name: /^Label \d+ examples$/ }).waitFor();
  await look(t, page, 'dse', winner, true);
  await signatures.getByRole('link', { name: 'SelectStrategy.v1' }).click();
  await page.getByRole('heading', { name: 'How it came to be in force' }).waitFor();
  await page.getByRole('link', { name: 'what the gate found' }).waitFor();
  await look(t, page, 'dse-signature', page.getByText(`pylon dse rollback ${signature}`));
  t.same(faults, []);
});

t.test(
  'a compile shows all that it tried, drawn and in a table, and the gate leads to it',
  { skip: whyNoBrowser },
  async (t) => {
    const { stage, report, overview } = await openDseStage();
    await using opened = await stage.enter(pathOf('dse-promotion', overview.gates[0]?.promotionId));
    const { page, faults } = opened;
    await look(t, page, 'dse-promotion', page.getByText('exact McNemar test, one-sided'));
    await page.getByRole('link', { name: 'its compile' }).click();
    await page.getByRole('heading', { name: 'Score against cost' }).waitFor();
    const candidates = page.getByRole('region', { name: /candidates, best first/ });
    t.equal(await candidates.getByRole('row').count(), report.candidates.length + 1);
    await look(t, page, 'dse-compile', page.getByRole('img', { name: /Score on dev against/ }), true);
    await candidates.getByRole('button').first().click();
    const dialog = page.getByRole('dialog', { name: /^Candidate [\da-f]{12}$/ });
    await dialog.getByText('score of each example').waitFor();
    t.match(await dialog.textContent(), /"fewShot"/);
    t.same(await accessibilityFaults(page), []);
    t.same(faults, []);
  },
);

t.test(
  'a canary shows its arms, the evidence over time, and the receipt of each event',
  { skip: whyNoBrowser },
  async (t) => {
    const { stage, overview } = await openDseStage();
    await using opened = await stage.enter(pathOf('dse-canary', overview.canaries[0]?.canaryId));
    const { page, faults } = opened;
    await page.getByText('stopped by hand').waitFor();
    await look(t, page, 'dse-canary', page.locator('.chart canvas'), true);
    await page
      .getByRole('region', { name: /events, newest first/ })
      .getByRole('link')
      .first()
      .click();
    await page.getByRole('heading', { name: 'Prediction of SelectStrategy.v1' }).waitFor();
    t.same(faults, []);
  },
);

t.test('a person says of an output that a canary counts whether it is good', { skip: whyNoBrowser }, async (t) => {
  const dse = await openDseStage();
  const receiptId = await countedReceipt(dse);
  await using opened = await dse.stage.enter(pathOf('dse-receipt', receiptId));
  const { page, faults } = opened;
  await page.getByRole('button', { name: 'Bad' }).click();
  await page.getByText('Counted as bad').waitFor();
  t.same(await accessibilityFaults(page), []);
  await page.getByRole('link', { name: 'a canary' }).click();
  await page.getByRole('cell', { name: '1 of 1' }).waitFor();
  t.match(await page.locator('.page-head').textContent(), /running/);
  t.same(faults, []);
});

t.test('a night shows each step with its evidence, and that all of it is there', { skip: whyNoBrowser }, async (t) => {
  const { stage, night } = await openNightStage();
  await using opened = await stage.enter(pathOf('dse'));
  const { page, faults } = opened;
  const nights = page.getByRole('region', { name: 'Nights', exact: true });
  await nights.getByRole('link', { name: 'SelectStrategy.v1' }).click();
  await page.getByText(/^all \d+ ids found$/).waitFor();
  const steps = page.getByRole('region', { name: 'Steps, in order' });
  t.equal(await steps.getByRole('row').count(), night.steps.length + 1);
  await look(t, page, 'dse-night', page.getByText(/^all \d+ ids found$/));
  await steps
    .getByRole('link', { name: /^report / })
    .first()
    .click();
  await page.getByRole('heading', { name: 'Compile of SelectStrategy.v1' }).waitFor();
  t.same(faults, []);
});

t.test('examples are listed, filtered and shown raw', { skip: whyNoBrowser }, async (t) => {
  const { stage } = await openDseStage();
  await using opened = await stage.enter(pathOf('dse-examples'));
  const { page, faults } = opened;
  await page.getByRole('button', { name: 'made:001' }).waitFor();
  await look(t, page, 'dse-examples', page.getByRole('button', { name: 'made:001' }));
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('button', { name: 'made:050' }).waitFor();
  await page.getByLabel('Split').selectOption('holdout');
  await page.getByRole('button', { name: 'made:065' }).click();
  const dialog = page.getByRole('dialog', { name: 'Example' });
  await dialog.getByText('"window_tokens": 8192').waitFor();
  t.match(page.url(), /split=holdout.*example=made%3A065/, 'a link shows the same');
  t.same(await accessibilityFaults(page), []);
  await keepScreenshot(page, 'dse-example-1280');
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => !url.searchParams.has('example'));
  t.same(faults, []);
});

t.test('the queue is gone through by keyboard: approved, corrected, rejected', { skip: whyNoBrowser }, async (t) => {
  const { stage, signature } = await openDseStage();
  const exampleOf = (id: string) =>
    stage.read<DseExample>(`/api/dse/examples/${encodeURIComponent(signature)}/${encodeURIComponent(id)}`);
  await using opened = await stage.enter(pathOf('dse-label'));
  const { page, faults } = opened;
  await page.getByText('made:000').first().waitFor();
  await look(t, page, 'dse-label', page.getByText('made:000'));
  await page.keyboard.press('a');
  await page.getByRole('definition').getByText('made:040').waitFor();
  t.equal((await exampleOf('made:000')).review, 'approved');

  await page.keyboard.press('c');
  const box = page.getByRole('textbox', { name: 'What is right' });
  await box.fill('{"strategy":');
  await page.getByRole('button', { name: 'Keep the correction' }).click();
  await page.getByText(/This is not JSON/).waitFor();
  await box.fill('{"strategy":"poet"}');
  await page.getByRole('button', { name: 'Keep the correction' }).click();
  await page
    .getByText(/expectedJson/)
    .first()
    .waitFor();
  t.equal((await exampleOf('made:040')).review, 'pending', 'what is none of the signature is refused');
  t.same(await accessibilityFaults(page), []);
  await keepScreenshot(page, 'dse-label-correction-1280');
  await box.fill('{"strategy":"direct"}');
  await page.getByRole('button', { name: 'Keep the correction' }).click();
  await page.getByRole('definition').getByText('made:080').waitFor();
  t.match(await exampleOf('made:040'), { review: 'approved', expectedJson: { strategy: 'direct' } });

  await page.locator('#main').focus();
  await page.keyboard.press('x');
  await page.getByRole('definition').getByText('made:120').waitFor();
  t.equal((await exampleOf('made:080')).review, 'rejected');
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByText('This is the last one').waitFor();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('Nothing is to be judged').waitFor();
  t.same(await accessibilityFaults(page), []);
  t.same(
    faults.filter((fault) => !fault.includes('400')),
    [],
  );
});
