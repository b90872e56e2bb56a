// Providers that attack whoever reads them, on the wire and to the end: a real run asks a crowd of them, and what they said is looked
// at wherever it is shown: on every page, in the terminal, in what is exported.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import t from 'tap';
import type { RunRecord } from '../../../protocol/run.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { pathOf } from '../../../web/app/routes.ts';
import { keepScreenshot, openPage, whyNoBrowser } from '../../support/browser.ts';
import { pylon, recordOf, startPylon } from '../../support/command.ts';
import { openEmptyStage, type Stage } from '../../support/dashboard-stage.ts';
import { HostileProviders, NASTY, NASTY_LONG, TRICK_NAMES, type TrickName } from '../../support/hostile-provider.ts';
import { Swarm } from '../../support/swarm.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const skip = { skip: whyNoBrowser };
const LINES = 160;

/** What acts on a terminal, or turns the direction of reading; a line feed is a line feed. */
const ACTS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

interface Attacked {
  readonly stage: Stage;
  /** Without verification, and with what holds where nobody says otherwise. */
  readonly runs: readonly RunRecord[];
  readonly crowds: readonly HostileProviders[];
  /** All that the command said of the runs, to both streams. */
  readonly said: string;
}

/** A file in which honest quotes are as nasty as the notes beside them. */
function hostileFile(): string {
  const words = NASTY_LONG.replace(/[\0\n\r\u2028\u0085]/g, ' ');
  const tails = [words, 'of the plan, see above', 'and nobody knows why'];
  return Array.from({ length: LINES }, (_, at) => `error ${at}: the build broke ${tails[at % 3]}`).join('\n');
}

/** The address of a wallet that could pay them, at a hub of its own. */
async function openWallet(relay: string): Promise<string> {
  const home = await temporaryFolder(t);
  const bank = startPylon(t, ['start', '--foreground', '--hub', '--relay', relay, '--port', '0'], { home });
  await bank.said('stderr', /serves http/);
  return (
    await pylon(t, ['wallet', 'connect', '--print', '--name', NASTY.replace('\0', ''), '--fund', '5000'], { home })
  ).stdout.trim();
}

async function attack(): Promise<Attacked> {
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  // Those of one kind are held against each other; of the others nobody can say that they lie.
  const crowds = [
    await HostileProviders.start(swarm, ['extractive']),
    await HostileProviders.start(swarm, [NASTY, '__proto__', 'constructor', NASTY_LONG.slice(0, 256)]),
  ];
  const stage = await openEmptyStage({ PYLON_NWC: await openWallet(swarm.relay.url) });
  const file = join(stage.home, 'build.log');
  await writeFile(file, hostileFile());
  const question = ['rlm', 'Why does the build break?', '--file', file, '--relay', swarm.relay.url];
  const runs: RunRecord[] = [];
  let said = '';
  for (const tier of [['--verify', 'none'], []]) {
    const done = await stage.pylon([...question, '--chunk-size', '1024', ...tier, '--json']);
    said += done.stdout + done.stderr;
    runs.push(recordOf(done));
  }
  return { stage, runs, crowds, said };
}

let attacked: Promise<Attacked> | undefined;
const openAttacked = () => {
  attacked ??= attack();
  return attacked;
};

t.test('a run that asks nobody but hostile providers has its answer, whatever the tier', async (t) => {
  const { runs, crowds } = await openAttacked();
  t.same(
    runs.map(({ status, config, metrics }) => [status, config.verification, metrics.coverage]),
    [
      ['done', 'none', 1],
      ['done', 'credibility', 1],
    ],
  );
  t.same(new Set(crowds.flatMap(({ jobs }) => [...jobs.keys()])).size, TRICK_NAMES.length, 'each trick was played');
  for (const crowd of crowds) {
    t.same(crowd.faults, []);
    t.equal(crowd.strays, 0, 'an announcement that is none brings no jobs');
    t.ok(
      crowd.floods.every((code) => code === 1009),
      'the relay takes no 10 MB',
    );
  }
  t.ok(
    crowds.some(({ bills }) => bills > 0),
    'those whose work counted were asked for their invoices',
  );
});

