import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { catalogue } from '../../../../conductor/signatures/catalogue.ts';
import { REDUCER } from '../../../../protocol/signature.ts';
import { openArtifactHome } from '../../../support/artifact-home.ts';
import { runCli } from '../../../support/cli.ts';
import { madeArtifact } from '../../../support/made-artifacts.ts';

const { signatureId } = REDUCER;

/** Commands on one engine, which stays open between them. */
async function stage(t: Test) {
  const at = await openArtifactHome(t);
  const kept = new Proxy(at.engine, {
    get: (engine, name) => {
      if (name === 'close') return async () => undefined;
      const member: unknown = Reflect.get(engine, name, engine);
      return typeof member === 'function' ? member.bind(engine) : member;
    },
  });
  const run = (...argv: string[]) => runCli(['dse', ...argv], { home: at.home, openEngine: async () => kept });
  return { ...at, run, json: async (...argv: string[]) => JSON.parse((await run(...argv, '--json')).stdout) };
}

t.test('an artifact is carried from one home to another, and told in lists', async (t) => {
  const [here, there] = [await stage(t), await stage(t)];
  const made = madeArtifact({ blocks: { task: 'Answer like a sailor. \u202e🐘' } });
  t.match(await here.run('artifacts'), { code: 0, stdout: '', stderr: /no artifacts yet/ });
  await here.promote(made);
  const exported = await here.run('export', made.compiled_id.slice(0, 8));
  t.same(JSON.parse(exported.stdout), made);
  t.notMatch(exported.stdout, '\u202e', 'nothing in it turns a terminal round');
  const file = join(there.home, 'artifact.json');
  await writeFile(file, exported.stdout);
  t.match(await there.run('import', file), {
    code: 0,
    stdout: `${made.compiled_id}\n`,
    stderr: /not in force by that/,
  });
  t.match(await there.json('import', file), { added: false });
  t.match(await there.run('artifacts'), {
    stdout: new RegExp(`^${made.compiled_id.slice(0, 12)}\\s+${signatureId}\\s*$`, 'm'),
  });
  t.match(await here.run('artifacts', '--signature', signatureId), { stdout: /in force/ });
  t.match((await here.json('artifacts')).artifacts, [{ compiled_id: made.compiled_id, isActive: true }]);
});

t.test('what is in force, how it came to be, and back', async (t) => {
  const at = await stage(t);
  const made = madeArtifact();
  t.match(await at.run('history', signatureId), { code: 0, stdout: '', stderr: /always in force/ });
  await at.promote(made);
  t.match(await at.run('active'), {
    stdout: new RegExp(`${signatureId}\\s+${made.compiled_id.slice(0, 12)}\\s+since `),
  });
  const rolled = await at.run('rollback', signatureId, '--reason', 'it is worse');
  t.match(rolled, { code: 0, stdout: 'default\n', stderr: /in the place of [0-9a-f]{12}/ });
  const { stdout } = await at.run('history', signatureId);
  t.match(stdout, new RegExp(`rollback\\s+${made.compiled_id.slice(0, 12)} → default\\s+it is worse`));
  t.match(stdout, /promote\s+default → [0-9a-f]{12}\s+by P\s+better/);
  t.match((await at.json('history', signatureId)).changes, [{ action: 'rollback' }, { action: 'promote' }]);
  t.equal((await at.json('active')).signatures.length, catalogue().length);
});

t.test('what is wrong ends with the exit code of its error', async (t) => {
  const at = await stage(t);
  t.match(await at.run('rollback', signatureId), {
    code: 2,
    stderr: /rollback-impossible|nothing to roll back|own parameters are in force/,
  });
  t.match(await at.run('export', 'ffff'), { code: 2, stderr: /no artifact has this id/ });
  t.match(await at.run('import', join(at.home, 'nowhere.json')), { code: 2 });
  await writeFile(join(at.home, 'bad.json'), '{"format":"none"}');
  t.match(await at.run('import', 'bad.json'), { code: 2 });
  t.match(await at.run('history', 'no.such'), { code: 2, stderr: /no such signature/ });
});
