import fc from 'fast-check';
import t from 'tap';
import { suiteOf } from '../../../../bench/long-context/suites/catalogue.ts';
import type { TaskInstance } from '../../../../bench/long-context/task.ts';

// Counted by other means than the generator's: from the words of the text alone, with patterns written down here.
const KIND_PATTERNS: [kind: string, pattern: RegExp][] = [
  ['number', /^(How (many|deep|long)|What does it weigh)/],
  ['place', /^(Where stands|In which valley|From what town|Along which road)/],
  ['person', /^(Who built|Whose|Which mason|By whom)/],
  ['reason', /^(Why |What is the cause|For what reason)/],
  ['date', /^(When |In which year|On what day|Since when)/],
  ['meaning', /^(What is meant|What stands for|Explain|What is called)/],
];

interface Line {
  readonly date: string;
  readonly user: string;
  readonly kind: string;
}

function linesOf(task: TaskInstance): Line[] {
  const text = task.files.map((file) => [...file.pieces()].join('')).join('');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [date = '', user = '', question = ''] = line.split(' | ');
      const kinds = KIND_PATTERNS.filter(([, pattern]) => pattern.test(question)).map(([kind]) => kind);
      t.equal(kinds.length, 1, question);
      return { date, user, kind: kinds[0]! };
    });
}

function recount({ question }: TaskInstance, lines: readonly Line[]): string {
  const asked = question.slice(question.indexOf('meaning. ') + 'meaning. '.length);
  const kind = /the kind (\w+)/.exec(asked)?.[1];
  const count = (holds: (line: Line) => boolean) => String(lines.filter(holds).length);
  const user = /records of (user-\d+)/.exec(asked)?.[1];
  const [, from, to] = /from (\S+) to (\S+), both/.exec(asked) ?? [];
  const kinds = /one (\w+) question and at least one (\w+) question/.exec(asked)?.slice(1);
  if (kinds !== undefined) {
    const users = [...new Set(lines.map((line) => line.user))].sort();
    const able = users.filter((name) =>
      kinds.every((one) => lines.some((line) => line.user === name && line.kind === one)),
    );
    const pairs: string[] = [];
    for (const left of able) for (const right of able) if (left < right) pairs.push(`${left}, ${right}`);
    return pairs.length === 0 ? 'none' : pairs.join('\n');
  }
  if (asked.startsWith('Which kind')) {
    const counts = KIND_PATTERNS.map(([one]) => [one, Number(count((line) => line.kind === one))] as const);
    const most = Math.max(...counts.map(([, number]) => number));
    const best = counts.filter(([, number]) => number === most);
    return best.length === 1 ? best[0]![0] : 'none';
  }
  if (user !== undefined) return count((line) => line.kind === kind && line.user === user);
  if (from !== undefined && to !== undefined)
    return count((line) => line.kind === kind && line.date >= from && line.date <= to);
  return count((line) => line.kind === kind);
}

t.test('what a task expects is what an independent count of its text gives', async (t) => {
  const suites = ['oolong', 'oolong-pairs', 'duplicates'].map(suiteOf);
  fc.assert(
    fc.property(
      fc.constantFrom(...suites),
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 2_000, max: 30_000 }),
      (suite, seed, bytes) => {
        for (const planned of suite.plan(seed, bytes)) {
          const task = planned.make();
          t.equal(recount(task, linesOf(task)), task.expected, `${task.suite} ${task.id}`);
        }
      },
    ),
    { numRuns: 12 },
  );
});

t.test('parts that are counted apart and then together give what the whole gives', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 2, max: 9 }), (seed, parts) => {
      for (const suite of ['oolong', 'oolong-pairs'].map(suiteOf)) {
        for (const planned of suite.plan(seed, 8_000)) {
          const task = planned.make();
          const lines = [...task.files[0]!.pieces()].join('').trimEnd().split('\n');
          const size = Math.ceil(lines.length / parts);
          const tallies = Array.from({ length: parts }, (_, part) =>
            task.reader.tally!(lines.slice(part * size, (part + 1) * size)),
          );
          t.equal(task.reader.combine!(tallies), task.expected);
        }
      }
    }),
    { numRuns: 8 },
  );
});

t.test('pairs stay a question in a large text: some users never ask some kinds', async (t) => {
  for (let seed = 1; seed <= 5; seed++) {
    const [task] = suiteOf('oolong-pairs')
      .plan(seed, 1_000_000)
      .map((planned) => planned.make());
    const { scoring } = task!;
    t.ok(scoring.kind === 'pairs' && scoring.pairs.length < (20 * 19) / 2);
  }
});
