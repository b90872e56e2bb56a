import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runCli, startCli, temporaryFolder } from '../../../support/cli.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';

/** One engine that outlives its commands, as a store on disk does. */
async function scene(t: Parameters<typeof temporaryFolder>[0]) {
  const home = temporaryFolder(t);
  const engine = new FakeEngine({ repeat: 60 });
  const openEngine = async () => engine;
  writeFileSync(join(home, 'a.log'), 'first\nsecond\n');
  const ask = async (query: string, ...more: string[]) =>
    JSON.parse((await runCli(['rlm', query, '--file', 'a.log', '--json', ...more], { home, openEngine })).stdout);
  return { home, engine, openEngine, ask };
}

t.test('history lists the latest runs first, as a table or as JSON', async (t) => {
  const { home, openEngine, ask } = await scene(t);
  t.match(await runCli(['rlm', 'history'], { home, openEngine }), { code: 0, stdout: '', stderr: /no runs yet/ });
  const first = await ask('What is the first?');
  const second = await ask('And \x1b[31mthe second?', '--experiment', 'x');
  const table = await runCli(['rlm', 'history'], { home, openEngine });
  const lines = table.stdout.trimEnd().split('\n');
  t.equal(lines.length, 2);
  t.match(lines[0], new RegExp(`^${second.id}  .*  done  100 %  1\\.6 sats  .*  And the second\\?$`));
  t.match(lines[1], first.id);
  const filtered = await runCli(['rlm', 'history', '--experiment', 'x', '--json', '--limit', '5'], {
    home,
    openEngine,
  });
  t.same(
    JSON.parse(filtered.stdout).map(({ id }: { id: string }) => id),
    [second.id],
  );
});

t.test('show prints the answer, its citations, who did what, and a timeline that can be whole', async (t) => {
  const { home, openEngine, ask } = await scene(t);
  const { id } = await ask('What is the first?');
  const { code, stdout } = await runCli(['rlm', 'show', id.slice(0, 14)], { home, openEngine });
  t.equal(code, 0);
  t.match(stdout, /^question {3}What is the first\?$/m);
  t.match(stdout, /^\[1\] a\.log:1\n {4}first$/m);
  t.match(stdout, /^abababab… +61 chunks {2}0 failed +1\.6 sats {2}chunks 0$/m);
  t.match(stdout, /chunk 0 → abababab…: 1 finding in 7 ms, 0\.026 sats/);
  t.match(stdout, /… \d+ more lines: --all/);
  const all = await runCli(['rlm', 'show', id, '--all'], { home, openEngine });
  t.equal(all.stdout.match(/→ abababab…/g)?.length, 61);
  const json = JSON.parse((await runCli(['rlm', 'show', id, '--json'], { home, openEngine })).stdout);
  t.equal(json.run.id, id);
  t.equal(json.events.at(-1).type, 'RunDone');
});

t.test('export prints the folder, import the id', async (t) => {
  const { home, engine, openEngine, ask } = await scene(t);
  const { id } = await ask('Why?');
  const out = await runCli(['rlm', 'export', id.slice(0, 20), '--to', 'there'], { home, openEngine });
  t.equal(out.stdout, `${join(home, 'there')}\n`);
  t.same(engine.exported, [id]);
  t.match(await runCli(['rlm', 'import', 'a-run'], { home, openEngine }), {
    code: 0,
    stdout: /^01ARZ.*\n$/,
    stderr: '',
  });
  t.match(await runCli(['rlm', 'import', 'known-run'], { home, openEngine }), {
    code: 0,
    stderr: /already in the history/,
  });
  t.match(await runCli(['rlm', 'import', 'nothing'], { home, openEngine }), { code: 2, stderr: /run-folder-invalid/ });
});

t.test('an unknown or ambiguous id is a usage error, and the engine is closed every time', async (t) => {
  const { home, engine, openEngine, ask } = await scene(t);
  await ask('one');
  await ask('two');
  const closedBefore = engine.closed;
  t.match(await runCli(['rlm', 'show', 'ZZ'], { home, openEngine }), {
    code: 2,
    stderr: /run-unknown: .*"ZZ".*pylon rlm history/,
  });
  t.match(await runCli(['rlm', 'export', '01'], { home, openEngine }), { code: 2, stderr: /run-ambiguous/ });
  t.equal(engine.closed - closedBefore, 2);
});

t.test('an interrupted run goes on by its id, and its answer is printed as if it had just been asked', async (t) => {
  const home = temporaryFolder(t);
  const engine = new FakeEngine({ hold: new Promise(() => undefined) });
  const openEngine = async () => engine;
  writeFileSync(join(home, 'a.log'), 'first\n');
  const asking = startCli(['rlm', 'What is the first?', '--file', 'a.log'], { home, openEngine });
  while (engine.requests.length === 0) await once(asking.stderr, 'written');
  asking.interrupt();
  t.equal(await asking.code, 130);
  t.match(asking.stderr.text, /pylon rlm resume/);
  const id = (await engine.runs.list({ limit: 1 }))[0]?.id ?? '';
  const resumed = await runCli(['rlm', 'resume', id.slice(0, 12)], { home, openEngine });
  t.match(resumed, { code: 0, stdout: /^It broke because of this/ });
  const again = await runCli(['rlm', 'resume', id], { home, openEngine });
  t.match(again, { code: 2, stdout: '', stderr: /run-not-resumable/ });
  t.match(await runCli(['rlm', 'resume', 'ZZZZ'], { home, openEngine }), { code: 2, stderr: /run-unknown/ });
  const shown = await runCli(['rlm', 'show', id, '--all'], { home, openEngine });
  t.match(shown.stdout, /partial: .*\n.* resumed\n.* done\n/);
});
