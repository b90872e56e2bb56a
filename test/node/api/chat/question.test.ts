import fc from 'fast-check';
import t from 'tap';
import { END_BYTES, type Ends, findQuestion } from '../../../../node/api/chat/question.ts';

function endsOf(text: string): Ends {
  const all = Buffer.from(text);
  return {
    head: all.subarray(0, END_BYTES),
    tail: all.subarray(Math.max(0, all.length - END_BYTES)),
    bytes: all.length,
  };
}

const LOG = Array.from({ length: 40 }, (_, index) => `2026-11-30 worker ${index} took a part`).join('\n');
const LONG_LOG = Array.from({ length: 9_000 }, (_, index) => `2026-11-30 worker ${index} took a part`).join('\n');

const CASES: readonly [what: string, text: string, question: string | undefined][] = [
  ['a text, then the question', `${LOG}\n\nWhy did it stop?`, 'Why did it stop?'],
  ['the question, then a text', `Why did it stop?\n\n${LOG}`, 'Why did it stop?'],
  ['an instruction, then a text', `Summarise this log:\n\n${LOG}`, 'Summarise this log:'],
  ['a text, then an instruction', `${LOG}\n\nList the workers.`, 'List the workers.'],
  ['a question of two lines', `${LOG}\n\nBe brief.\nWhy did it stop?`, 'Be brief.\nWhy did it stop?'],
  ['a question at both ends', `First?\n\n${LOG}\n\nLast?`, 'Last?'],
  ['no blank line, the question last', `${LONG_LOG}\nWhy did it stop?`, 'Why did it stop?'],
  ['no blank line, the question first', `Why did it stop?\n${LONG_LOG}`, 'Why did it stop?'],
  ['Windows line ends', `${LOG.replace(/\n/g, '\r\n')}\r\n\r\nWhy did it stop?\r\n`, 'Why did it stop?'],
  ['other scripts', `${LOG}\n\nなぜ止まりましたか？`, 'なぜ止まりましたか？'],
  ['an accent at the end of a line', `${LOG}\n\nWas ist das Gegenteil von voilà`, 'Was ist das Gegenteil von voilà'],
  ['a question mark that is part of an address', `Find the failure.\n\nGET /a?b=1\n\nGET /c?d=2`, 'GET /c?d=2'],
  ['one line', 'Why did it stop?', 'Why did it stop?'],
  ['nothing that is short', `${'x'.repeat(5_000)}\n${'y'.repeat(5_000)}`, undefined],
  ['a short line only at the begin', `Tell me what this is\n${'y'.repeat(50_000)}`, 'Tell me what this is'],
];

for (const [what, text, question] of CASES)
  t.test(`the question is found in: ${what}`, async (t) => {
    const found = findQuestion(endsOf(text));
    t.equal(found?.question, question);
    if (found === undefined) return;
    const { startByte, endByte } = found;
    t.equal(Buffer.from(text).toString('utf8', startByte, endByte), question, 'its bytes stand where it says');
  });

t.test('whatever the text, the place that is told holds the question', async (t) => {
  const line = fc.string({ unit: 'grapheme', maxLength: 30 });
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      fc.constantFrom('\n', '\n\n', '\r\n', '\n \n'),
      (lines, separator) => {
        const text = lines.join(separator);
        const bytes = Buffer.from(text);
        const found = findQuestion(endsOf(text));
        if (found === undefined) t.equal(text.trim().replace(/[^\S\r\n\t ]/g, ''), '');
        else t.equal(bytes.toString('utf8', found.startByte, found.endByte), found.question);
        return true;
      },
    ),
  );
});
