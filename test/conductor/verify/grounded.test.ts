import t from 'tap';
import type { Fragment } from '../../../conductor/cut/fragments.ts';
import { plainContext } from '../../../conductor/search/context.ts';
import { ground } from '../../../conductor/verify/grounded.ts';

function fragmentOf(text: string, textStartByte = 100, textStartLine = 10): Fragment {
  const textBytes = Buffer.from(text);
  const place = {
    start_line: textStartLine,
    end_line: textStartLine,
    start_byte: textStartByte,
    end_byte: textStartByte + textBytes.length,
  };
  const span = { id: 'c0', path: 'a.log', content_hash: '0'.repeat(64), ...place };
  return { index: 0, file: 0, span, text, textBytes, textStartByte, textStartLine, context: plainContext(text) };
}

const finding = (quote: string, line?: number) => ({ quote, score: 1, ...(line === undefined ? {} : { line }) });

t.test('a quote gets the bytes and lines at which it stands in the file', async (t) => {
  const { grounded, dropped } = ground([finding('zweite\r\ndritte')], fragmentOf('erste\r\nzweite\r\ndritte\r\n'));
  t.equal(dropped, 0);
  t.match(grounded[0], { startByte: 107, endByte: 121, startLine: 11, endLine: 12 });
});

t.test('a quote that is not in the chunk is dropped and counted', async (t) => {
  for (const quote of ['Zweite', 'zweite dritte', 'erste\nzweite', '   ']) {
    t.match(ground([finding(quote)], fragmentOf('erste\r\nzweite\r\ndritte\r\n')), { grounded: [], dropped: 1 });
  }
});

t.test('the line named tells equal quotes apart, and a wrong line does not lose the quote', async (t) => {
  const fragment = fragmentOf('same\nother\nsame\n');
  t.equal(ground([finding('same', 3)], fragment).grounded[0]?.startLine, 12);
  t.equal(ground([finding('same', 1)], fragment).grounded[0]?.startLine, 10);
  t.equal(ground([finding('same', 99)], fragment).grounded[0]?.startLine, 10);
});

t.test('characters of several bytes are counted as bytes', async (t) => {
  const { grounded } = ground([finding('🙂 voll')], fragmentOf('漢字\n🙂 voll\n', 0, 1));
  t.match(grounded[0], { startByte: 7, endByte: 16, startLine: 2, endLine: 2 });
});

t.test('a quote that includes its line end still ends on its own line', async (t) => {
  t.match(ground([finding('one\n')], fragmentOf('one\ntwo\n', 0, 1)).grounded[0], { startLine: 1, endLine: 1 });
});
