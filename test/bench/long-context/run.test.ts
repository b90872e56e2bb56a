import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compareWords } from '../../../bench/long-context/compare.ts';
import type { Method } from '../../../bench/long-context/method.ts';
import { throughEngine } from '../../../bench/long-context/methods/through-engine.ts';
import { Oracle } from '../../../bench/long-context/oracle.ts';
import { control } from '../../../bench/long-context/oracle-controller.ts';
import { OracleServer } from '../../../bench/long-context/oracle-server.ts';
import { renderReport, writeReport } from '../../../bench/long-context/report.ts';
import type { Result } from '../../../bench/long-context/result.ts';
import { runBench } from '../../../bench/long-context/run.ts';
import { type Settings, settingsOf } from '../../../bench/long-context/settings.ts';
import { realClock } from '../../../node/clock.ts';
import { realRandom } from '../../../node/random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const swarm = (name: string): Method => ({
  name,
  about: 'through the swarm',
  answer: (staged, tools) => throughEngine(staged, tools, { strategy: 'map_reduce' }),
});

/** @returns results, and for each whether it was new */
async function bench(folder: string, settings: Settings, stopAfter = Number.POSITIVE_INFINITY) {
  const told: boolean[] = [];
  const kept: string[] = [];
  const controller = new AbortController();
  const results = await runBench({
    settings,
    folder,
    ports: { clock: realClock(), random: realRandom(), environment: {}, notice: () => undefined },
    signal: controller.signal,
    onResult: (_result: Result, isNew) => {
      told.push(isNew);
      if (told.length >= stopAfter) controller.abort();
    },
    keep: async (run) => {
      kept.push(run);
    },
  }).catch((thrown: { code: string }) => thrown.code);
  return { results, told, kept };
}

t.test(
  'a benchmark that was interrupted goes on where it stopped, and its results compare, pair by pair',
  async (t) => {
    const folder = await temporaryFolder(t);
    const flags = { suite: 's-niah', sizes: '16KB', limit: '2', experiment: 'small' };
    const settings = { ...settingsOf(flags), methods: [swarm('one'), swarm('two')] };
    const first = await bench(folder, settings, 1);
    t.match(first, { results: 'interrupted', told: [true] });
    const second = await bench(folder, settings);
    t.same(second.told, [false, true, true, true]);
    t.equal(second.kept.length, 3);
    const results = second.results as Result[];
    for (const { metrics, record, error } of results) {
      t.match({ error, ...metrics }, { error: null, score: 1, evidence: 1, is_truthful: true });
      t.ok(metrics.served!.leaf_ratio <= 1.03, `leaves read ${metrics.served!.leaf_ratio} of the input`);
      t.ok(metrics.served!.root_prompt_bytes_max <= 16_384);
      t.match(record?.scores, { accuracy: 1, evidence: 1 });
      t.equal(record?.experiment, 'small');
    }
    writeReport(folder, results, 'small');
    t.equal(readFileSync(join(folder, 'results.csv'), 'utf8').trim().split('\n').length, 5);
    t.match(readFileSync(join(folder, 'pareto.svg'), 'utf8'), /<svg/);
    t.match(renderReport(results, settings.conditions), /measure the scaffold/);
    const comparison = await compareWords([folder], '/', async () => []);
    t.same(
      comparison.sides.map(({ label, runs }) => [label, runs]),
      [
        ['one', 2],
        ['two', 2],
      ],
    );
    t.match(
      comparison.tests.find(({ metric }) => metric === 'accuracy'),
      { n: 2, too_few: true },
    );
  },
);

t.test('a real endpoint is asked as it is: nobody counts beside it, and nothing is said of an oracle', async (t) => {
  const folder = await temporaryFolder(t);
  const clock = realClock();
  // It was never told of a task, so it answers as a model does that knows nothing.
  const server = await OracleServer.start(new Oracle({ seed: 1, errorRate: 0 }, control), clock);
  t.teardown(() => server.close());
  const flags = { suite: 's-niah', sizes: '8KB', limit: '1', model: 'elsewhere', method: 'direct,summary-compaction' };
  const settings = settingsOf(flags);
  const results = await runBench({
    settings,
    folder,
    ports: { clock, random: realRandom(), environment: { OPENAI_BASE_URL: server.baseUrl }, notice: () => undefined },
    signal: new AbortController().signal,
    onResult: () => undefined,
    keep: async () => undefined,
  });
  for (const { metrics } of results) t.match(metrics, { served: null, is_truthful: null, score: 0 });
  t.ok(results.every(({ metrics }) => metrics.calls > 0 && metrics.input_tokens > 0));
  t.notMatch(renderReport(results, settings.conditions), 'scaffold');
  const nowhere = {
    settings,
    folder,
    ports: { clock, random: realRandom(), environment: {}, notice: () => undefined },
  };
  const run = {
    ...nowhere,
    signal: new AbortController().signal,
    onResult: () => undefined,
    keep: async () => undefined,
  };
  await t.rejects(runBench(run), { code: 'config-invalid', next: /OPENAI_BASE_URL/ });
});
