import t from 'tap';
import { runCli, temporaryFolder } from '../../../support/cli.ts';

t.test('pylon bench refuses what it does not know before anything is run', async (t) => {
  const home = temporaryFolder(t);
  const run = await runCli(['bench', 'run', '--suite', 'needles'], { home });
  t.equal(run.code, 2);
  t.match(run.stderr, /option-invalid.*s-niah, niah-blind/);
  const compare = await runCli(['bench', 'compare', './package.json'], { home, cwd: process.cwd() });
  t.equal(compare.code, 2);
  t.match(compare.stderr, /bench-results-invalid/);
});
