// A compile by the real command against a model over HTTP: killed in the middle it goes on and comes to the same; a daemon does it, too.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { exampleLine } from '../../dse/examples/jsonl.ts';
import { type CompileReport, compileReportSchema } from '../../protocol/dse/compile.ts';
import { SELECT_STRATEGY } from '../../protocol/select-strategy.ts';
import { pylon, startPylon } from '../support/command.ts';
import { fixtureAnswer, fixtureDataset } from '../support/fixture-model.ts';
import { ScriptedModel } from '../support/scripted-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { signatureId } = SELECT_STRATEGY;
const COMPILE = ['dse', 'compile', signatureId, '--budget-calls', '700', '--seed', '3'];

async function stage(t: Test) {
  const folder = await temporaryFolder(t);
  const model = await new ScriptedModel({ behaviour: { say: (messages) => fixtureAnswer(1, messages) } }).start();
  t.teardown(() => model.close());
  const home = (name: string) => ({
    home: join(folder, name),
    cwd: folder,
    environment: { OPENAI_BASE_URL: model.baseUrl, PYLON_BACKEND: 'openai', PYLON_MODEL: 'scripted' },
  });
  const lines = fixtureDataset(50).map(exampleLine).join('\n');
  await writeFile(join(folder, 'examples.jsonl'), `${lines}\n`);
  const filled = async (name: string) => {
    const options = home(name);
    t.equal((await pylon(t, ['dse', 'examples', 'import', 'examples.jsonl'], options)).code, 0);
    return options;
  };
  return { folder, model, filled };
}

const reportOf = (stdout: string): CompileReport => compileReportSchema.parse(JSON.parse(stdout));

t.test('a compile that is killed goes on: the same artifact, hardly a call more', async (t) => {
  const { model, filled } = await stage(t);
  const whole = await pylon(t, [...COMPILE, '--json'], await filled('whole'));
  const expected = reportOf(whole.stdout);
  t.equal(expected.status, 'done');
  t.equal(expected.calls, model.calls);
  t.match(whole.stderr, /120 train and 60 dev examples; 10 proposals affordable with 700 calls/);
  const home = await filled('killed');
  const before = model.calls;
  const killed = startPylon(t, COMPILE, home);
  while (model.calls - before < 300) await model.nextCall();
  killed.kill('SIGKILL');
  t.equal((await killed.ended).code, null);
  t.match((await pylon(t, ['dse', 'compiles'], home)).stdout, /halving +running/);
  const resumed = await pylon(t, ['dse', 'compile', signatureId, '--resume', '--json'], home);
  const report = reportOf(resumed.stdout);
  t.equal(report.chosen?.compiled_id, expected.chosen?.compiled_id);
  t.same(
    report.candidates.map(({ scores }) => scores),
    expected.candidates.map(({ scores }) => scores),
  );
  const extra = model.calls - before - expected.calls;
  t.comment(`${extra} extra of ${expected.calls} calls`);
  t.ok(extra <= 0.05 * expected.calls, `${extra} extra calls`);
  const again = await pylon(t, COMPILE, home);
  t.match(again.stdout, new RegExp(`compile ${report.reportId} .* done`), 'told again');
  t.equal(model.calls - before - expected.calls, extra, 'and not made again');
});

t.test('what a compile was is told; what cannot be compiled is refused, and nothing written', async (t) => {
  const { model, filled } = await stage(t);
  const home = await filled('home');
  const run = (...argv: string[]) => pylon(t, ['dse', ...argv], home);
  const dry = await run('compile', signatureId, '--dry-run', '--json');
  t.match(JSON.parse(dry.stdout), { proposalsAffordable: 32, job: { reward: 'exact_json' } });
  t.match(await run('compile', signatureId, '--budget-calls', '100'), {
    code: 3,
    stderr: /0 proposals are affordable/,
  });
  t.match(await run('compile', '@x/Y.v1'), { code: 2, stderr: /no such signature/ });
  t.match(await run('compile', signatureId, '--reward', 'taste'), { code: 2, stderr: /--reward/ });
  t.match(await run('compile', signatureId, '--budget-calls', 'many'), { code: 2, stderr: /--budget-calls/ });
  t.match(await run('compile', signatureId, '--resume'), { code: 2, stderr: /no compile of it waits/ });
  t.match(await run('report', 'none'), { code: 2, stderr: /no compile has this id/ });
  t.match((await run('compiles')).stderr, /nothing was compiled yet/);
  t.equal(model.calls, 0);
});

t.test('a daemon compiles in the same way, and a judge is pinned and rewards', async (t) => {
  const { folder, model, filled } = await stage(t);
  const home = await filled('home');
  const run = (...argv: string[]) => pylon(t, ['dse', ...argv], home);
  const daemon = startPylon(t, ['start', '--foreground', '--port', '0'], { ...home, hangMs: 120_000 });
  await daemon.said('stderr', /serves http/);
  const space = join(folder, 'space.json');
  await writeFile(space, JSON.stringify({ repairsMax: [0, 1], decode: ['jsonish', 'strict_json'] }));
  const compiled = await run('compile', signatureId, '--space', 'space.json');
  t.equal(compiled.code, 0, compiled.stderr);
  t.match(compiled.stdout, /exhaustive, reward exact_json, model openai:scripted/);
  t.match(compiled.stdout, /4 candidates tried/);
  t.match(compiled.stderr, /pylon dse promote [0-9a-f]{16}/);
  const [id = ''] = (await run('compiles')).stdout.split(' ');
  t.match((await run('report', id.slice(0, 8), '--all')).stdout, /chosen: [0-9a-f]{64}/);
  await writeFile(join(folder, 'rubric.txt'), 'The strategy must be the one expected.');
  const pair = (at: number) => ({
    input: at,
    expected: { strategy: 'direct' },
    output: { strategy: at % 2 === 0 ? 'direct' : 'rlm_lite' },
    score: (at + 1) % 2,
  });
  await writeFile(
    join(folder, 'pairs.jsonl'),
    Array.from({ length: 20 }, (_, at) => JSON.stringify(pair(at))).join('\n'),
  );
  const pinned = await run('judge', 'pin', '--rubric', 'rubric.txt', '--pairs', 'pairs.jsonl');
  t.match(pinned.stdout, /agrees on 100\.0 % of 20 labelled pairs, kappa 1\.00/);
  const hash = pinned.stdout.match(/[0-9a-f]{64}/)?.[0] ?? '';
  t.equal((await run('judge', 'show', hash)).stdout, pinned.stdout);
  const judged = await run(
    'compile',
    signatureId,
    '--space',
    'space.json',
    '--reward',
    'judge',
    '--judge',
    hash,
    '--json',
  );
  t.match(reportOf(judged.stdout), { status: 'done', job: { judgeHash: hash } });
  const calls = model.calls;
  const interrupted = startPylon(t, ['dse', 'compile', signatureId, '--seed', '8'], home);
  while (model.calls - calls < 50) await model.nextCall();
  interrupted.kill('SIGINT');
  t.match(await interrupted.ended, { code: 130, stderr: /stopped before its search was over/ });
  t.match(await run('compile', signatureId, '--resume'), { code: 0, stdout: /done/ });
});
