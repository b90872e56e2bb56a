// A run that is started elsewhere is seen to begin, move and end, by a page that is left alone.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { whyNoBrowser } from '../../support/browser.ts';
import { recordOf } from '../../support/command.ts';
import { openStage } from '../../support/dashboard-stage.ts';

/** Enough chunks that the run is seen in between; each takes a few milliseconds. */
const LINES = Array.from(
  { length: 30_000 },
  (_, line) => `step ${line}: ${line === 17_000 ? 'error: no space' : 'compiled'}`,
);

t.test(
  'a run of the CLI appears on the first page, moves and finishes without a reload',
  { skip: whyNoBrowser },
  async (t) => {
    const stage = await openStage();
    const file = join(stage.home, 'long.log');
    await writeFile(file, LINES.join('\n'));
    await using opened = await stage.enter('/rlm');
    const { page, faults } = opened;
    await page.evaluate('globalThis.sameDocument = true');
    const question = 'Which step has an error in this long log?';
    const asked = stage.start(['rlm', question, '--file', file, '--chunk-size', '2000', '--fanout', '2', '--json']);
    const running = page.getByRole('list').filter({ hasText: question });
    await running.waitFor();
    const meter = running.getByRole('meter');
    const seen = new Set<string>();
    while (!asked.hasEnded && seen.size < 3) {
      const words = await meter.getAttribute('aria-valuetext', { timeout: 5_000 }).catch(() => null);
      if (words !== null) seen.add(words);
    }
    t.ok(seen.size >= 3, `it moves: ${[...seen].join(', ')}`);
    const record = recordOf(await asked.ended);
    t.equal(record.status, 'done');
    await running.waitFor({ state: 'detached' });
    const row = page.getByRole('row').filter({ hasText: question });
    await row.getByText('done').waitFor();
    t.equal(await page.evaluate('globalThis.sameDocument'), true, 'no reload');
    t.same(faults, []);
  },
);
