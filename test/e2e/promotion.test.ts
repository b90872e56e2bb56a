// A person takes an artifact from labelled examples into force and back, by the real command, alone and with a daemon, without a model.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { exampleLine } from '../../dse/examples/jsonl.ts';
import type { DseExample } from '../../protocol/dse/example.ts';
import { SELECT_STRATEGY } from '../../protocol/select-strategy.ts';
import { pylon, startPylon } from '../support/command.ts';
import { strategyExamples } from '../support/strategy-examples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { signatureId } = SELECT_STRATEGY;
const MANY = strategyExamples(200, (number) => (number < 80 ? 'train' : number < 130 ? 'dev' : 'holdout'));

async function stage(t: Test, examples: readonly DseExample[]) {
  const folder = await temporaryFolder(t);
  const options = { home: join(folder, 'home'), cwd: folder, environment: { USER: 'ada' } };
  const run = (...argv: string[]) => pylon(t, ['dse', ...argv], options);
  const json = async (...argv: string[]) => JSON.parse((await run(...argv, '--json')).stdout);
  const fails = async (code: string, exit: number, ...argv: string[]) => {
    const ended = await run(...argv);
    t.match(ended.stderr, new RegExp(`^pylon: ${code}: `, 'm'), argv.join(' '));
    t.equal(ended.code, exit);
    return ended.stderr;
  };
  const add = async (more: readonly DseExample[]) => {
    await writeFile(join(folder, 'examples.jsonl'), `${more.map(exampleLine).join('\n')}\n`);
    t.equal((await run('examples', 'import', 'examples.jsonl')).code, 0);
  };
  await add(examples);
  const compiled = async () => (await json('compile', signatureId)).chosen.compiled_id as string;
  return { folder, options, run, json, fails, add, compiled };
}

t.test(
  'what a compile chose comes into force by its evidence, is predicted with, and goes back in one write',
  async (t) => {
    const { folder, options, run, json, compiled } = await stage(t, MANY);
    const id = await compiled();
    const measured = await run('promote', id.slice(0, 12), '--measure-only');
    t.equal(measured.code, 0);
    t.match(measured.stdout, /promote; what is in force stays/);
    t.match(
      (await json('active')).signatures.find((one: { signatureId: string }) => one.signatureId === signatureId),
      {
        compiled_id: 'default',
      },
    );
    const check = async () => {
      const promoted = await run('promote', id.slice(0, 12));
      t.equal(promoted.code, 0, promoted.stderr);
      t.match(
        promoted.stdout,
        /exact McNemar on 70 held-out examples, look 1: p /,
        'what was found stands: no other look',
      );
      t.match(promoted.stderr, /it is in force now/);
      await writeFile(join(folder, 'input.json'), JSON.stringify(MANY[7]?.inputJson));
      const { receipt } = await json('predict', signatureId, '--input', 'input.json');
      const artifact = (await json('artifacts')).artifacts.find(
        (one: { compiled_id: string }) => one.compiled_id === id,
      );
      t.match(receipt, { compiled_id: id, hashes: { params: artifact.hashes.params } });
      t.match((await json('history', signatureId)).changes[0], {
        compiled_id: id,
        previous: 'default',
        action: 'promote',
      });
      t.match((await run('rollback', signatureId)).stderr, /in force .* again/);
    };
    await check();
    const daemon = startPylon(t, ['start', '--foreground', '--port', '0'], options);
    await daemon.said('stderr', /serves http:\/\/127\.0\.0\.1:\d+/);
    await check();
    const { promotions } = await json('promotions', '--signature', signatureId);
    t.strictSame(
      promotions.map(({ look, movedPointer }: { look: number; movedPointer: boolean }) => [look, movedPointer]),
      [
        [1, true],
        [1, true],
        [1, false],
      ],
    );
    t.match((await run('promotions')).stdout, new RegExp(`^${promotions[0].promotionId} .* promote$`, 'm'));
    t.match(await json('promotions', promotions[0].promotionId.slice(0, 20)), {
      promotionId: promotions[0].promotionId,
    });
    t.match((await run('promotions', '--limit', '1')).stderr, new RegExp(`--before ${promotions[0].promotionId}`));
    daemon.kill('SIGTERM');
    await daemon.ended;
  },
);

t.test('what may not be measured is refused with what to do next, and nothing is written', async (t) => {
  const { json, fails, add, compiled } = await stage(
    t,
    MANY.filter(({ split }) => split !== 'holdout'),
  );
  const id = await compiled();
  await fails('holdout-empty', 2, 'promote', id);
  await fails('artifact-unknown', 2, 'promote', 'ffff');
  await fails('promotion-unknown', 2, 'promote', id, '--from', '01J8ZZ');
  await fails('promotion-unknown', 2, 'promotions', '01J8ZZ');
  await fails('option-invalid', 2, 'promote', id, '--min-delta', '2');
  await fails('option-invalid', 2, 'promote', id, '--goal', 'fame');
  await fails('option-invalid', 2, 'promote', id, '--override', '');
  await add(MANY.filter(({ split }) => split === 'holdout'));
  const told = await fails('dataset-changed', 2, 'promote', id);
  t.match(told, /the data set was [0-9a-f]{64}, and is [0-9a-f]{64}/);
  t.strictSame((await json('promotions')).promotions, []);
});

t.test('with too few held-out examples nothing is said, and an operator may decide by name', async (t) => {
  const few = MANY.filter(({ split }, at) => split !== 'holdout' || at < 150);
  const { run, json, fails, compiled } = await stage(t, few);
  const id = await compiled();
  const kept = await run('promote', id);
  t.equal(kept.code, 4);
  t.match(kept.stdout, /insufficient_evidence; what is in force stays\n20 holdout examples, and at least 50/);
  const overridden = await run('promote', id, '--override', 'the release is tonight');
  t.equal(overridden.code, 0);
  t.match(overridden.stdout, /insufficient_evidence, overridden by ada: the release is tonight/);
  await fails('already-active', 2, 'promote', id);
  t.match((await json('history', signatureId)).changes[0].reason, 'overridden by ada: the release is tonight');
});
