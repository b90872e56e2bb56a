import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { collectFor } from '../../../node/input/collect.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function scene(t: Parameters<typeof temporaryFolder>[0]) {
  const root = await temporaryFolder(t);
  const [work, home, secret] = [join(root, 'desk'), join(root, 'desk', '.pylon'), join(root, 'secret.txt')];
  mkdirSync(join(home, 'texts', '1-a'), { recursive: true });
  mkdirSync(join(root, 'deskmate'));
  for (const [path, text] of [
    [join(work, 'a.log'), 'a'],
    [secret, 'secret'],
    [join(root, 'deskmate', 'b.log'), 'b'],
    [join(home, 'identity.json'), 'keys'],
    [join(home, 'texts', '1-a', '0'), 'text'],
  ] as const)
    writeFileSync(path, text);
  symlinkSync(secret, join(work, 'link.log'));
  symlinkSync(root, join(work, 'up'));
  const read = async (path: string, within = [work]) => {
    const { files, skipped } = await collectFor({ files: [join(work, path)], within }, home);
    return { read: files.map(({ location }) => location.slice(root.length)), outside: skipped.outside };
  };
  return { root, work, home, read };
}

t.test('what is inside is read: files, folders and globs', async (t) => {
  const { read } = await scene(t);
  t.same(await read('a.log'), { read: ['/desk/a.log'], outside: 0 });
  t.same(await read('*.log'), { read: ['/desk/a.log'], outside: 1 });
});

t.test('a folder is read without links that lead out of it, and without the keys of the home in it', async (t) => {
  const { read } = await scene(t);
  const { read: files, outside } = await read('.');
  t.same(files, ['/desk/a.log']);
  t.ok(outside >= 2, 'the identity and the texts are counted');
});

t.test('what is outside is refused, whether it is there or not', async (t) => {
  const { read } = await scene(t);
  for (const path of [
    '../secret.txt',
    '../nothing.txt',
    'link.log',
    'up/secret.txt',
    'up/nothing.txt',
    '../deskmate/b.log',
    '../*.txt',
    '/../../etc/passwd',
    '.pylon/identity.json',
    '.pylon/nothing.json',
    '.pylon/texts/1-a/0',
  ])
    await t.rejects(read(path), { code: 'input-outside' }, path);
  await t.rejects(read('nothing.log'), { code: 'input-missing' }, 'inside it may be told');
  t.same(await read('{..,.}/secret.txt').catch((thrown: { code: string }) => thrown.code), 'input-missing');
});

t.test('a folder in the home that is named is inside', async (t) => {
  const { work, home, read } = await scene(t);
  t.same(await read('.pylon/texts/1-a/0', [work, join(home, 'texts', '1-a')]), {
    read: ['/desk/.pylon/texts/1-a/0'],
    outside: 0,
  });
});
