import t from 'tap';
import { LINE_WINDOW_CHARS, UnitCursor } from '../../../conductor/search/units.ts';

function units(text: string, offsetInLine = 0): [number, string][] {
  const cursor = new UnitCursor(text, offsetInLine);
  const all: [number, string][] = [];
  while (cursor.next()) all.push([cursor.line, text.slice(cursor.start, cursor.end)]);
  return all;
}

t.test('lines come without their ends, whatever these are', async (t) => {
  t.same(units('one\r\ntwo\n\nfour'), [
    [0, 'one'],
    [1, 'two'],
    [2, ''],
    [3, 'four'],
  ]);
  t.same(units(''), []);
  t.same(units('a\rb\n'), [[0, 'a\rb']]);
});

t.test('a long line is cut into the same windows from its start and from its middle', async (t) => {
  const line = 'x'.repeat(LINE_WINDOW_CHARS * 2 + 10);
  const whole = units(`${line}\nend`);
  t.same(
    whole.map(([at, text]) => [at, text.length]),
    [
      [0, LINE_WINDOW_CHARS],
      [0, LINE_WINDOW_CHARS],
      [0, 10],
      [1, 3],
    ],
  );
  t.same(units(`${line.slice(LINE_WINDOW_CHARS)}\nend`, LINE_WINDOW_CHARS), whole.slice(1));
});

t.test('a window never ends inside a surrogate pair', async (t) => {
  const line = `${'x'.repeat(LINE_WINDOW_CHARS - 1)}😀${'y'.repeat(20)}`;
  const [first, second] = units(line);
  t.ok(first?.[1].endsWith('😀'));
  t.equal(second?.[1], 'y'.repeat(20));
});
