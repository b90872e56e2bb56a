import fc from 'fast-check';
import t from 'tap';
import { type Chunk, Chunker } from '../../../conductor/cut/chunks.ts';
import { CHUNK_BYTES_MIN } from '../../../protocol/limits.ts';

function cut(bytes: Buffer, chunkBytes: number, overlapLines = 0, pieceBytes = 1_000): Chunk[] {
  const chunker = new Chunker({ chunkBytes }, overlapLines);
  const chunks: Chunk[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    chunks.push(...chunker.push(bytes.subarray(at, at + pieceBytes)));
  return [...chunks, ...chunker.end()];
}

const line = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.constantFrom('', '\r', '  indented', '}', 'at frame', 'x'.repeat(9_000), '漢字🙂'.repeat(900)),
);
const text = fc.array(line, { maxLength: 200 }).map((lines) => lines.join('\n'));

t.test('chunks are together exactly the file, whatever pieces it arrives in', async (t) => {
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 0, max: 5 }),
      (content, pieceBytes, overlap) => {
        const bytes = Buffer.from(content);
        const chunks = cut(bytes, CHUNK_BYTES_MIN, overlap, pieceBytes);
        t.ok(Buffer.concat(chunks.map((chunk) => chunk.bytes)).equals(bytes));
        for (const chunk of chunks) {
          t.ok(chunk.bytes.length > 0 && chunk.bytes.length <= CHUNK_BYTES_MIN);
          const earlier = bytes.subarray(0, chunk.startByte).toString();
          t.equal(chunk.startLine, earlier.split('\n').length);
        }
      },
    ),
    { numRuns: 60 },
  );
});

t.test('the cuts do not depend on the pieces nor on the overlap', async (t) => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9_000 }), (content, pieceBytes) => {
      const bytes = Buffer.from(content);
      const starts = (chunks: Chunk[]) => chunks.map((chunk) => chunk.startByte);
      t.same(starts(cut(bytes, CHUNK_BYTES_MIN, 5, pieceBytes)), starts(cut(bytes, CHUNK_BYTES_MIN, 0, 1 << 20)));
    }),
    { numRuns: 60 },
  );
});

t.test('no chunk begins or ends inside a character', async (t) => {
  const bytes = Buffer.from('漢字🙂é'.repeat(20_000));
  for (const chunk of cut(bytes, 5_000)) t.notOk(chunk.bytes.toString().includes('\ufffd'));
});

t.test('a line longer than a chunk is cut between windows and says how far into the line it begins', async (t) => {
  const chunks = cut(Buffer.from(`short\n${'a'.repeat(20_000)}\nend\n`), 5_000);
  const inside = chunks.filter((chunk) => chunk.offsetInLine > 0);
  t.ok(inside.length >= 3);
  for (const chunk of inside) t.equal(chunk.offsetInLine % 1_024, 0);
  t.ok(inside.every((chunk) => chunk.startLine === 2));
});

t.test('a blank line near the end of a chunk is the preferred border', async (t) => {
  const paragraph = `${'word '.repeat(200)}\n`;
  const chunks = cut(Buffer.from(`${paragraph.repeat(4)}\n${paragraph.repeat(4)}`), 4_600);
  t.equal(chunks[0]!.bytes.toString(), `${paragraph.repeat(4)}\n`);
});

t.test('a record start is preferred to a continuation line', async (t) => {
  const record = `2026-01-01 ERROR it broke\n${'    at some frame of the stack\n'.repeat(3)}`;
  for (const chunk of cut(Buffer.from(record.repeat(200)), 5_000).slice(1)) t.equal(chunk.bytes[0], '2'.charCodeAt(0));
});

t.test('neighbouring lines are carried on both sides when asked for', async (t) => {
  const lines = Array.from({ length: 400 }, (_, index) => `line number ${index} of the file\n`);
  const chunks = cut(Buffer.from(lines.join('')), 4_096, 2);
  const second = chunks[1]!;
  const first = lines.join('').slice(0, second.startByte).split('\n').length - 1;
  t.equal(second.before.toString(), `${lines[first - 2]}${lines[first - 1]}`);
  t.equal(chunks[0]!.after.toString(), `${lines[first]}${lines[first + 1]}`);
});
