import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { runCli, temporaryFolder } from '../../../support/cli.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';

async function scene(t: Test) {
  const home = temporaryFolder(t);
  const engine = new FakeEngine();
  const openEngine = async () => engine;
  writeFileSync(join(home, 'a.log'), 'first\nsecond\n');
  const pylon = (...argv: string[]) => runCli(argv, { home, openEngine });
  const ask = async (query: string, ...more: string[]): Promise<string> =>
    JSON.parse((await pylon('rlm', query, '--file', 'a.log', '--json', ...more)).stdout).id;
  return { pylon, ask };
}

t.test('runs are tagged, filed under another name and taken out, and show says so', async (t) => {
  const { pylon, ask } = await scene(t);
  const id = await ask('Why?', '--experiment', 'first');
  const tagged = await pylon('rlm', 'tag', id.slice(0, 20), 'accuracy=0.84', 'word_error=-1e-3', '--note', 'by hand');
  t.match(tagged, { code: 0, stdout: `${id}  experiment first  accuracy=0.84  word_error=-0.001\n` });
  const shown = (await pylon('rlm', 'show', id)).stdout;
  t.match(shown, /^scores {5}accuracy 0\.84, word_error -0\.001$/m);
  t.match(shown, /^note {7}by hand$/m);
  t.match(shown, /2 scores; note: by hand$/m);
  t.match(await pylon('rlm', 'tag', id, '--experiment', 'second'), { stdout: /experiment second/ });
  const untagged = await pylon('rlm', 'tag', id, '--no-experiment', 'accuracy=', '--note', '', '--json');
  t.match(JSON.parse(untagged.stdout), { experiment: null, scores: { word_error: -0.001 } });
  for (const wrong of [[], ['accuracy'], ['accuracy=good'], ['=1'], ['a b=1'], ['--experiment', '']])
    t.match(await pylon('rlm', 'tag', id, ...wrong), { code: 2, stderr: /option-invalid/ }, JSON.stringify(wrong));
  t.match(await pylon('rlm', 'tag', '7ZZZ', 'a=1'), { code: 2, stderr: /run-unknown/ });
});

t.test('an experiment is listed, noted, and shown as a table with the best marked', async (t) => {
  const { pylon, ask } = await scene(t);
  t.match(await pylon('experiment', 'list'), { code: 0, stdout: '', stderr: /no experiments yet.*--experiment/ });
  const ids = [
    await ask('Why \x1b[31mred?', '--experiment', 'e'),
    await ask('Why?', '--experiment', 'e', '--fanout', '3'),
  ];
  await pylon('rlm', 'tag', ids[0]!, 'accuracy=0.5');
  await pylon('rlm', 'tag', ids[1]!, 'accuracy=0.75');
  t.match(await pylon('experiment', 'note', 'e', 'does fanout matter?'), { code: 0, stdout: 'does fanout matter?\n' });
  t.match(await pylon('experiment', 'note', 'e'), { code: 0, stdout: 'does fanout matter?\n' });
  t.match(await pylon('experiment', 'list'), {
    stdout: /^e {2}2 runs {2}0\.052 sats {2}pylon\.map_reduce .* does fanout matter\?$/m,
  });
  const { stdout } = await pylon('experiment', 'show', 'e');
  t.match(stdout, /^e: 2 runs, 0\.052 sats, /);
  t.match(stdout, new RegExp(`^1 +${ids[1]} +A +done +▲ 0\\.75 .* Why\\?$`, 'm'));
  t.match(stdout, new RegExp(`^2 +${ids[0]} +B +done +0\\.5 .* Why red\\?$`, 'm'));
  t.match(stdout, /^fanout +3 \(1\) {3}10 \(2\)$/m);
  t.match(stdout, /^none: they share no question or item of one data set$/m);
  t.match(JSON.parse((await pylon('experiment', 'show', 'e', '--json')).stdout), { experiment: { runs: 2 } });
  t.match(await pylon('experiment', 'show', 'nobody'), { code: 2, stderr: /experiment-unknown.*"nobody"/ });
  t.match(await pylon('experiment', 'note', 'e', ''), { code: 0, stdout: '', stderr: /there is no note/ });
});

t.test('two experiments that asked the same questions of a data set are compared in pairs', async (t) => {
  const { pylon, ask } = await scene(t);
  for (let question = 0; question < 8; question++) {
    for (const name of ['old', 'new']) {
      const id = await ask(`q${question}`, '--experiment', name, '--dataset', 'qa');
      await pylon('rlm', 'tag', id, `accuracy=${name === 'new' ? 1 : 0}`);
    }
  }
  const { stdout } = await pylon('experiment', 'compare', 'old', 'new');
  t.match(stdout, /^A +8 +0 .* old$/m);
  t.match(stdout, /^B +8 +1 .* new$/m);
  t.match(stdout, /^accuracy +A 0, B 1 +B is better +p = 0\.0\d\d \(exact McNemar, 8 pairs, 0:8\)$/m);
  const [a, b] = [await ask('q1', '--dataset', 'qa', '--fanout', '2'), await ask('q1', '--dataset', 'qa')];
  t.match(await pylon('experiment', 'compare', a, b), {
    stdout: /^A and B: too few pairs \(1\), at least 6 say something$/m,
  });
  t.match(await pylon('experiment', 'compare', a, 'nobody'), { code: 2, stderr: /run-unknown/ });
});

t.test('history takes every filter and order, and says how many there are', async (t) => {
  const { pylon, ask } = await scene(t);
  t.match(await pylon('rlm', 'history', '--text', 'x'), { code: 0, stdout: '', stderr: /no run passes/ });
  const ids: string[] = [];
  for (const query of ['Why b?', 'why a?', 'who?']) ids.push(await ask(query));
  const list = async (...argv: string[]) =>
    JSON.parse((await pylon('rlm', 'history', '--json', ...argv)).stdout).map(({ id }: { id: string }) =>
      ids.indexOf(id),
    );
  t.same(await list('--text', 'why', '--sort', 'query', '--order', 'asc'), [1, 0]);
  t.same(await list('--cost-min', '0.03'), []);
  t.same(await list('--cost-max', '0.03', '--order', 'asc'), [0, 1, 2]);
  t.same(await list('--method', 'pylon.local'), []);
  t.same(await list('--since', '2020-01-01', '--until', '2100-01-01'), [2, 1, 0]);
  t.match(await pylon('rlm', 'history', '--sort', 'cost', '--limit', '1'), { stderr: /1 of 3 runs/ });
  for (const [flag, value] of [
    ['--since', 'yesterday'],
    ['--sort', 'beauty'],
    ['--cost-min', 'much'],
    ['--order', 'up'],
  ] as const)
    t.match(await pylon('rlm', 'history', flag, value), { code: 2, stderr: new RegExp(`${flag} must be`) }, flag);
});
