import t, { type Test } from 'tap';
import { REDUCER } from '../../../../protocol/signature.ts';
import { openArtifactHome } from '../../../support/artifact-home.ts';
import { runCli } from '../../../support/cli.ts';
import { madeArtifact } from '../../../support/made-artifacts.ts';

const { signatureId } = REDUCER;
const input = (quote: string) => ({ query: 'why?', evidence: [{ n: 1, reference: 'a:1-1', quote }] });

async function stage(t: Test) {
  const at = await openArtifactHome(t);
  const { canaries, runs, predictions, artifacts } = at.engine;
  const engine = { canaries, runs, predictions, artifacts, close: async () => undefined };
  const run = (...argv: string[]) =>
    runCli(['dse', 'canary', ...argv], { home: at.home, openEngine: async () => engine as never });
  const made = madeArtifact({ repairsMax: 0 });
  await at.engine.artifacts.keep(made);
  return { ...at, run, made };
}

t.test('a canary is begun, watched, judged and ended by command', async (t) => {
  const at = await stage(t);
  t.match(await at.run('status'), { code: 0, stdout: '', stderr: /no canary yet/ });
  const started = await at.run(
    'start',
    signatureId,
    at.made.compiled_id,
    '--rollout',
    '60',
    '--margin',
    '0.1',
    '--json',
  );
  t.match(JSON.parse(started.stdout), {
    plan: { rolloutPct: 60, margin: 0.1, minSamples: 50, alpha: 0.01 },
    status: 'running',
  });
  const receipts = [];
  for (let n = 0; n < 8; n++) receipts.push(await at.predict(signatureId, input(`case ${n}`)));
  const status = await at.run('status', signatureId);
  t.match(status.stdout, new RegExp(`canary ${at.made.compiled_id.slice(0, 12)}, 60 %`));
  t.match(status.stdout, /\d receipts, 0 % failed, 0 % in trouble/);
  t.match(status.stdout, /control default/);
  t.match(await at.run('judge', receipts[0]!.receiptId, 'bad', '--json'), { stdout: /"bad":1/ });
  t.match(await at.run('stop', signatureId, '--reason', 'seen enough'), {
    code: 0,
    stdout: /stopped[\s\S]*seen enough/,
  });
  const { canaryId } = JSON.parse(started.stdout);
  const history = await at.run('history', canaryId);
  t.match(history.stdout, /start[\s\S]*update[\s\S]*E 1\.00[\s\S]*stop\s+E 1\.00.*seen enough/);
  t.match(JSON.parse((await at.run('history', canaryId, '--json')).stdout).rows[0], { action: 'start', seq: 0 });
});

t.test('a plan that cannot be is refused by the name of its flag', async (t) => {
  const at = await stage(t);
  for (const [flag, value] of [
    ['--rollout', '0'],
    ['--rollout', '101'],
    ['--alpha', 'little'],
    ['--min-samples', '1.5'],
    ['--max-error-rate', '7'],
    ['--margin', ''],
  ] as const)
    t.match(
      await at.run('start', signatureId, at.made.compiled_id, flag, value),
      { code: 2, stderr: new RegExp(flag) },
      `${flag} ${value}`,
    );
  t.match(await at.run('judge', 'R', 'so-so'), { code: 2, stderr: /good or bad/ });
  t.match(await at.run('stop', signatureId), { code: 2, stderr: /no canary of it is running/ });
  t.match(await at.run('start', signatureId, 'ffff'), { code: 2, stderr: /no artifact has this id/ });
});
