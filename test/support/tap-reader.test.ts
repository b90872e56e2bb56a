// The reader that counts everybody's tests is tested first.
import t from 'tap';
import { TapReader, type TapReport } from './tap-reader.ts';

const TAP = `TAP version 14
# Subtest: money
    ok 1 - should be equal
    # Subtest: is whole
        not ok 1 - should be equal
          ---
          diff: |
            --- expected
            +++ actual
            # Subtest: not one
            not ok 9 - nor is this
          source: >
            t.equal(1, 2)
              ^
          at:
            fileName: test/protocol/money.test.ts
            lineNumber: 7
          ...
        1..1
    not ok 2 - is whole # time=1.2ms
      ---
      at:
        fileName: test/protocol/money.test.ts
      ...
    ok 3 - real wallet # SKIP no wallet here
    1..3
not ok 1 - money # time=3ms
  ---
  ...

# Subtest: fine
    # seed 7
    ok 1 - should be equal
    1..1
ok 2 - fine # time=1ms

1..2
# { total: 1, pass: 1 }
# { total: 4, pass: 2, fail: 1, skip: 1 }
# time=9ms
`;

function read(text: string, step: number): TapReport {
  const reader = new TapReader();
  for (let at = 0; at < text.length; at += step) reader.write(text.slice(at, at + step));
  return reader.end();
}

t.test('a failure is told once, with the sentences it stands under and without the echo of the source', async (t) => {
  const report = read(TAP, TAP.length);
  t.equal(report.failures.length, 1);
  const [failure = ''] = report.failures;
  t.match(failure, /^ {2}x money > is whole > should be equal\n/);
  t.match(failure, /fileName: test\/protocol\/money\.test\.ts/);
  t.match(failure, /not ok 9 - nor is this/, 'what a test printed stays part of its diagnostic');
  t.notMatch(failure, /t\.equal\(1, 2\)/);
});

t.test('the last totals count, skips are named, and the last test begun is known', async (t) => {
  const report = read(TAP, TAP.length);
  t.same(report.totals, { total: 4, pass: 2, fail: 1 });
  t.same(report.skipped, ['money > real wallet # SKIP no wallet here']);
  t.equal(report.lastTest, 'fine');
  t.same(report.notes, ['seed 7'], 'and what a test said of itself');
});

t.test('the pieces in which the text comes change nothing', async (t) => {
  for (const step of [1, 7, 64]) t.same(read(TAP, step), read(TAP, TAP.length));
});

t.test('a stream that ends early has no totals, and its last failure is kept', async (t) => {
  const cut = TAP.slice(0, TAP.indexOf('          ...'));
  t.equal(read(cut, 50).totals, undefined);
  t.match(read(cut, 50).failures[0], /money > is whole > should be equal/);
  t.same(read('', 1), { failures: [], skipped: [], notes: [], totals: undefined, lastTest: 'none' });
});

t.test('a diagnostic of a thousand lines is cut', async (t) => {
  const lines = Array.from({ length: 1_000 }, (_none, index) => `  line ${index}`).join('\n');
  const [failure = ''] = read(`not ok 1 - long\n  ---\n${lines}\n  ...\n`, 100).failures;
  t.ok(failure.split('\n').length < 100);
  t.match(failure, /more lines/);
});
