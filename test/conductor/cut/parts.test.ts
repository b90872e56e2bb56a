import fc from 'fast-check';
import t from 'tap';
import { fragmentsOf } from '../../../conductor/cut/fragments.ts';
import { textCorpus } from '../../support/text-corpus.ts';

const TEXT = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'é', '界', '🎉', '\n', '\r\n', ' word '), maxLength: 80 }), {
    maxLength: 40,
  })
  .map((pieces) => pieces.join('\n'));

/** Cuts a text into parts at line starts, given as shares of its lines. */
function partsOf(text: string, shares: readonly number[]) {
  const starts = [0, ...[...Buffer.from(text)].flatMap((byte, at) => (byte === 10 ? [at + 1] : []))];
  const bytes = Buffer.byteLength(text);
  const cuts = [...new Set(shares.map((share) => starts[Math.floor(share * starts.length)]!))].sort((a, b) => a - b);
  const parts: { file: number; startByte: number; endByte: number }[] = [];
  for (let at = 0; at + 1 < cuts.length; at += 2) parts.push({ file: 0, startByte: cuts[at]!, endByte: cuts[at + 1]! });
  return { parts, bytes };
}

t.test('what is cut from parts names the bytes and lines that it has in the whole', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      TEXT,
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 8 }),
      fc.integer({ min: 0, max: 50 }),
      async (text, shares, firstIndex) => {
        const { parts } = partsOf(text, shares);
        const whole = Buffer.from(text);
        let index = firstIndex;
        const covered: number[] = [];
        const cutting = { chunkBytes: 64, kindOf: () => 'log' as const, parts, firstIndex };
        for await (const fragment of fragmentsOf(textCorpus({ 'a.log': text }), cutting)) {
          const { start_byte, end_byte, start_line } = fragment.span;
          t.equal(fragment.index, index++);
          t.same(fragment.textBytes, whole.subarray(start_byte, end_byte));
          t.equal(start_line, whole.subarray(0, start_byte).filter((byte) => byte === 10).length + 1);
          for (let at = start_byte; at < end_byte; at++) covered.push(at);
        }
        const wanted = parts.flatMap(({ startByte, endByte }) =>
          Array.from({ length: endByte - startByte }, (_, at) => startByte + at),
        );
        t.same(covered, wanted);
      },
    ),
  );
});

t.test('a part that begins inside a long line knows how much of the line comes before it', async (t) => {
  const text = `first\n${'é'.repeat(5_000)}\nlast`;
  const parts = [{ file: 0, startByte: 6 + 2 * 3_000, endByte: 6 + 2 * 3_500 }];
  const cutting = { chunkBytes: 4_096, kindOf: () => 'log' as const, parts };
  for await (const fragment of fragmentsOf(textCorpus({ 'a.log': text }), cutting)) {
    t.equal(fragment.context.offsetInLine, 3_000);
    t.equal(fragment.span.start_line, 2);
  }
});
