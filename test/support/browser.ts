// The system's own Chromium, one for a suite, and pages that remember every complaint: errors of scripts and of the
// console, violations of the content security policy, requests that came to nothing.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import t from 'tap';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
/** A step of a page on a busy machine; nothing waits for it on purpose. */
const STEP_MS = 20_000;
const HEIGHT_PX = 900;
const SCREENSHOTS = 'out/screenshots';

const named = process.env.CHROMIUM_PATH;
const path = named ?? PLACES.find((place) => existsSync(place));

/** False where there is a browser, else why its tests are skipped. */
export const whyNoBrowser: false | string =
  path === undefined ? 'no Chromium on this machine: install it, or name it in CHROMIUM_PATH' : false;

let browser: Promise<Browser> | undefined;

function openBrowser(): Promise<Browser> {
  if (browser === undefined) {
    browser = chromium.launch({ executablePath: path ?? '', headless: true, args: FLAGS });
    t.teardown(async () => (await browser)?.close());
  }
  return browser;
}

export interface PageOptions {
  readonly width?: number;
  readonly dark?: boolean;
  readonly reducedMotion?: boolean;
}

export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** What went wrong so far, each in words. */
  readonly faults: string[];
}

function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`script: ${error.stack ?? error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    if (reason !== 'net::ERR_ABORTED') faults.push(`request: ${request.url()} ${reason}`); // aborted: the view was left
  });
  return faults;
}

/** A page in a browser profile of its own. Dispose of it. */
export async function openPage({
  width = 1_280,
  dark = false,
  reducedMotion = true,
}: PageOptions = {}): Promise<WatchedPage> {
  const context = await (await openBrowser()).newContext({
    viewport: { width, height: HEIGHT_PX },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    hasTouch: width < 600,
  });
  context.setDefaultTimeout(STEP_MS);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  return { page, faults: watch(page), [Symbol.asyncDispose]: () => context.close() };
}

/** Makes the page so wide and of this theme, and waits until it is drawn so: the browser takes the theme up when it can. */
export async function setLook(
  page: Page,
  { width, dark }: { readonly width: number; readonly dark: boolean },
): Promise<void> {
  await page.setViewportSize({ width, height: HEIGHT_PX });
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  await page.evaluate(`new Promise((drawn) => {
    const look = () => {
      const there = matchMedia('(prefers-color-scheme: dark)').matches === ${dark} && innerWidth === ${width};
      requestAnimationFrame(there ? () => requestAnimationFrame(drawn) : look);
    };
    look();
  })`);
}

/** What axe finds wrong with the page as it is now: rule, place, what to do. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger's door: the page's policy lets no script in, and it must not be weaker for a test.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

/** Keeps a picture of the whole page for people to look at. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });
}
