// One run in a real browser: its timeline is drawn, walked and zoomed, its citations open the right lines, and what a hostile input or
// provider says stays text.
import t from 'tap';
import { pathOf } from '../../../web/app/routes.ts';
import { accessibilityFaults, keepScreenshot, whyNoBrowser } from '../../support/browser.ts';
import { openStage } from '../../support/dashboard-stage.ts';

const DRAWN = '.timeline-canvas[data-next-seq]';
/** Colours on the canvas that are none of the page's greys: bars. */
const COLOURED_PIXELS = `(() => {
  const canvas = document.querySelector('.timeline-canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let coloured = 0;
  for (let at = 0; at < data.length; at += 4)
    if (Math.max(data[at], data[at + 1], data[at + 2]) - Math.min(data[at], data[at + 1], data[at + 2]) > 12) coloured++;
  return coloured;
})()`;

t.test('the timeline is drawn, and is the same rows as its table', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  const run = stage.runs[0]!;
  await using opened = await stage.enter(pathOf('run', run.id));
  const { page, faults } = opened;
  await page.waitForSelector(DRAWN);
  t.ok((await page.evaluate<number>(COLOURED_PIXELS)) > 2_000, 'bars are on the canvas');
  await page.getByRole('button', { name: 'Table' }).click();
  const rows = await page.locator('table[aria-rowcount]').first().getAttribute('aria-rowcount');
  t.equal(Number(rows), run.metrics.sub_queries + 1, 'a row for each sub-query, and the head');
  await keepScreenshot(page, 'run-table-1280');
  t.same(await accessibilityFaults(page), []);
  t.same(faults, []);
});

t.test(
  'by keyboard one walks through the bars, hears each, and the address follows',
  { skip: whyNoBrowser },
  async (t) => {
    const stage = await openStage();
    const run = stage.runs[0]!;
    await using opened = await stage.enter(pathOf('run', run.id));
    const { page, faults } = opened;
    await page.waitForSelector(DRAWN);
    await page.locator('.timeline-box').focus();
    await page.keyboard.press('Home');
    const readout = page.locator('.timeline-readout');
    await page.waitForURL(/[?&]q=/);
    t.match(await readout.textContent(), /answered, .*ms/);
    t.match(page.url(), /q=0\.0/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    t.ok(await page.locator('.bar-card').isVisible());
    for (const key of ['+', '+', 'Shift+ArrowRight', '-', '0']) await page.keyboard.press(key);
    await page.keyboard.press('Home');
    await page.getByRole('button', { name: 'Whole answer' }).click();
    await page.locator('dialog .payload').waitFor();
    t.match(await page.locator('dialog .payload').textContent(), /quote/);
    await keepScreenshot(page, 'run-answer-of-a-query-1280');
    t.same(await accessibilityFaults(page), []);
    await page.keyboard.press('Escape');
    await page.locator('.timeline-box').focus();
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.searchParams.has('q'));
    t.same(faults, []);
  },
);

t.test('a link to a query shows that query', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(`${pathOf('run', stage.runs[0]!.id)}?q=3.0`);
  const { page } = opened;
  await page.locator('.bar-card').waitFor();
  t.match(await page.locator('.bar-card').textContent(), /query 3\.0/);
});

t.test('a citation opens its lines in the file, and says when they have changed', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  const run = stage.runs[0]!;
  await using opened = await stage.enter(pathOf('run', run.id));
  const { page, faults } = opened;
  await page.locator('.answer-text .cite').first().click();
  await page.locator('.source-cited').first().waitFor();
  const span = run.span_refs[0]!;
  const cited = page.locator('.source-cited');
  t.equal(await cited.count(), span.end_line - span.start_line + 1);
  t.equal(await cited.first().locator('.source-number').textContent(), String(span.start_line));
  const words = (await cited.first().locator('code').textContent()) ?? '';
  t.ok(run.output?.includes(words.trim().slice(0, 40)), 'the line is what the answer says');
  t.match(await page.locator('.source-foot').textContent(), /as it was read/);
  t.match(page.url(), /#citation-1$/);
  await keepScreenshot(page, 'run-citation-1280');
  t.same(await accessibilityFaults(page), []);
  t.same(faults, []);
});

