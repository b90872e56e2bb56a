import t, { type Test } from 'tap';
import { runCli } from '../../../support/cli.ts';
import { NIGHT_FLAGS, nightRequest, openNightHome, SELECT } from '../../../support/night-home.ts';

async function stage(t: Test) {
  const at = await openNightHome(t);
  const { nights, runs } = at.engine;
  const engine = { nights, runs, close: async () => undefined };
  const run = (...argv: string[]) =>
    runCli(['dse', ...argv], { home: at.home, openEngine: async () => engine as never });
  return { ...at, run };
}

t.test('a night is taken, listed, shown and checked by command', async (t) => {
  const at = await stage(t);
  t.match(await at.run('nights'), { code: 0, stdout: '', stderr: /no night yet/ });
  const taken = await at.run('overnight', ...NIGHT_FLAGS);
  t.match(taken, { code: 0, stdout: /: passed\n.*promoted [0-9a-f]{64}[\s\S]*verify +done/ }, taken.stderr);
  const listed = await at.run('nights', '--check');
  t.match(listed, {
    code: 0,
    stdout: new RegExp(`${SELECT.replace('.', '\\.')}.*passed`),
    stderr: /\d\d ids looked up, 0 not there/,
  });
  const [{ nightId, steps, request }] = JSON.parse((await at.run('nights', '--json')).stdout).nights;
  t.match(request, { ...nightRequest(), untilMs: Number, compile: { maxCalls: 108 } });
  t.match(await at.run('nights', nightId.slice(0, 22).toLowerCase()), { code: 0, stdout: /canary +done/ });
  await at.engine.runs.delete(steps[0].probes[0].runId);
  const dangling = await at.run('nights', nightId, '--check', '--json');
  t.equal(dangling.code, 1);
  t.match(dangling.stderr, /baseline: no run [0-9A-Z]{26}/);
  t.match(JSON.parse(dangling.stdout).checks, [
    { nightId, dangling: [{ kind: 'run', step: 'baseline' }, { kind: 'receipt' }] },
  ]);
  t.match(await at.run('nights', '0000'), { code: 2, stderr: /night-unknown/ });
});

t.test('two signatures are two nights, and share the budget', async (t) => {
  const at = await stage(t);
  const taken = await at.run(
    'overnight',
    ...NIGHT_FLAGS,
    '--signature',
    '@pylon/rlm/Router.v1',
    '--budget-sats',
    '9',
    '--json',
  );
  const { nights } = JSON.parse(taken.stdout);
  t.match(nights, [
    { signatureId: SELECT, status: 'passed', budgetMsat: 4_500 },
    { signatureId: '@pylon/rlm/Router.v1', status: 'failed', budgetMsat: 9_000 },
  ]);
  t.match(nights[1].steps[2], { step: 'compile', status: 'failed', note: /^compile-unready: / });
  t.equal(taken.code, 1);
});

t.test('a flag that is wrong is named', async (t) => {
  const at = await stage(t);
  for (const [flag, value] of [
    ['--until', '7 o’clock'],
    ['--until', '25:00'],
    ['--rollout', '0'],
    ['--min-samples', '1.5'],
    ['--optimizer', 'guessing'],
    ['--budget-calls', '0'],
    ['--budget-sats', '-1'],
    ['--probes', '0'],
    ['--min-delta', '2'],
    ['--traffic', 'dense'],
  ] as const) {
    const ended = await at.run('overnight', '--signature', SELECT, flag, value);
    t.match(ended, { code: 2, stderr: new RegExp(flag) }, `${flag} ${value}`);
  }
  t.match(await at.run('overnight'), { code: 2, stderr: /--signature/ });
});
