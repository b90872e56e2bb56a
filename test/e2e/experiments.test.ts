import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { experimentViewSchema } from '../../protocol/experiment-report.ts';
import { temporaryFolder } from '../support/cli.ts';
import { pylon, recordOf, startPylon } from '../support/command.ts';

const LOG = Array.from({ length: 300 }, (_, line) => `step ${line}: ${line === 170 ? 'error: parse.c' : 'ok'}`);

t.test(
  'what is said of runs later stands in their folders, is the same through a daemon, and goes along to another home',
  async (t) => {
    const [home, other] = [temporaryFolder(t), temporaryFolder(t)];
    writeFileSync(join(home, 'build.log'), LOG.join('\n'));
    const ask = async (...more: string[]) =>
      recordOf(await pylon(t, ['rlm', 'What failed?', '--file', 'build.log', '--json', ...more], { home, cwd: home }));
    const [first, second] = [await ask('--experiment', 'e', '--local-only'), await ask()];
    const joined = await pylon(t, ['rlm', 'tag', second.id, '--experiment', 'e', 'accuracy=0.84'], { home });
    t.match(joined, { code: 0, stdout: `${second.id}  experiment e  accuracy=0.84\n` });
    const file = (name: string) => JSON.parse(readFileSync(join(home, 'runs', second.id, name), 'utf8'));
    t.match(file('config.json'), { experiment: 'e' });
    t.match(file('metrics.json'), { status: 'done', scores: { accuracy: 0.84 } });

    const show = async () => {
      const { stdout } = await pylon(t, ['experiment', 'show', 'e', '--json'], { home });
      return experimentViewSchema.parse(JSON.parse(stdout));
    };
    const alone = await show();
    t.same(
      alone.runs.map(({ id }) => id),
      [second.id, first.id],
    );
    t.same(
      alone.comparison.differences.map(({ field }) => field).includes('method'),
      true,
      'the swarm and this machine alone are two methods',
    );
    const daemon = startPylon(t, ['start', '--foreground', '--port', '0'], { home });
    await daemon.said('stderr', /http:\/\/127\.0\.0\.1:\d+/);
    t.same(await show(), alone);
    t.match(await pylon(t, ['rlm', 'tag', first.id, 'accuracy=0.5', '--note', 'weak'], { home }), { code: 0 });
    t.match(await pylon(t, ['experiment', 'note', 'e', 'which is better?'], { home }), { code: 0 });
    t.match(await pylon(t, ['experiment', 'show', 'e'], { home }), { stdout: /which is better\?\n[\s\S]*▲ 0\.84/ });
    t.match(await pylon(t, ['rlm', 'history', '--text', 'FAILED', '--sort', 'cost'], { home }), {
      stdout: /What failed\?/,
    });

    const folder = join(home, 'runs', first.id);
    t.match(await pylon(t, ['rlm', 'import', folder], { home: other }), { code: 0, stdout: `${first.id}\n` });
    t.match(JSON.parse((await pylon(t, ['experiment', 'show', 'e', '--json'], { home: other })).stdout).runs, [
      { id: first.id, scores: { accuracy: 0.5 }, note: 'weak' },
    ]);
  },
);
