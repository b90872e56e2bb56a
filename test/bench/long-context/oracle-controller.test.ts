import t from 'tap';
import { Oracle } from '../../../bench/long-context/oracle.ts';
import { control, controllerOf } from '../../../bench/long-context/oracle-controller.ts';
import { evidenceCoverage, scoreOf } from '../../../bench/long-context/score.ts';
import { planTasks, SUITES, suiteOf } from '../../../bench/long-context/suites/catalogue.ts';
import type { TaskInstance } from '../../../bench/long-context/task.ts';
import { Stage } from '../../conductor/predict/rlm/stage.ts';

/** Explores a task with the oracle as controller and leaves that read perfectly. */
async function explored(task: TaskInstance, controller = control) {
  const oracle = new Oracle({ seed: 1, errorRate: 0 }, controller);
  oracle.take(task);
  const { reader } = task;
  const stage = new Stage({
    texts: Object.fromEntries(task.files.map((file) => [file.path, [...file.pieces()].join('')])),
    query: task.question,
    chunkBytes: 16_000,
    // As a run has them by default.
    limits: { maxRlmIterations: 24, maxSubLmCalls: 10_000 },
    leaf: (line, { fields }) => {
      const record = fields === undefined ? undefined : reader.record?.(line);
      if (fields !== undefined) return record === undefined ? undefined : { record: { ...record } };
      return reader.relevant(line) ? { score: 1 } : undefined;
    },
  });
  const end = await stage.explore((messages) => oracle.complete(messages).text);
  return { end, stage, oracle };
}

t.test('it answers every suite by the action language, whole, within the bound of the prompt', async (t) => {
  for (const planned of planTasks(SUITES, 11, [12_000])) {
    const task = planned.make();
    const name = `${task.suite} ${task.id}`;
    const { end, oracle } = await explored(task);
    t.equal(end.fault, undefined, name);
    t.equal(scoreOf(task.scoring, end.answer), 1, `${name}: ${end.answer.slice(0, 80)}`);
    t.ok(oracle.count.rootPromptBytesMax <= 16_384, name);
    const cited = end.citations.map(({ path, startLine, endLine }) => ({
      path,
      start_line: startLine,
      end_line: endLine,
    }));
    if (task.evidence.length > 0) t.ok((evidenceCoverage(task.evidence, cited) ?? 0) > 0, name);
  }
});

t.test('a needle that a search finds costs no leaf', async (t) => {
  for (const planned of suiteOf('s-niah').plan(4, 30_000)) {
    const { stage } = await explored(planned.make());
    t.equal(stage.asked, 0);
  }
});

t.test(
  'records of more lines than a table takes are asked for part by part, each byte once, within the usual steps',
  async (t) => {
    for (const planned of ['oolong', 'oolong-pairs'].flatMap((name) => suiteOf(name).plan(6, 100_000))) {
      const task = planned.make();
      const { end, stage } = await explored(task, controllerOf(17_000));
      t.equal(end.fault, undefined, task.id);
      t.equal(scoreOf(task.scoring, end.answer), 1, `${task.id}: ${end.answer.slice(0, 80)}`);
      t.equal(stage.fanOuts.length, 6);
      t.ok(end.iterations <= 24, `${end.iterations} steps`);
      const asked = stage.fanOuts.flatMap(({ passages = [] }) => passages);
      const bytes = asked.reduce((sum, { startByte, endByte }) => sum + endByte - startByte, 0);
      t.equal(bytes, task.bytes);
    }
  },
);
