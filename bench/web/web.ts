// `npm run bench:web`: the dashboard in a real browser, on the real daemon, at the sizes that the goals name; the same picture as SVG beside it.
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { PylonError } from '../../protocol/errors.ts';
import { percentile } from '../../protocol/percentile.ts';
import { type Row, toRow } from '../row.ts';
import { FedDaemon } from './fed-daemon.ts';
import { measureFrames } from './frames.ts';
import { svgTwin, UNTIL_DRAWN, WATCH_SEQ } from './page-scripts.ts';

const OPEN = 10_000;
const PER_SECOND = 2_000;
const FINISHED = 100_000;
const WATCHED_MS = 10_000;
/** The first seconds compile the page's script. */
const WARM_MS = 3_000;
const VIEWPORT = { width: 1_280, height: 900 };
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const RESULTS = fileURLToPath(new URL('../../../bench/web-results.json', import.meta.url));

async function openBrowser(): Promise<Browser> {
  const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  if (!existsSync(path))
    throw new PylonError('option-invalid', {
      value: path,
      reason: 'there is no Chromium here',
      next: 'set CHROMIUM_PATH',
    });
  return chromium.launch({ executablePath: path, headless: true, args: FLAGS });
}

/** A page that the daemon lets in. */
async function enter(browser: Browser, daemon: FedDaemon): Promise<Page> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(`${daemon.url}/rlm${await daemon.link()}`);
  await page.waitForSelector('h1');
  return page;
}

/** From the moment an event goes into the journal until the frame after the one that shows it, ascending. */
function delaysOf(daemon: FedDaemon, seen: readonly (readonly [number, number])[]): number[] {
  const delays: number[] = [];
  let at = 0;
  const first = seen[0]?.[0] ?? Number.POSITIVE_INFINITY;
  for (const batch of daemon.batches) {
    if (batch.seq <= first) continue;
    while (at < seen.length && seen[at]![0] < batch.seq) at++;
    if (at < seen.length) delays.push(seen[at]![1] - batch.at);
  }
  return delays.sort((left, right) => left - right);
}

async function live(browser: Browser, daemon: FedDaemon): Promise<Row[]> {
  const page = await enter(browser, daemon);
  const runId = await daemon.live(OPEN, PER_SECOND);
  await page.goto(`${daemon.url}/rlm/runs/${runId}`);
  await page.waitForSelector('.timeline-canvas[data-next-seq]', { timeout: 30_000 });
  await page.waitForTimeout(WARM_MS);
  await page.evaluate(WATCH_SEQ);
  const frames = await measureFrames(page, WATCHED_MS);
  const seen = await page.evaluate<[number, number][]>('globalThis.seenSeqs');
  await page.screenshot({ path: 'out/screenshots/bench-live.png' });
  // All of them on the screen at once: nothing is saved by what cannot be seen.
  await page.getByRole('button', { name: 'All rows' }).click();
  await page.waitForTimeout(WARM_MS);
  const all = await measureFrames(page, WATCHED_MS);
  daemon.stop();
  await page.close();
  const twin = await browser.newPage({ viewport: VIEWPORT });
  await twin.evaluate(svgTwin(OPEN, PER_SECOND));
  await twin.waitForTimeout(WARM_MS);
  const svg = await measureFrames(twin, WATCHED_MS);
  await twin.close();
  const ms = { unit: 'ms', direction: 'at-most' as const };
  return [
    toRow({ id: 'web-frame-p95-ms', value: frames.p95Ms, goal: 17, limit: svg.p95Ms, ...ms }),
    toRow({ id: 'web-frame-p99-ms', value: frames.p99Ms, goal: 34, limit: svg.p99Ms, ...ms }),
    toRow({ id: 'web-script-p99-ms', value: frames.scriptP99Ms, goal: 8, limit: svg.scriptP99Ms, ...ms }),
    toRow({ id: 'web-script-cpu-p99-ms', value: frames.scriptCpuP99Ms, goal: 8, limit: svg.scriptCpuP99Ms, ...ms }),
    toRow({ id: 'web-all-rows-frame-p95-ms', value: all.p95Ms, limit: svg.p95Ms, ...ms }),
    toRow({ id: 'web-event-to-pixel-p95-ms', value: percentile(delaysOf(daemon, seen), 0.95), goal: 150, ...ms }),
  ];
}

/** From the navigation until the canvas shows the whole run, in ms; the middle of some openings. */
async function openFinished(browser: Browser, daemon: FedDaemon): Promise<Row> {
  const runId = await daemon.fill(FINISHED);
  const tookMs: number[] = [];
  for (let round = 0; round < 5; round++) {
    const page = await enter(browser, daemon);
    await page.goto(`${daemon.url}/rlm/runs/${runId}`, { waitUntil: 'commit' });
    tookMs.push(await page.evaluate<number>(UNTIL_DRAWN));
    if (round === 0) await page.screenshot({ path: 'out/screenshots/bench-finished.png' });
    await page.close();
  }
  const value = percentile(
    tookMs.sort((left, right) => left - right),
    0.5,
  );
  return toRow({ id: 'web-open-100k-ms', value, unit: 'ms', goal: 1_500, direction: 'at-most' });
}

const seed = Number(process.env.BENCH_SEED ?? Date.now() % 100_000);
console.error(`seed ${seed}`);
const browser = await openBrowser();
try {
  await using daemon = await FedDaemon.start(seed);
  const rows = [await openFinished(browser, daemon), ...(await live(browser, daemon))];
  for (const { id, value, unit, goal, limit, holds } of rows)
    console.log(
      `${id}  ${value} ${unit}  goal ${goal ?? '-'}  svg ${limit ?? '-'}  ${holds === null ? '-' : holds ? 'holds' : 'NO'}`,
    );
  writeFileSync(RESULTS, `${JSON.stringify(rows, null, 2)}\n`);
} finally {
  await browser.close();
}
