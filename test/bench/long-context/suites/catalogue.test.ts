import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { scoreOf } from '../../../../bench/long-context/score.ts';
import { planTasks, SUITES, suiteOf } from '../../../../bench/long-context/suites/catalogue.ts';
import type { TaskInstance } from '../../../../bench/long-context/task.ts';

function textsOf(task: TaskInstance): Map<string, string> {
  return new Map(task.files.map((file) => [file.path, [...file.pieces()].join('')]));
}

function hashOf(task: TaskInstance): string {
  const { question, expected, evidence } = task;
  return createHash('sha256')
    .update(JSON.stringify([question, expected, evidence, [...textsOf(task)]]))
    .digest('hex');
}

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const sizes = fc.integer({ min: 2_000, max: 40_000 });
const made = SUITES.filter(({ isSized }) => isSized);

t.test('the same seed and size make the same tasks to the last byte, another seed others', async (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...made), seeds, sizes, (suite, seed, bytes) => {
      const make = (from: number) => suite.plan(from, bytes).map((planned) => hashOf(planned.make()));
      t.same(make(seed), make(seed));
      t.not(make(seed)[0], make(seed + 1)[0]);
    }),
    { numRuns: 12 },
  );
});

t.test('a task says how large it is, is about as large as asked, and ids are unique in a suite', async (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...made), seeds, sizes, (suite, seed, bytes) => {
      const planned = suite.plan(seed, bytes);
      t.equal(new Set(planned.map(({ id }) => id)).size, planned.length);
      for (const task of planned.map((one) => one.make())) {
        const really = [...textsOf(task).values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
        t.equal(task.bytes, really);
        t.ok(Math.abs(really - bytes) < 0.1 * bytes + 2_000, `${task.suite} ${task.id}: ${really} for ${bytes}`);
      }
    }),
    { numRuns: 8 },
  );
});

t.test(
  'the evidence stands where it is said to stand, and a reader of just those lines knows the answer',
  async (t) => {
    const check = (task: TaskInstance) => {
      const texts = textsOf(task);
      for (const { path, startLine, endLine } of task.evidence) {
        const lines = texts
          .get(path)!
          .split('\n')
          .slice(startLine - 1, endLine);
        t.ok(
          lines.every((line) => task.reader.relevant(line)),
          `${task.suite} ${task.id} ${path}:${startLine}`,
        );
        t.equal(scoreOf(task.scoring, task.reader.answer(lines) ?? null), 1, `${task.suite} ${task.id}`);
      }
    };
    fc.assert(
      fc.property(fc.constantFrom(...made), seeds, sizes, (suite, seed, bytes) => {
        for (const planned of suite.plan(seed, bytes)) check(planned.make());
      }),
      { numRuns: 8 },
    );
    for (const name of ['log-qa', 'repo-qa']) for (const planned of suiteOf(name).plan(0, 0)) check(planned.make());
  },
);

t.test('the right answer scores 1, none scores 0, and so do distractors', async (t) => {
  for (const planned of planTasks(SUITES, 7, [8_000])) {
    const { suite, id, scoring, expected } = planned.make();
    t.equal(scoreOf(scoring, expected), 1, `${suite} ${id}`);
    t.equal(scoreOf(scoring, null), 0);
    if (scoring.kind !== 'text') continue;
    for (const word of scoring.reject) t.equal(scoreOf(scoring, `${word}, or ${expected}`), 0);
  }
});

t.test('a suite that is not there is refused with the names of those that are', async (t) => {
  t.throws(() => suiteOf('needles'), { code: 'option-invalid', reason: /s-niah, .*oolong-pairs/ });
});