t.test('10 MB that a relay without bounds passes on are not read, and the run is answered', async (t) => {
  const { stage } = await openAttacked();
  const swarm = await Swarm.start({ limits: { messageBytesMax: 32_000_000 } });
  t.teardown(() => swarm.close());
  const crowd = await HostileProviders.start(swarm, ['extractive'], ['floods']);
  const file = join(stage.home, 'build.log');
  const argv = ['rlm', 'What broke?', '--file', file, '--relay', swarm.relay.url, '--json'];
  const done = await stage.pylon(argv);
  t.match(recordOf(done), { status: 'done', metrics: { coverage: 1 } });
  t.notMatch(done.stdout + done.stderr, ACTS);
  t.ok(crowd.floods.length > 0 && crowd.floods.every((code) => code === 0), 'they went through the relay');
  t.same(crowd.faults, []);
});

/** Everything in the page that a stranger could have made or that would act on a reader: nothing, or what it is. */
const FOUND = `(() => {
  const acts = ${ACTS};
  const found = typeof owned === 'undefined' ? [] : ['a script ran'];
  const made = 'main script, main style, main img, main iframe, main svg[onload], [onerror], a[href^="javascript:" i], a[target]';
  for (const element of document.querySelectorAll(made)) found.push('made: ' + element.outerHTML.slice(0, 200));
  const look = (what, text) => {
    const at = text.search(acts);
    if (at >= 0) found.push(what + ': ' + JSON.stringify(text.slice(Math.max(0, at - 40), at + 40)));
  };
  look('title', document.title);
  const chars = document.body.textContent.length;
  if (chars > 500_000) found.push(chars + ' characters');
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.currentNode; node !== null; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) look(node.parentElement.tagName + '.' + node.parentElement.className, node.data);
    else if (node.tagName !== 'OPTION') // its value is what is asked for, and is not shown
      for (const { name, value } of node.attributes) look(node.tagName + '[' + name + ']', value);
  }
  return found;
})()`;

async function lookAt(t: Tap, page: Page, where: string): Promise<void> {
  t.same(await page.evaluate(FOUND), [], where);
}
type Tap = Pick<typeof t, 'same'>;

/** Loaded, and nothing of it still coming. */
async function goTo(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForSelector('h1');
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}

/** One query of each trick: asked of whom that plays it. Canaries have no bar unless one asks for them. */
async function queriesByTrick({ stage, crowds }: Attacked, run: RunRecord): Promise<Map<TrickName, string>> {
  const { stdout } = await stage.pylon(['rlm', 'show', run.id, '--json']);
  const { events } = JSON.parse(stdout) as { events: readonly TraceEvent[] };
  const tricks = new Map(crowds.flatMap(({ keys }) => TRICK_NAMES.map((trick) => [keys[trick], trick] as const)));
  const queries = new Map<TrickName, string>();
  for (const event of events) {
    if (event.type !== 'SubQuerySubmit' || event.canary === true) continue;
    const trick = tricks.get(event.provider);
    if (trick !== undefined) queries.set(trick, event.query_id);
  }
  return queries;
}

