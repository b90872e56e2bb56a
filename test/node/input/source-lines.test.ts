import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { readSource, type WantedLines } from '../../../node/input/source-lines.ts';
import { temporaryFolder } from '../../support/cli.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The span of some lines, as a run cites them. */
function spanOf(bytes: Buffer, startLine: number, endLine: number) {
  const text = bytes.toString('latin1');
  let startByte = 0;
  for (let line = 1; line < startLine; line++) startByte = text.indexOf('\n', startByte) + 1;
  let endByte = startByte;
  for (let line = startLine; line <= endLine; line++) {
    const newline = text.indexOf('\n', endByte);
    endByte = newline < 0 ? bytes.length : newline + 1;
  }
  const last = endByte > startByte && bytes[endByte - 1] === 10 ? endByte - 1 : endByte;
  return { startByte, endByte: last, contentHash: sha256(bytes.subarray(startByte, last)) };
}

function stage(t: Parameters<typeof temporaryFolder>[0], content: string | Buffer) {
  const location = join(temporaryFolder(t), 'a.log');
  writeFileSync(location, content);
  const read = (wanted: Partial<WantedLines>) =>
    readSource(location, 'a.log', { startLine: 1, endLine: wanted.startLine ?? 1, around: 0, ...wanted });
  return { location, read };
}

t.test('the lines cited and those round them, with the number of the first', async (t) => {
  const content = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join('\n');
  const { read } = stage(t, `${content}\n`);
  t.same(await read({ startLine: 50, endLine: 51, around: 2 }), {
    startLine: 48,
    lines: ['line 48', 'line 49', 'line 50', 'line 51', 'line 52', 'line 53'],
    totalLines: 100,
    truncated: false,
    matches: null,
  });
  t.match(await read({ startLine: 2, around: 5 }), { startLine: 1, lines: ['line 1', 'line 2'] });
  const end = await read({ startLine: 99, endLine: 100, around: 5 });
  t.match(end, { startLine: 94, truncated: false });
  t.equal(end.lines.at(-1), 'line 100');
});

t.test('whatever the file, the lines are those that splitting it gives, with a span or without', async (t) => {
  const folder = temporaryFolder(t);
  const location = join(folder, 'any');
  const line = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 8 }), fc.constant(''));
  const property = fc.asyncProperty(
    fc.array(
      line.map((text) => text.replaceAll('\n', ' ')),
      { minLength: 1, maxLength: 30 },
    ),
    fc.boolean(),
    fc.nat(29),
    fc.nat(5),
    fc.nat(40),
    fc.boolean(),
    async (lines, endsWithNewline, start, more, around, withSpan) => {
      const bytes = Buffer.from(lines.join('\n') + (endsWithNewline ? '\n' : ''));
      const all = bytes.toString().split('\n');
      if (all.at(-1) === '') all.pop();
      if (all.length === 0) return;
      writeFileSync(location, bytes);
      const startLine = Math.min(start + 1, all.length);
      const endLine = Math.min(startLine + more, all.length);
      const span = withSpan ? { span: spanOf(bytes, startLine, endLine) } : {};
      const got = await readSource(location, 'any', { startLine, endLine, around, ...span });
      const first = Math.max(1, startLine - around);
      t.same(got, {
        startLine: first,
        lines: all.slice(first - 1, endLine + around),
        totalLines: all.length,
        truncated: false,
        matches: withSpan ? true : null,
      });
    },
  );
  await fc.assert(property, { numRuns: 200 });
});

t.test('what was read is told from what is there now', async (t) => {
  const before = Buffer.from('one\ntwo\nthree\nfour\n');
  const { read, location } = stage(t, before);
  const span = spanOf(before, 2, 3);
  t.match(await read({ startLine: 2, endLine: 3, span }), { matches: true, lines: ['two', 'three'] });
  writeFileSync(location, 'one\nTWO\nthree\nfour\n');
  t.match(await read({ startLine: 2, endLine: 3, span }), { matches: false, lines: ['TWO', 'three'] });
  writeFileSync(location, 'zero\none\ntwo\nthree\nfour\n');
  t.match(await read({ startLine: 2, endLine: 3, span }), { matches: false, lines: ['one', 'two'] });
  writeFileSync(location, `${before}five\n`);
  t.match(await read({ startLine: 2, endLine: 3, span }), { matches: true }, 'a log may grow');
  writeFileSync(location, 'one\ntwo\n');
  t.match(await read({ startLine: 2, endLine: 3, span }), { matches: false, lines: ['two'] });
  writeFileSync(location, 'one\n');
  await t.rejects(read({ startLine: 2, endLine: 3, span }), {
    code: 'input-changed',
    message: /less than 2 lines now/,
  });
  writeFileSync(location, '');
  await t.rejects(read({ startLine: 2 }), { code: 'input-changed' });
});

t.test('a file that is gone, or became something else, is told and makes nobody wait', async (t) => {
  const { read, location } = stage(t, 'one\n');
  rmSync(location);
  await t.rejects(read({}), { code: 'source-gone', value: 'a.log' });
  execFileSync('sh', ['-c', 'mkfifo "$0"', location]);
  await t.rejects(read({}), { code: 'source-gone', message: /not a file/ });
  rmSync(location);
  mkdirSync(location);
  await t.rejects(read({}), { code: 'source-gone', message: /not a file/ });
});

t.test('a file of any size is read with a bound', async (t) => {
  const long = Buffer.alloc(3_000_000, 'x');
  const oneLine = stage(t, Buffer.concat([Buffer.from('first\n'), long, Buffer.from('\nlast\n')]));
  const cut = await oneLine.read({ startLine: 2, endLine: 3 });
  t.match(cut, { startLine: 2, truncated: true });
  t.equal(cut.lines.length, 1);
  t.ok(cut.lines[0]!.length <= 16_384);
  const inside = { startByte: 2_000_000, endByte: 2_000_010, contentHash: sha256(Buffer.alloc(10, 'x')) };
  t.match(await oneLine.read({ startLine: 2, span: inside }), { startLine: 2, truncated: true, matches: true });
  const many = stage(t, 'a\n'.repeat(10_000));
  const most = await many.read({ startLine: 1, endLine: 10_000 });
  t.match(most, { truncated: true });
  t.equal(most.lines.length, 2_000);
  // A sparse file of 4 GB, with its one cited line far behind what is ever counted.
  const { read, location } = stage(t, '');
  truncateSync(location, 4 * 2 ** 30);
  const nothing = { startByte: 3 * 2 ** 30, endByte: 3 * 2 ** 30 + 8, contentHash: sha256(Buffer.alloc(8)) };
  t.match(await read({ startLine: 7, span: nothing }), { matches: true, truncated: true, startLine: 7 });
  await t.rejects(read({ startLine: 7, span: { ...nothing, contentHash: '0'.repeat(64) } }), {
    code: 'input-changed',
    message: /too large to count/,
  });
});
