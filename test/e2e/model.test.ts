// A language model behind the whole path, good and bad: what a run says it cost is what the endpoint counted itself,
// and nothing that the model makes up is ever cited.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { sha256Hex } from '../../protocol/event.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { type Finished, recordOf, startPylon } from '../support/command.ts';
import { type Behaviour, ScriptedModel } from '../support/scripted-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const QUESTION = 'Why did the valve leak?';
const CAUSE = 'pump 4 failed: its valve leaks since the gasket froze';
/** One line in 120 holds the question's words; cut small, so that several jobs are asked. */
const INPUT = Array.from({ length: 120 }, (_, index) =>
  index === 76 ? CAUSE : `${index + 1} worker ${index % 7} took a part, checked its number and put it on the belt`,
).join('\n');

interface Case {
  readonly model: ScriptedModel;
  readonly finished: Finished;
  readonly record: RunRecord;
}

async function ask(t: Test, model: ScriptedModel, flags: readonly string[] = [], signal?: 'SIGINT'): Promise<Case> {
  const home = await temporaryFolder(t);
  await model.start();
  t.teardown(() => model.close());
  await writeFile(join(home, 'in.log'), INPUT);
  const argv = [
    'rlm',
    QUESTION,
    '--file',
    'in.log',
    '--json',
    '--chunk-size',
    '2048',
    '--strategy',
    'map_reduce',
    ...flags,
  ];
  // `auto` gives a model 300 ms to answer, which a busy machine may not have; here the model is meant.
  const environment = { PYLON_BACKEND: 'openai', OPENAI_BASE_URL: model.baseUrl };
  const called = model.nextCall();
  const command = startPylon(t, argv, { home, cwd: home, environment });
  if (signal !== undefined) {
    await called;
    command.kill(signal);
  }
  const finished = await command.ended;
  t.match(finished.stderr, /^backend: openai:scripted \(OPENAI_BASE_URL/m);
  t.notMatch(finished.stderr, /^ {4}at /m, 'no stack trace');
  const record = recordOf(finished);
  for (const { start_byte, end_byte, content_hash } of record.span_refs)
    t.equal(sha256Hex(readFileSync(join(home, 'in.log')).subarray(start_byte, end_byte)), content_hash);
  return { model, finished, record };
}

/** The endpoint's count and the run's must agree. */
function checkCount(t: Test, { model, record }: Case): void {
  const { calls, input_tokens, output_tokens } = record.metrics;
  t.same(
    [calls, input_tokens, output_tokens],
    [model.calls, model.inputTokens, model.outputTokens],
    'every call counts',
  );
  t.ok(model.calls > 0);
}

function checkAnswered(t: Test, { finished, record }: Case): void {
  t.equal(finished.code, 0, finished.stderr);
  t.match(record, { status: 'done', error: null, metrics: { coverage: 1 } });
  t.match(record.output, CAUSE);
  t.equal(record.span_refs[0]?.start_line, 77);
}

const GOOD: Readonly<Record<string, Behaviour>> = {
  'answers honestly': 'oracle',
  'wraps its answer in prose': 'prose',
  'writes sloppy JSON': 'sloppy',
  'thinks aloud first': 'thinking',
};

for (const [what, behaviour] of Object.entries(GOOD)) {
  t.test(`a model that ${what} gives a correct run, counted to the token`, async (t) => {
    const run = await ask(t, new ScriptedModel({ behaviour }));
    checkAnswered(t, run);
    checkCount(t, run);
    t.equal(run.record.tokens_used, run.model.inputTokens + run.model.outputTokens);
  });
}

t.test('a model that stumbles now and then still gives a correct run, and its stumbles are counted', async (t) => {
  const model = new ScriptedModel();
  const at_once = { 'retry-after': '0' };
  const stumbles: Behaviour[] = ['broken', 'empty', 'made-up', 'only-prose', 'reset', 'error-in-stream'];
  model.play({ status: 429, headers: at_once }, ...stumbles, { status: 500, headers: at_once }, 'reset-midway');
  const run = await ask(t, model);
  checkAnswered(t, run);
  checkCount(t, run);
  t.ok(model.calls > 10);
  t.ok(run.record.metrics.quotes_dropped >= 1, 'the made-up quote was dropped');
});

const BAD: readonly [what: string, behaviour: Behaviour, said: RegExp, flags?: readonly string[]][] = [
  ['writes broken JSON', 'broken', /did not answer in the form asked.*--backend extractive/],
  ['refuses in prose', 'only-prose', /did not answer in the form asked.*--backend extractive/],
  ['says nothing', 'empty', /the answer is empty.*--backend extractive/],
  ['makes quotes up', 'made-up', /nothing that the result quotes or names stands in the chunk/],
  ['is out of quota', { status: 429, headers: { 'retry-after': '60' } }, /HTTP 429.*check the key/],
  ['is broken inside', { status: 500, headers: { 'retry-after': '0' } }, /HTTP 500.*OPENAI_BASE_URL/],
  ['hangs', 'hang', /did not answer in time.*raise --timeout/, ['--timeout', '2']],
  ['hangs in mid-answer', 'hang-midway', /did not answer in time.*raise --timeout/, ['--timeout', '2']],
  ['cuts the connection', 'reset', /broke off.*OPENAI_BASE_URL/],
];

/** Most of these wait rather than work: they are asked side by side. */
t.test('a model that fails gives a clearly failed run, in which every call is counted', { jobs: 5 }, async (t) => {
  for (const [what, behaviour, said, flags = []] of BAD) {
    void t.test(`a model that ${what}`, async (t) => {
      const run = await ask(t, new ScriptedModel({ behaviour }), ['--providers', '1', ...flags]);
      const { finished, record } = run;
      t.equal(finished.code, 4, 'the quorum was not reached');
      t.match(record, { status: 'failed', output: null, span_refs: [], error: { code: 'quorum-not-reached' } });
      t.match(record.error?.message, said);
      const complaints = finished.stderr.split('\n').filter((line) => /fail|error|pylon:/.test(line));
      t.equal(complaints.length, 2, `the summary and one line that says what to do: ${finished.stderr}`);
      checkCount(t, run);
    });
  }
});

t.test('where the answer cannot be written, the embedded engine writes it from the same evidence', async (t) => {
  const model = new ScriptedModel({ behaviour: 'empty' });
  const input = Math.ceil(INPUT.length / 2_048) + 1;
  model.play(...Array.from({ length: input }, () => 'oracle' as const));
  const run = await ask(t, model, ['--fanout', '1', '--providers', '1']);
  t.match(run.record.output, CAUSE);
  t.match(run.record, { status: 'partial', error: { code: 'model-output-invalid' } });
  t.equal(run.finished.code, 1, 'it is not the answer that was asked for');
  checkCount(t, run);
});

t.test('Ctrl-C while the model works ends with 130, and what was under way is counted', async (t) => {
  const run = await ask(t, new ScriptedModel({ behaviour: 'hang' }), ['--fanout', '1'], 'SIGINT');
  t.equal(run.finished.code, 130, run.finished.stderr);
  t.match(run.record.error, { code: 'interrupted' });
  checkCount(t, run);
});