t.test('the pages of its runs show it as text: bars, cards, answers, events, tree', skip, async (t) => {
  const all = await openAttacked();
  const { stage, runs } = all;
  await using opened = await stage.enter('/rlm');
  const { page, faults } = opened;
  page.on('dialog', (dialog) => faults.push(`dialog: ${dialog.message()}`));
  const seen = new Set<TrickName>();
  for (const run of runs) {
    for (const [trick, query] of await queriesByTrick(all, run)) {
      if (seen.has(trick)) continue;
      seen.add(trick);
      await goTo(page, `${stage.url}${pathOf('run', run.id)}?q=${query}`);
      await page.locator('.bar-card').waitFor();
      await page.getByRole('button', { name: 'Whole answer' }).click();
      await page.locator('dialog .payload').waitFor();
      await lookAt(t, page, `${run.config.verification}: ${trick}`);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Table' }).click();
    for (const tab of ['Events', 'Payouts', 'Config', 'Inputs', 'Recursion']) {
      await page.getByRole('tab', { name: tab }).click();
      await lookAt(t, page, `${run.config.verification}: ${tab}`);
    }
    await keepScreenshot(page, `hostile-provider-run-${run.config.verification}`);
  }
  t.same([...seen].sort(), [...TRICK_NAMES].sort());
  t.same(faults, []);
});

/** Rows of the leaderboard in which the provider's key is not wholly in sight. */
const KEYS_CUT = `[...document.querySelectorAll('tbody tr')].filter((row) => {
  const key = row.querySelector('.provider-link > code');
  return key === null || key.getBoundingClientRect().right > key.closest('td, th').getBoundingClientRect().right;
}).map((row) => row.innerText)`;

t.test('so do the leaderboard, its own page, and the lists', skip, async (t) => {
  const { stage, crowds } = await openAttacked();
  await using opened = await stage.enter('/rlm');
  const { page, faults } = opened;
  page.on('dialog', (dialog) => faults.push(`dialog: ${dialog.message()}`));
  for (const view of ['home', 'runs', 'providers', 'ledger', 'experiments'] as const) {
    await goTo(page, stage.url + pathOf(view));
    await lookAt(t, page, view);
  }
  for (const key of crowds.flatMap(({ keys }) => [keys.quotes, keys.refuses, keys.floods])) {
    await goTo(page, stage.url + pathOf('provider', key));
    await page.getByText('In force until').waitFor();
    await lookAt(t, page, `the page of ${key}`);
    t.match(await page.title(), /<script>owned=1<\/script>.* · Pylon$/);
  }
  await keepScreenshot(page, 'hostile-provider-its-page');
  await goTo(page, stage.url + pathOf('providers'));
  t.same(await page.evaluate(KEYS_CUT), [], 'however long its name, beside it stands who it is');
  t.ok(
    (await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')) <= 0,
    'nor is the page wider',
  );
  await keepScreenshot(page, 'hostile-provider-leaderboard');
  t.same(faults, []);
});

t.test('the command prints it as text, and as JSON that a terminal can bear', async (t) => {
  const { stage, runs, said } = await openAttacked();
  t.notMatch(said, ACTS, 'pylon rlm');
  const run = runs[1]!.id;
  const commands = [
    ['rlm', 'show', run],
    ['rlm', 'history'],
    ['providers'],
    ['ledger'],
    ['wallet', 'info'],
    ['status'],
  ].flatMap((argv) => [argv, [...argv, '--json']]);
  for (const argv of [...commands, ['rlm', 'show', run, '--all']]) {
    const { code, stdout, stderr } = await stage.pylon(argv);
    t.equal(code, 0, stderr);
    t.notMatch(stdout + stderr, ACTS, `pylon ${argv.join(' ')}`);
  }
  t.match((await stage.pylon(['rlm', 'show', runs[0]!.id, '--json'])).stdout, /\\u001b\[2J/, 'nothing of it is lost');
  const { stdout } = await stage.pylon(['rlm', 'export', run, '--format', 'jsonl', '--output', '-']);
  t.match(stdout, /\\u202egnp/, 'the file for programs, too, where it is printed');
  t.notMatch(stdout, ACTS);
  t.notMatch(stage.log(), ACTS, 'what the daemon logs');
});

t.test('what is exported opens as harmless: a page, a table', skip, async (t) => {
  const { stage, runs } = await openAttacked();
  for (const run of runs) {
    const page = join(stage.home, `${run.id}.html`);
    const table = join(stage.home, `${run.id}.csv`);
    for (const [format, path] of [
      ['html', page],
      ['csv', table],
    ] as const) {
      const done = await stage.pylon(['rlm', 'export', run.id, '--format', format, '--output', path]);
      t.equal(done.code, 0, done.stderr);
    }
    t.notMatch((await readFile(table, 'utf8')).replaceAll('\r\n', '\n'), ACTS, 'the table');
    await using opened = await openPage();
    opened.page.on('dialog', (dialog) => opened.faults.push(`dialog: ${dialog.message()}`));
    await opened.page.goto(pathToFileURL(page).href);
    await opened.page.evaluate('for (const fold of document.querySelectorAll("details")) fold.open = true');
    await lookAt(t, opened.page, 'the page');
    t.same(opened.faults, []);
  }
});
