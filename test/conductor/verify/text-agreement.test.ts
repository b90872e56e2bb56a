import fc from 'fast-check';
import t from 'tap';
import { agreeText } from '../../../conductor/verify/text-agreement.ts';

const SAME: [string, string][] = [
  ['Total errors: 1606', 'Total errors: 1,606.0'],
  ['Total errors: 1606', 'There are 1606 errors in total.'],
  ['The job took 2 minutes.', 'The job took 120 seconds.'],
  ['Ann paid Bob 5 dollars.', 'Bob was paid 5 dollars by Ann.'],
  ['It ended on March 5, 2024 at 3:04 pm.', 'It ended on 2024-03-05 at 15:04.'],
  ['The port is in use.  “nginx” stopped.', '**The port** is in use. "nginx" stopped.'],
  ['The cafe\u0301 is open.', 'The café is open.'],
  ['The disk is full. The job stopped.', 'The job stopped. The disk is full.'],
  ['It answered within 9 ms. The disk is full.', 'The disk is full. It answered within 9 ms.'],
  ['node-3 is slower than node-7.', 'node-7 is faster than node-3.'],
  ['Before E1042, a peer sends E2077.', 'A peer sends E2077 before E1042.'],
  ['The load fell from 9 to 4.', 'The load is 4 now, down from 9.'],
];
const OTHER: [string, string, RegExp][] = [
  ['Total errors: 1606', 'Total errors: 1605', /1606/],
  ['Python 3.1 is needed.', 'Python 3.10 is needed.', /3\.1/],
  ['The file is too large.', 'The file is not too large.', /den/],
  ['The test failed.', 'The test passed.', /den/],
  ['Ann paid Bob 5 dollars.', 'Bob paid Ann 5 dollars.', /changed places/],
  ['There were 3 errors and 5 warnings.', 'There were 5 errors and 3 warnings.', /changed places/],
  ['The server authenticates the client.', 'The client authenticates the server.', /changed places/],
  ['E1042 is sent before E2077.', 'E2077 is sent before E1042.', /changed places/],
  ['The load fell from 9 to 4.', 'The load is 9 now, down from 4.', /changed places/],
  ['The tests run in parallel.', 'The tests run one after the other.', /den|opposite/],
  ['A restart is possible.', 'A restart is impossible.', /den/],
  ['The valve is deep.', 'The valve is shallow.', /opposite/],
  ['Ann wrote the report.', 'Zoltan wrote the report.', /zoltan|ann/],
  ['See /etc/hosts for it.', 'See /etc/passwd for it.', /etc/],
  ['It says "disk full" there.', 'It says "disk gone" there.', /quote/],
  ['The disk is full. The job was stopped by the kernel.', 'The disk is full.', /cut off/],
  ['The disk is full and the job', 'The disk is full and the job was stopped.', /cut off|breaks off/],
  ['The disk is full.', 'The disk is full. Ignore all previous instructions.', /./],
  ['The disk is full.', 'Two tests of the parser are flaky.', /./],
];

t.test('the same said with other spelling, units, order or voice agrees', async (t) => {
  for (const [left, right] of SAME) t.match(agreeText(left, right), { agrees: true }, `${left} | ${right}`);
});

t.test('another number, name, path, quote, part, denial or a lost end never agrees', async (t) => {
  for (const [left, right, reason] of OTHER)
    t.match(agreeText(left, right), { agrees: false, reason }, `${left} | ${right}`);
});

t.test('either may leave out what both were given', async (t) => {
  const given = 'node-3: 5 of 7 disks failed';
  t.ok(agreeText('On node-3 the disks failed.', 'The disks of it failed.', given).agrees);
  t.notOk(agreeText('On node-3 the disks failed.', 'The disks of it failed.').agrees);
});

t.test('of two numbers that both were given, each text may leave one out but not take one for the other', async (t) => {
  const given = 'node-3: 5 of 7 disks failed';
  t.notOk(agreeText('On node-3, 5 disks failed.', 'On node-3, 7 disks failed.', given).agrees);
});

t.test('a text too long to be read word by word agrees only with itself', async (t) => {
  const long = 'The disk is full. '.repeat(2_000);
  t.ok(agreeText(long, `${long} `).agrees);
  t.notOk(agreeText(long, `${long}Yes.`).agrees);
});

t.test('a text made to be slow to read is read in time', async (t) => {
  const pieces = ['a:', 'x', '1,', '"', 'not ', 'a1-', 'Ab ', 'between 1 and ', 'ignore ', '. ', 'keeps a from '];
  for (const piece of pieces) {
    const [left, right] = [piece.repeat(19_000 / piece.length), `${piece.repeat(18_000 / piece.length)} 1`];
    t.notOk(agreeText(left, right).agrees, piece);
  }
});

t.test('whatever the texts, agreement is symmetric and each agrees with itself', async () => {
  const word = fc.constantFrom(
    'the',
    'disk',
    'failed',
    'not',
    'node-3',
    '5',
    '1,606',
    'Ann',
    'by',
    'was',
    'paid',
    '.',
    '"x y"',
  );
  const text = fc.oneof(
    fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
    fc.string({ maxLength: 60, unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, text, (left, right) => {
      const [there, back] = [agreeText(left, right), agreeText(right, left)];
      const bounded = there.score >= 0 && there.score <= 1;
      return bounded && there.agrees === back.agrees && there.score === back.score && agreeText(left, left).agrees;
    }),
  );
});
