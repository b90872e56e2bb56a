import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { openMessageTexts, removeTextsOf } from '../../../node/input/message-texts.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CITED = {
  span_refs: [{ id: 's', path: 'x', start_line: 1, end_line: 1, start_byte: 0, end_byte: 1, content_hash: '' }],
  error: null,
};
const UNCITED = { span_refs: [], error: null };

t.test('a text is private, stays where it is cited or its run can go on, and is gone otherwise', async (t) => {
  const home = await temporaryFolder(t);
  const interrupted = { span_refs: [], error: { code: 'interrupted', message: '' } };
  for (const [record, stays] of [
    [CITED, true],
    [UNCITED, false],
    [interrupted, true],
  ] as const) {
    const texts = await openMessageTexts(home);
    await texts.write(0, 'the gasket froze');
    await texts.begun('01RUN');
    t.equal(statSync(texts.pathOf(0)).mode & 0o777, 0o600);
    t.equal(statSync(texts.folder).mode & 0o777, 0o700);
    await texts.over(record);
    t.equal(existsSync(texts.pathOf(0)), stays);
  }
  const refused = await openMessageTexts(home);
  await refused.remove();
  t.notOk(existsSync(refused.folder));
});

t.test('without a home nothing is kept, cited or not', async (t) => {
  const texts = await openMessageTexts(undefined);
  await texts.write(0, 'x');
  await texts.over(CITED);
  t.notOk(existsSync(texts.folder));
});

t.test('past the bound the oldest go first, and none that a run still reads', async (t) => {
  const home = await temporaryFolder(t);
  const make = async (text: string, ageSeconds: number) => {
    const texts = await openMessageTexts(home, 1_000);
    await texts.write(0, text);
    await texts.begun('01RUN');
    const at = Date.now() / 1_000 - ageSeconds;
    utimesSync(texts.folder, at, at);
    return texts;
  };
  const reading = await make('r'.repeat(900), 500);
  const oldest = await make('a'.repeat(300), 400);
  const newer = await make('b'.repeat(300), 1);
  await oldest.over(CITED);
  t.notOk(existsSync(oldest.folder), 'all together they were too much, and it was over');
  t.ok(existsSync(newer.folder), 'a run reads it');
  await newer.over(CITED);
  t.notOk(existsSync(newer.folder));
  t.ok(existsSync(reading.folder), 'the oldest of all, and still read');
  await reading.over(CITED);
  t.ok(existsSync(reading.folder), 'alone it fits');
});

t.test('what a killed process left before its run began is swept', async (t) => {
  const home = await temporaryFolder(t);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const [lost, begun] = [join(home, 'texts', `${pid}-lost`), join(home, 'texts', `${pid}-begun`)];
  for (const folder of [lost, begun]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(begun, 'run'), '01RUN');
  const texts = await openMessageTexts(home);
  await texts.write(0, 'x');
  await texts.over(CITED);
  t.notOk(existsSync(lost));
  t.ok(existsSync(begun), 'its run may be resumed');
});

t.test('a deleted run takes its texts along, and nothing else', async (t) => {
  const home = await temporaryFolder(t);
  const texts = await openMessageTexts(home);
  await texts.write(0, 'x');
  await texts.begun('01RUN');
  const outside = join(home, 'notes.txt');
  writeFileSync(outside, 'mine');
  await removeTextsOf(home, '01OTHER', [texts.pathOf(0)]);
  t.ok(existsSync(texts.folder), 'it is the text of another run');
  await removeTextsOf(home, '01RUN', [outside, join(dirname(texts.folder), '..', 'notes.txt'), texts.pathOf(0)]);
  t.same(readdirSync(join(home, 'texts')), []);
  t.equal(readFileSync(outside, 'utf8'), 'mine');
});
