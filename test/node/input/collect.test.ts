import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { inputTools } from '../../../conductor/predict/rlm/tools/input-tools.ts';
import { realClock } from '../../../node/clock.ts';
import { collect, tellSkipped } from '../../../node/input/collect.ts';
import { FileCorpus } from '../../../node/input/corpus.ts';
import { loadPatterns } from '../../../node/patterns.ts';

function tree(t: Test, files: Record<string, string | Buffer>): string {
  const root = t.testdir();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

t.test(
  'a directory gives its text files in order, without what .gitignore names, and counts what it skips',
  async (t) => {
    const root = tree(t, {
      'src/b.ts': 'b',
      'src/a.ts': 'a',
      'src/deep/.gitignore': 'secret.txt\n',
      'src/deep/secret.txt': 'no',
      'src/deep/kept.txt': 'yes',
      '.gitignore': '*.log\nbuild/\n',
      'x.log': 'no',
      'build/out.js': 'no',
      'icon.png': PNG,
      'empty.txt': '',
      '.git/config': 'no',
      'node_modules/p/index.js': 'no',
    });
    const { files, skipped } = await collect([{ location: root, path: 'proj' }]);
    t.same(
      files.map((file) => file.path),
      ['proj/.gitignore', 'proj/src/a.ts', 'proj/src/b.ts', 'proj/src/deep/.gitignore', 'proj/src/deep/kept.txt'],
    );
    t.match(skipped, { binary: 1, empty: 1, ignored: 3, unreadable: 0 });
    t.equal(tellSkipped(skipped), '1 binary, 1 empty, 3 ignored');
  },
);

t.test('a glob gives the files it matches', async (t) => {
  const root = tree(t, { 'logs/a.log': 'a', 'logs/b.log': 'b', 'logs/c.txt': 'c' });
  const { files } = await collect([{ location: join(root, 'logs/*.log'), path: 'logs/*.log' }]);
  t.same(
    files.map((file) => file.path),
    ['logs/a.log', 'logs/b.log'],
  );
});

t.test('a file named twice is read once', async (t) => {
  const root = tree(t, { 'a.log': 'a' });
  const source = { location: join(root, 'a.log'), path: 'a.log' };
  t.equal((await collect([source, source])).files.length, 1);
});

t.test('what the user names and cannot be asked is refused with its own code', async (t) => {
  const root = tree(t, { 'empty.log': '', 'icon.png': PNG, 'only/icon.png': PNG });
  symlinkSync(join(root, 'nowhere'), join(root, 'dangling'));
  for (const [name, code] of [
    ['missing.log', 'input-missing'],
    ['dangling', 'input-missing'],
    ['empty.log', 'input-empty'],
    ['icon.png', 'input-binary'],
    ['only', 'input-empty'],
    ['*.nothing', 'input-missing'],
  ] as const) {
    await t.rejects(collect([{ location: join(root, name), path: name }]), { code, value: name }, name);
  }
});

t.test('a corpus streams a file as often as asked and reads back exact bytes', async (t) => {
  const root = tree(t, { 'a.log': 'first\nsecond\n' });
  const corpus = new FileCorpus((await collect([{ location: join(root, 'a.log'), path: 'a.log' }])).files);
  for (let pass = 0; pass < 2; pass++) {
    let text = '';
    for await (const piece of corpus.open(0)) text += Buffer.from(piece).toString();
    t.equal(text, 'first\nsecond\n');
  }
  t.equal(Buffer.from(await corpus.read(0, 6, 12)).toString(), 'second');
});

t.test('a log that grows is read as far as it was counted; one that shrinks is refused as changed', async (t) => {
  const root = tree(t, { 'a.log': 'first\nsecond\n' });
  const location = join(root, 'a.log');
  const corpus = new FileCorpus((await collect([{ location, path: 'a.log' }])).files);
  writeFileSync(location, 'first\nsecond\nthird\n');
  let text = '';
  for await (const piece of corpus.open(0)) text += Buffer.from(piece).toString();
  t.equal(text, 'first\nsecond\n');
  writeFileSync(location, 'first\n');
  await t.rejects(corpus.open(0).next(), { code: 'input-changed' });
  await t.rejects(corpus.read(0, 0, 13), { code: 'input-changed' });
});

t.test(
  'symbolic links in a directory lead nowhere, and what the tools of an exploration see is what was collected',
  async (t) => {
    const root = tree(t, {
      'outside/secret.txt': 'the secret',
      'proj/.gitignore': 'ignored.txt\n',
      'proj/ignored.txt': 'the secret',
      'proj/a.txt': 'plain',
      'proj/icon.bin': PNG,
    });
    symlinkSync(join(root, 'outside'), join(root, 'proj/folder'));
    symlinkSync(join(root, 'outside/secret.txt'), join(root, 'proj/link.txt'));
    symlinkSync('/', join(root, 'proj/root'));
    const { files } = await collect([{ location: join(root, 'proj'), path: 'proj' }]);
    const tools = inputTools({ corpus: new FileCorpus(files), regex: await loadPatterns() }, realClock());
    const ask = (tool: string, args: unknown) => tools.tool({ tool, args }, new AbortController().signal);
    t.equal(await ask('list_files', {}), '2 files\nproj/.gitignore 12\nproj/a.txt 5');
    t.equal(await ask('grep', { pattern: 'secret' }), '0 lines in 2 files');
    for (const path of [
      'proj/link.txt',
      'proj/folder/secret.txt',
      'proj/ignored.txt',
      'proj/icon.bin',
      join(root, 'proj/a.txt'),
      'proj/../outside/secret.txt',
    ])
      await t.rejects(ask('read_lines', { path, start: 1 }), { code: 'tool-refused' }, path);
  },
);
