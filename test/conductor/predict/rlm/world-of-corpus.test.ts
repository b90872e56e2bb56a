import fc from 'fast-check';
import t from 'tap';
import { narrowed } from '../../../../conductor/predict/rlm/narrow.ts';
import type { Passage, World } from '../../../../conductor/predict/rlm/world.ts';
import { Stage } from './stage.ts';

const { signal } = new AbortController();
const text = fc
  .array(fc.constantFrom('a', '日本', '🙂', '\n', '\r\n', 'word ', '\n\n'), { maxLength: 60 })
  .map((parts) => parts.join(''));

function worldOf(contents: string): { world: World; bytes: Buffer } {
  return { world: new Stage({ texts: { a: contents } }).world, bytes: Buffer.from(contents) };
}

function lineOf(bytes: Buffer, offset: number): number {
  return bytes.subarray(0, offset).toString('latin1').split('\n').length;
}

t.test('lines are found by number, and numbers by place', async (t) => {
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 12 }), fc.nat(5), async (contents, startLine, more) => {
      const { world, bytes } = worldOf(contents);
      const passage = await world.lines(0, startLine, startLine + more, signal);
      const wanted = contents
        .split(/(?<=\n)/)
        .slice(startLine - 1, startLine + more)
        .join('');
      t.equal(bytes.subarray(passage.startByte, passage.endByte).toString(), wanted);
      if (wanted === '') return;
      const { endLine, ...place } = passage;
      t.match(await world.locate(0, passage.startByte, passage.endByte, signal), place);
      t.equal(passage.startLine, lineOf(bytes, passage.startByte));
      t.ok(endLine >= lineOf(bytes, Math.max(0, passage.endByte - 1)));
    }),
  );
});

t.test('cuts are the whole of what was asked for, each on its lines', async (t) => {
  await fc.assert(
    fc.asyncProperty(text, fc.nat(40), async (contents, skip) => {
      const { world, bytes } = worldOf(contents.repeat(20));
      const startByte = Math.min(skip, bytes.length);
      const part = { file: 0, startByte, endByte: bytes.length, startLine: lineOf(bytes, startByte) };
      const passages = await world.cut({ chunkBytes: 64, chunksMax: 10_000, passages: [part] }, signal);
      let at = startByte;
      for (const passage of passages) {
        t.equal(passage.startByte, at);
        t.equal(passage.startLine, lineOf(bytes, at));
        t.equal(passage.endLine, lineOf(bytes, passage.endByte - 1));
        at = passage.endByte;
      }
      t.equal(at, bytes.length);
    }),
    { numRuns: 60 },
  );
  const { world } = worldOf('x\n'.repeat(1_000));
  await t.rejects(world.cut({ chunkBytes: 16, chunksMax: 10 }, signal), { code: 'exploration-too-large' });
});

t.test('a narrowed world gives nothing of what is outside its places', async (t) => {
  const contents = Array.from({ length: 60 }, (_, index) => `line ${index}`).join('\n');
  const { world, bytes } = worldOf(contents);
  const place = (from: string, to: string) => {
    const startByte = bytes.indexOf(from);
    return { file: 0, startByte, endByte: bytes.indexOf(to), startLine: lineOf(bytes, startByte) };
  };
  const inner = narrowed(world, [place('line 10', 'line 20'), place('line 30', 'line 40')]);
  const request = { mode: 'literal', text: 'line', ignoreCase: false, hitsMax: 100 } as const;
  const { hits } = await inner.search(request, signal);
  const seen = hits.map(({ text: found }) => Number(found.slice(5)));
  t.same(seen, [...Array(10).keys()].map((at) => 10 + at).concat([...Array(10).keys()].map((at) => 30 + at)));
  for (const { startByte, endByte, text: found, startLine } of hits) {
    t.equal(bytes.subarray(startByte, endByte).toString(), found);
    t.equal(startLine, Number(found.slice(5)) + 1);
  }
  await t.rejects(inner.read(0, 0, 5), { code: 'action-refused' });
  await t.rejects(inner.lines(0, 1, 2, signal), { code: 'action-refused' });
  await t.rejects(inner.locate(0, 0, 5, signal), { code: 'action-refused' });
  await t.rejects(inner.tool({ tool: 'grep', args: {} }, signal), { code: 'action-refused' });
  const all: Passage[] = [...(await inner.cut({ chunkBytes: 1_000, chunksMax: 10, files: [0] }, signal))];
  t.equal(all.length, 2);
  const outside = await inner.search({ ...request, passages: [place('line 0', 'line 10')] }, signal);
  t.equal(outside.matches, 0);
});
