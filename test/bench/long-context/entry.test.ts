import { join } from 'node:path';
import t from 'tap';
import { openEngine } from '../../../node/engine/engine.ts';
import { runCli, temporaryFolder } from '../../support/cli.ts';

t.test(
  'pylon bench run makes an experiment of the home, and compare reads it from there and from its files',
  async (t) => {
    const home = temporaryFolder(t);
    const out = join(home, 'out');
    const methods = ['--method', 'direct,map_reduce', '--suite', 's-niah', '--sizes', '6KB', '--limit', '1'];
    const run = await runCli(['bench', 'run', ...methods, '--out', out, '--experiment', 'tiny', '--json'], { home });
    t.equal(run.code, 0, run.stderr);
    const told = JSON.parse(run.stdout);
    t.match(told, { experiment: 'tiny', note: /measure the scaffold/, results: { length: 2 } });
    t.same(
      told.summary.map((row: { method: string; score: number; truthful: number }) => [
        row.method,
        row.score,
        row.truthful,
      ]),
      [
        ['direct', 1, 1],
        ['map_reduce', 1, 1],
      ],
    );
    const list = await runCli(['experiment', 'show', 'tiny', '--json'], { home, openEngine });
    t.match(JSON.parse(list.stdout), { experiment: { runs: 2 }, runs: { length: 2 } });
    for (const what of ['tiny', out, join(out, 'results.jsonl')]) {
      const compare = await runCli(['bench', 'compare', what, '--json'], { home, openEngine });
      t.equal(compare.code, 0, compare.stderr);
      t.same(
        JSON.parse(compare.stdout)
          .sides.map(({ label }: { label: string }) => label)
          .sort(),
        ['direct', 'map_reduce'],
      );
    }
    const again = await runCli(['bench', 'run', ...methods, '--out', out, '--experiment', 'tiny'], { home });
    t.equal(again.code, 0);
    t.notMatch(again.stderr, 's-niah depth0', 'nothing is measured twice');
  },
);
