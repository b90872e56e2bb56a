import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { Folders, foldersOf, ROOTS_MAX } from '../../../node/mcp/folders.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

t.test('of the roots of a client the folders of this machine count, and no more than there can be', async (t) => {
  const uris = [
    'file:///a',
    'https://example.org',
    'file://elsewhere/b',
    'file:///c%2Fd',
    'not a uri',
    'file:///e%20f',
  ];
  t.same(foldersOf(uris.map((uri) => ({ uri }))), ['/a', '/e f']);
  t.equal(foldersOf(Array.from({ length: 10_000 }, () => ({ uri: 'file:///a' }))).length, ROOTS_MAX);
  t.same(foldersOf([{ uri: String(pathToFileURL('/tmp/ä b')) }]), ['/tmp/ä b']);
});

t.test('a relative path is found in the first folder that has it, and named by it', async (t) => {
  const root = await temporaryFolder(t);
  for (const name of ['one', 'two']) mkdirSync(join(root, name));
  writeFileSync(join(root, 'two', 'b.log'), 'b');
  const folders = new Folders([join(root, 'one'), join(root, 'two')], []);
  t.same(folders.resolve('b.log'), { location: join(root, 'two', 'b.log'), name: join(root, 'two', 'b.log') });
  t.same(folders.resolve('nothing.log'), { location: join(root, 'one', 'nothing.log'), name: 'nothing.log' });
  t.equal(folders.resolve('../two/b.log').name, join(root, 'two', 'b.log'), 'what is not below is named whole');
  for (const name of ['nothing.log', join(root, 'two', 'b.log')])
    t.equal(folders.locate(folders.resolve(name).name), folders.resolve(name).location, 'a name leads back');
});

t.test('an empty path, a NUL and no folder at all are refused', async (t) => {
  t.throws(() => new Folders(['/a'], []).resolve(' '), { code: 'input-missing' });
  t.throws(() => new Folders(['/a'], []).resolve('a\0b'), { code: 'input-missing' });
  t.throws(() => new Folders([], []).resolve('a'), { code: 'input-outside' });
});
