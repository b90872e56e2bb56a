import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runCli, temporaryFolder } from '../../../support/cli.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';

t.test('runs are deleted by prefixes of their ids; when one of them is unknown, none is', async (t) => {
  const home = temporaryFolder(t);
  const engine = new FakeEngine();
  const openEngine = async () => engine;
  writeFileSync(join(home, 'a.log'), 'first\n');
  const ask = async () =>
    JSON.parse((await runCli(['rlm', 'Why?', '--file', 'a.log', '--json'], { home, openEngine })).stdout).id as string;
  const [first, second] = [await ask(), await ask()];
  t.match(await runCli(['rlm', 'delete', first, 'ZZZ'], { home, openEngine }), { code: 2, stdout: '' });
  t.equal((await engine.runs.list({ limit: 5 })).length, 2);
  t.match(await runCli(['rlm', 'delete', first.toLowerCase(), first, second], { home, openEngine }), {
    code: 0,
    stdout: `${first}\n${second}\n`,
  });
  t.same(await engine.runs.list({ limit: 5 }), []);
  t.match(await runCli(['rlm', 'delete'], { home, openEngine }), { code: 2, stderr: /option-invalid/ });
});
