// Each strategy through the real command, embedded and by the daemon, without a model and with one: cited to the byte, told by one
// receipt, replayed to the same output, and counted as the endpoint counts.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { sha256Hex } from '../../protocol/event.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { CHECKOUT, pylon, recordOf } from '../support/command.ts';
import { ScriptedModel } from '../support/scripted-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LOG = join(CHECKOUT, 'examples', 'build.log');
const WHY = 'Why does this build fail?';
const QUESTION = 'Why did the valve leak?';
const CAUSE = 'pump 4 failed: its valve leaks since the gasket froze';
const INPUT = Array.from({ length: 1_200 }, (_, index) =>
  index === 760 ? CAUSE : `${index + 1} worker ${index % 7} took a part, checked its number and put it on the belt`,
).join('\n');

function checkCitations(t: Test, { span_refs }: RunRecord, path: string): void {
  t.ok(span_refs.length > 0, 'something is cited');
  const bytes = readFileSync(path);
  for (const { start_byte, end_byte, content_hash } of span_refs)
    t.equal(sha256Hex(bytes.subarray(start_byte, end_byte)), content_hash);
}

t.test('without a model the needle of the build log is found by search, and the exploration replays', async (t) => {
  const home = await temporaryFolder(t);
  const ask = ['rlm', WHY, '--strategy', 'rlm_lite', '--backend', 'extractive', '--file', LOG];
  const run = await pylon(t, [...ask, '--json'], { home });
  const record = recordOf(run);
  t.match(record, { status: 'done', metrics: { sub_queries: 0, coverage: 1 }, config: { strategy: 'rlm_lite' } });
  t.match(run.stderr, /done: 2 steps · 100 % of 1\.7 MB, searched/);
  checkCitations(t, record, LOG);
  t.ok(
    record.span_refs.some(({ start_line }) => start_line === 8_011),
    'the true cause is among them',
  );
  const replay = await pylon(t, ['rlm', 'replay', record.id.slice(0, 20), '--json'], { home });
  t.equal(replay.code, 0, replay.stderr);
  t.match(JSON.parse(replay.stdout), { run_id: record.id, iterations: 2, output_hash: /^[0-9a-f]{64}$/ });
  const show = await pylon(t, ['rlm', 'show', record.id], { home });
  t.match(show.stdout, /strategy +rlm_lite\.v1 \(asked for: rlm_lite\), 2 steps/);
  t.match(show.stdout, /step 1: Search /);
  t.match(show.stdout, /step 2: Final /);
});

t.test('what cannot be replayed is a typed failure', async (t) => {
  const home = await temporaryFolder(t);
  await writeFile(join(home, 'in.log'), INPUT);
  const ask = ['rlm', QUESTION, '--file', join(home, 'in.log'), '--backend', 'extractive', '--local-only', '--json'];
  const record = recordOf(await pylon(t, ask, { home }));
  t.equal(record.config.strategy_id, 'map_reduce.v1');
  const replay = await pylon(t, ['rlm', 'replay', record.id], { home });
  t.equal(replay.code, 1);
  t.match(replay.stderr, /run-not-replayable/);
  t.equal((await pylon(t, ['rlm', 'replay', '01J00000'], { home })).code, 2);
});

for (const isServed of [false, true])
  t.test(
    `with a model every strategy counts what the endpoint counts, ${isServed ? 'by the daemon' : 'embedded'}`,
    async (t) => {
      const home = await temporaryFolder(t);
      const model = await new ScriptedModel().start();
      t.teardown(() => model.close());
      const path = join(home, 'in.log');
      await writeFile(path, INPUT);
      const environment = { PYLON_BACKEND: 'openai', OPENAI_BASE_URL: model.baseUrl };
      if (isServed) {
        t.equal((await pylon(t, ['start', '--port', '0'], { home, environment })).code, 0);
        t.teardown(() => pylon(t, ['stop'], { home, environment }));
      }
      for (const strategy of ['rlm_lite', 'direct', 'distilled', 'map_reduce']) {
        const before = [model.calls, model.inputTokens, model.outputTokens];
        const ask = ['rlm', QUESTION, '--strategy', strategy, '--file', path, '--window', '65536', '--json'];
        const record = recordOf(await pylon(t, ask, { home, environment }));
        t.equal(record.status, 'done', `${strategy}: ${record.error?.message}`);
        t.match(record.output, /its valve leaks/, strategy);
        checkCitations(t, record, path);
        t.equal(record.metrics.coverage, 1, strategy);
        const { calls, input_tokens, output_tokens } = record.metrics;
        const after = [model.calls, model.inputTokens, model.outputTokens];
        t.same(
          [calls, input_tokens, output_tokens],
          after.map((now, at) => now - before[at]!),
          `${strategy}: every call counts`,
        );
        if (strategy !== 'rlm_lite') continue;
        const said = model.calls;
        const replay = await pylon(t, ['rlm', 'replay', record.id], { home, environment });
        t.equal(replay.code, 0, replay.stderr);
        t.match(replay.stdout, /^the same: 3 steps replayed without a model, output [0-9a-f]{64}$/m);
        t.equal(model.calls, said, 'no model is asked');
        t.match(record.metrics, { iterations: 3, lm_calls: 3 });
      }
    },
  );

t.test('auto takes what the table of routing says', async (t) => {
  const home = await temporaryFolder(t);
  const model = await new ScriptedModel().start();
  t.teardown(() => model.close());
  const environment = { PYLON_BACKEND: 'openai', OPENAI_BASE_URL: model.baseUrl };
  await writeFile(join(home, 'small.log'), INPUT.slice(0, 3_000));
  await writeFile(join(home, 'large.log'), INPUT);
  const chosen = async (file: string, ...flags: string[]) =>
    recordOf(await pylon(t, ['rlm', QUESTION, '--file', join(home, file), ...flags, '--json'], { home, environment }))
      .config;
  t.match(await chosen('small.log'), { strategy: 'auto', strategy_id: 'direct.v1', method: 'pylon.direct' });
  t.match(await chosen('large.log'), { strategy: 'auto', strategy_id: 'map_reduce.v1', method: 'pylon.map_reduce' });
  t.match(await chosen('small.log', '--verify', 'redundancy:2of3'), { strategy_id: 'map_reduce.v1' });
});