t.test(
  'the recursion is a tree by keyboard, and leads to the timeline and the citations',
  { skip: whyNoBrowser },
  async (t) => {
    const stage = await openStage();
    await using opened = await stage.enter(pathOf('run', stage.runs[0]!.id));
    const { page, faults } = opened;
    const active = page.locator('[role=treeitem][tabindex="0"]');
    await active.focus();
    await page.keyboard.press('ArrowDown');
    t.match(await active.textContent(), /Chunks/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    t.equal(await active.getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('ArrowDown');
    t.match(await active.textContent(), /Extractor/);
    await page.keyboard.press('Enter');
    await page.locator('.bar-card').waitFor();
    t.same(faults, []);
  },
);

t.test('every tab of the details shows what it names', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(pathOf('run', stage.runs[0]!.id));
  const { page, faults } = opened;
  for (const [tab, words] of [
    ['Events', /RunInit/],
    ['Payouts', /settled/],
    ['Config', /map_reduce/],
    ['Inputs', /build\.log/],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('tabpanel').locator('td, th, dd').getByText(words).first().waitFor();
    t.same(await accessibilityFaults(page), [], `${tab}: axe finds nothing`);
  }
  t.same(faults, []);
});

const HOSTILE =
  '<script>document.title="owned"</script><img src=x onerror=alert(1)> \u001b[31m \u202egnp.exe javascript:alert(1)';

t.test('what a hostile provider says is text, and in part where it is endless', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  await using opened = await stage.enter(`${pathOf('run', stage.runs[0]!.id)}?q=0.0`);
  const { page, faults } = opened;
  await page.route('**/blobs/**', (route) =>
    route.fulfill({ contentType: 'text/plain; charset=utf-8', body: HOSTILE + 'x'.repeat(10_000_000) }),
  );
  await page.getByRole('button', { name: 'Whole answer' }).click();
  const payload = page.locator('dialog .payload');
  await payload.waitFor();
  const shown = (await payload.textContent()) ?? '';
  t.ok(shown.length <= 201_000, 'ten million characters are not put into a page');
  t.match(shown, /<script>document\.title/, 'a tag is text');
  t.match(shown, /␛\[31m ⟨U\+202E⟩gnp/, 'what acts on a terminal or turns the direction is a sign');
  t.match(await page.locator('dialog[open]').textContent(), /more characters are not shown/);
  t.notMatch(await page.title(), /owned/);
  t.same(faults, []);
});

t.test('hostile names, models and answers are text everywhere in the view', { skip: whyNoBrowser }, async (t) => {
  const stage = await openStage();
  const [run] = stage.runs;
  const copy = `01${'Z'.repeat(24)}`;
  await using opened = await stage.enter(pathOf('runs'));
  const { page } = opened;
  const snapshot = await stage.read<object>(`/api/runs/${run!.id}/snapshot`);
  // Every text of the state that a stranger can have written, as the daemon would hand it out.
  const hostile = JSON.stringify(snapshot)
    .replaceAll('embedded 1', JSON.stringify(HOSTILE).slice(1, -1))
    .replaceAll('"extractive"', JSON.stringify(HOSTILE))
    .replaceAll(JSON.stringify(run!.output), JSON.stringify(`${HOSTILE} [1]`))
    .replaceAll(run!.id, copy);
  await page.route(`**/api/runs/${copy}/snapshot`, (route) =>
    route.fulfill({ contentType: 'application/json', body: hostile }),
  );
  await page.goto(stage.url + pathOf('run', copy));
  await page.locator('.answer-text .cite').waitFor();
  await page.getByRole('button', { name: 'Table' }).click();
  await page.getByRole('tab', { name: 'Config' }).click();
  const shown = (await page.locator('main').textContent()) ?? '';
  t.match(shown, /<script>document\.title/);
  t.notMatch(shown, /[\u202e\u001b]/, 'nothing acts on the direction of reading or on a terminal');
  t.notMatch(await page.title(), /owned/);
  t.equal(await page.locator('a[href^="javascript:"], main script, main img').count(), 0);
  await keepScreenshot(page, 'run-hostile-1280');
});

t.test(
  'on a phone, in the dark, with touch: the timeline still fits, and a tap chooses',
  { skip: whyNoBrowser },
  async (t) => {
    const stage = await openStage();
    await using opened = await stage.enter(pathOf('run', stage.runs[0]!.id), { width: 390, dark: true });
    const { page, faults } = opened;
    await page.waitForSelector(DRAWN);
    t.ok((await page.evaluate<number>(COLOURED_PIXELS)) > 500);
    await page.locator('.timeline-box').focus();
    await page.keyboard.press('Home');
    await page.locator('.bar-card').waitFor();
    await keepScreenshot(page, 'run-card-390-dark');
    t.same(await accessibilityFaults(page), []);
    t.same(faults, []);
  },
);
