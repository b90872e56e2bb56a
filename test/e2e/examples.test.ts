// Examples through the real command, alone and with a daemon: from a file in, judged, and back to the same file.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { exampleLine } from '../../dse/examples/jsonl.ts';
import { pylon, startPylon } from '../support/command.ts';
import { madeExample } from '../support/made-examples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { signatureId } = madeExample(1);

async function stage(t: Test) {
  const folder = await temporaryFolder(t);
  const options = { home: join(folder, 'home'), cwd: folder };
  const run = (...argv: string[]) => pylon(t, ['dse', ...argv], options);
  const json = async (...argv: string[]) => JSON.parse((await run(...argv, '--json')).stdout);
  return { folder, options, run, json };
}

t.test('a file of examples is dealt out, listed, and exported as the same', async (t) => {
  const { folder, run, json } = await stage(t);
  const lines = Array.from({ length: 20 }, (_, at) => {
    const { exampleId, inputJson, expectedJson } = madeExample(at);
    return JSON.stringify({ exampleId, inputJson, expectedJson });
  });
  await writeFile(join(folder, 'in.jsonl'), `${lines.join('\n')}\n`);
  const importing = ['examples', 'import', 'in.jsonl', '--signature', signatureId, '--split', 'auto', '--seed', '3'];
  t.match(await json(...importing), { added: 20, moved: [] });
  t.match(await json(...importing), { added: 0, changed: 0, unchanged: 20 }, 'the same seed deals the same');
  const { examples, datasets } = await json('examples', 'list', '--split', 'holdout');
  t.equal(examples.length, 6);
  t.match(datasets, [{ signatureId, splits: { train: 8, dev: 6, holdout: 6 } }]);
  const { stdout } = await run('examples', 'export');
  t.equal(stdout.trimEnd().split('\n').length, 20);
  t.equal((await run('examples', 'export', '--output', 'out.jsonl')).stdout.trim(), join(folder, 'out.jsonl'));
  t.equal(await readFile(join(folder, 'out.jsonl'), 'utf8'), stdout);
  t.match(await json('examples', 'import', 'out.jsonl'), { added: 0, changed: 0, unchanged: 20 });
  const list = await run('examples', 'list', '--limit', '2');
  t.match(list.stdout, /^@pylon\/rlm\/Verifier\.v1 +e0 +\w+ +approved/m);
  t.match(list.stderr, /8 train, 6 dev, 6 holdout; 0 pending, 0 rejected; dataset [0-9a-f]{16}/);
  t.match(list.stderr, /--after/);
});

t.test('a person adds, changes and judges examples, alone and with a daemon', async (t) => {
  const { folder, options, run, json } = await stage(t);
  const write = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value));
  const check = async (id: string, number: number) => {
    await write('input.json', madeExample(number).inputJson);
    await write('right.json', madeExample(number).expectedJson);
    await write('wrong.json', { supported: 1 });
    const files = ['--input', 'input.json', '--expected', 'right.json'];
    const added = await run('examples', 'add', signatureId, ...files, '--id', id, '--tag', 'a', '--tag', 'b');
    t.equal(added.stdout, `${id}\n`);
    t.match(added.stderr, /1 added, 0 changed/);
    const twin = await run('examples', 'add', signatureId, ...files, '--split', 'holdout', '--id', `${id}-twin`);
    t.match(twin.stderr, new RegExp(`${id}-twin is in train: it asks nearly the same as ${id}`));
    t.match(await json('examples', 'edit', signatureId, id, '--split', 'dev', '--tag', 'c'), {
      split: 'dev',
      tags: ['c'],
    });
    await writeFile(
      join(folder, 'pending.jsonl'),
      exampleLine(madeExample(number + 50, { exampleId: `${id}-p`, review: 'pending' })),
    );
    await run('examples', 'import', 'pending.jsonl');
    t.match((await run('label')).stdout, `${id}-p`);
    t.match(await json('label', signatureId, `${id}-p`, '--correct', 'right.json', '--note', 'so'), {
      review: 'approved',
    });
    t.match((await run('label')).stderr, /no example waits/);
    t.match(await json('label', signatureId, `${id}-p`, '--reject'), { review: 'rejected' });
    t.equal((await run('examples', 'remove', signatureId, `${id}-p`)).code, 0);
    const refusals: [argv: string[], code: string][] = [
      [['label', signatureId, `${id}-p`, '--approve'], 'example-unknown'],
      [['label', signatureId, id], 'option-invalid'],
      [['label', signatureId, id, '--approve', '--reject'], 'option-invalid'],
      [['label', signatureId, id, '--correct', 'wrong.json'], 'example-invalid'],
      [['examples', 'add', signatureId, '--input', 'input.json', '--expected', 'wrong.json'], 'example-invalid'],
      [['examples', 'add', 'Poet.v1', ...files], 'signature-unknown'],
      [['examples', 'add', signatureId, ...files, '--split', 'auto'], 'option-invalid'],
      [['examples', 'list', '--split', 'test'], 'option-invalid'],
      [['examples', 'import', 'none.jsonl'], 'input-unreadable'],
      [['examples', 'edit', signatureId, id, '--split', 'test'], 'option-invalid'],
    ];
    for (const [argv, code] of refusals) {
      const { stderr, code: exit } = await run(...argv);
      t.match(stderr, new RegExp(`^pylon: ${code}: `, 'm'), argv.join(' '));
      t.equal(exit, 2);
    }
  };
  await check('one', 1);
  const daemon = startPylon(t, ['start', '--foreground', '--port', '0'], options);
  await daemon.said('stderr', /serves http:\/\/127\.0\.0\.1:\d+/);
  await check('two', 2);
  daemon.kill('SIGTERM');
  await daemon.ended;
});
