import t from 'tap';
import { Oracle } from '../../../bench/long-context/oracle.ts';
import { control } from '../../../bench/long-context/oracle-controller.ts';
import { OracleServer } from '../../../bench/long-context/oracle-server.ts';
import { suiteOf } from '../../../bench/long-context/suites/catalogue.ts';
import { modelBackend } from '../../../conductor/predict/model-backend.ts';
import { openAiModel } from '../../../node/backends/openai.ts';
import { realClock } from '../../../node/clock.ts';
import { EXTRACTOR } from '../../../protocol/signature.ts';
import { seededRandom } from '../../support/seeded-random.ts';

t.test('through an OpenAI client it answers the same, and what it reports is what it counted', async (t) => {
  const task = suiteOf('s-niah').plan(9, 8_000)[1]!.make();
  const oracle = new Oracle({ seed: 9, errorRate: 0 }, control);
  oracle.take(task);
  const clock = realClock();
  const server = await OracleServer.start(oracle, clock);
  t.teardown(() => server.close());
  const model = openAiModel({ baseUrl: server.baseUrl, model: 'oracle', clock, random: seededRandom(1) });
  const backend = modelBackend(model, { name: 'openai:oracle' });
  const text = [...task.files[0]!.pieces()].join('');
  const input = { query: task.question, text, max_output_chars: 16_384 };
  const { output, usage } = await backend.predict(EXTRACTOR, input, { signal: new AbortController().signal });
  t.match(output.findings[0]?.quote, task.expected);
  const { calls, inputTokens, outputTokens } = oracle.count;
  t.same(usage, { calls, input_tokens: inputTokens, output_tokens: outputTokens });
  t.equal(calls, 1);
});

t.test('a request that is none is refused as OpenAI refuses', async (t) => {
  const server = await OracleServer.start(new Oracle({ seed: 1, errorRate: 0 }, control), realClock());
  t.teardown(() => server.close());
  const response = await fetch(`${server.baseUrl}/chat/completions`, { method: 'POST', body: '{"model":1}' });
  t.equal(response.status, 400);
  t.type(((await response.json()) as { error: { message: string } }).error.message, 'string');
});
