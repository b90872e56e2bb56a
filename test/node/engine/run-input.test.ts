import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { unchangedInput } from '../../../node/engine/run-input.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

t.test('an input is given as long as each of its files is what it was', async (t) => {
  const folder = await temporaryFolder(t);
  const texts = { 'a.log': 'one\ntwo\n', 'b.log': 'three\n' };
  const locations = Object.keys(texts).map((path) => join(folder, path));
  const hashes = Object.values(texts).map((text) => sha256Hex(text));
  const record = { inputs: Object.entries(texts).map(([path, text]) => ({ path, bytes: text.length })) };
  const write = async () => {
    for (const [at, text] of Object.values(texts).entries()) await writeFile(locations[at]!, text);
  };
  await write();
  const look = () => unchangedInput(record, locations, hashes);
  t.equal(Buffer.from(await (await look())!.read(1, 0, 5)).toString(), 'three');
  await writeFile(locations[0]!, 'one\ntwo\nand more\n');
  t.ok(await look(), 'what was added behind was not read then');
  await writeFile(locations[0]!, 'ONE\ntwo\n');
  t.equal(await look(), undefined);
  await writeFile(locations[0]!, 'one');
  t.equal(await look(), undefined);
  await write();
  await rm(locations[1]!);
  t.equal(await look(), undefined);
  await mkdir(locations[1]!);
  t.equal(await look(), undefined);
  t.equal(await unchangedInput(record, undefined, hashes), undefined);
  t.equal(await unchangedInput(record, locations.slice(1), hashes), undefined);
  t.equal(await unchangedInput(record, locations, [undefined, undefined]), undefined);
});
