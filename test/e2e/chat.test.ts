// The chat endpoint of a real daemon, asked by the official client of OpenAI: what is answered, cited, counted, and given up.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';
import t, { type Test } from 'tap';
import { sha256Hex } from '../../protocol/event.ts';
import { startPylon } from '../support/command.ts';
import { ScriptedModel } from '../support/scripted-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire is looked at field by field
type Json = any;

const CAUSE = 'pump 4 failed: its valve leaks since the gasket froze';
const QUESTION = 'Why did the valve leak?';
const log = (lines: number, cause = CAUSE) =>
  Array.from({ length: lines }, (_, index) =>
    index === lines - 9
      ? cause
      : `${index + 1} worker ${index % 7} took a part, checked its number and put it on the belt`,
  ).join('\n');

async function daemon(t: Test, environment: Record<string, string> = {}) {
  const home = await temporaryFolder(t);
  const running = startPylon(t, ['start', '--foreground', '--port', '0'], { home, environment, hangMs: 150_000 });
  const [, url = '', pid = ''] = await running.said('stderr', /serves (http:\S+) for .*, pid (\d+)/);
  const token = readFileSync(join(home, 'token'), 'utf8').trim();
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 });
  const api = async (path: string, method = 'GET'): Promise<Json> =>
    (await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` } })).json();
  const complete = async (content: unknown, more: object = {}): Promise<Json> =>
    client.chat.completions.create({ model: 'pylon', messages: [{ role: 'user', content }], ...more } as never);
  return { home, url, pid, client, api, complete };
}

/** Kilobytes that the process had at most. */
function peakKb(pid: string): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

t.test('a long message is answered with citations that open in the dashboard, until the run is deleted', async (t) => {
  const { home, api, complete } = await daemon(t);
  const message = `${log(3_000)}\n\n${QUESTION}`;
  const completion = await complete(message);
  const { citations, run_id: id, coverage, status } = completion.pylon;
  t.match(completion.choices, [{ finish_reason: 'stop', message: { role: 'assistant' } }]);
  t.match(
    completion.choices[0].message.content,
    new RegExp(`${CAUSE} \\[1\\]\n\n\\[1\\] message-1\\.txt:2992\n> ${CAUSE}`),
  );
  t.same([status, coverage], ['done', 1]);
  t.same(
    completion.usage,
    { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    'the embedded engine asks no model',
  );
  const bytes = Buffer.from(message);
  for (const { start_byte, end_byte, content_hash, quote } of citations) {
    t.equal(bytes.toString('utf8', start_byte, end_byte), quote, 'bytes of the message as it was sent');
    t.equal(sha256Hex(bytes.subarray(start_byte, end_byte)), content_hash);
  }
  const { start_line, end_line, start_byte, end_byte, content_hash } = citations[0];
  const place = new URLSearchParams({
    path: 'message-1.txt',
    start_line,
    end_line,
    start_byte,
    end_byte,
    content_hash,
    around: '1',
  });
  const source = await api(`/api/runs/${id}/source?${place}`);
  t.match(source, { matches: true, lines: [/^2991 worker/, CAUSE, /^2993 worker/] });
  t.match(await api(`/api/runs/${id}`), { query: QUESTION, cost_sats: completion.pylon.cost_sats });
  t.equal(readdirSync(join(home, 'texts')).length, 1);
  await api(`/api/runs/${id}`, 'DELETE');
  t.same(readdirSync(join(home, 'texts')), []);
});

t.test('a stream gives the same answer in chunks, with its usage', async (t) => {
  const { client } = await daemon(t);
  const file = {
    filename: 'belt.log',
    file_data: `data:text/plain;base64,${Buffer.from(log(500)).toString('base64')}`,
  };
  const content = [
    { type: 'file', file },
    { type: 'text', text: QUESTION },
  ] as never;
  const stream = await client.chat.completions.create({
    model: 'pylon/map_reduce',
    messages: [{ role: 'user', content }],
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks: Json[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
  t.match(text, new RegExp(`${CAUSE} \\[1\\]\n\n\\[1\\] belt\\.log:492`));
  t.same(chunks[0].choices[0].delta, { role: 'assistant', content: '' });
  t.match(chunks.at(-2), {
    choices: [{ finish_reason: 'stop' }],
    pylon: { status: 'done', citations: [{ path: 'belt.log' }] },
  });
  t.match(chunks.at(-1), { choices: [], usage: { total_tokens: 0 } });
  const runner = client.chat.completions.stream({ model: 'pylon', messages: [{ role: 'user', content }] });
  t.match(await runner.finalContent(), new RegExp(CAUSE), 'the helper of the client puts it together');
});

for (const strategy of ['direct', 'map_reduce'])
  t.test(`usage is what the model counted itself: ${strategy}`, async (t) => {
    const model = new ScriptedModel();
    await model.start();
    t.teardown(() => model.close());
    const { complete } = await daemon(t, {
      PYLON_BACKEND: 'openai',
      OPENAI_BASE_URL: model.baseUrl,
      PYLON_FANOUT: '3',
    });
    const more = { model: `pylon/${strategy}`, pylon: { chunk_size: 8_192 } };
    const { usage, pylon, choices } = await complete(`${log(400)}\n\n${QUESTION}`, more);
    t.equal(pylon.strategy, `${strategy}.v1`);
    if (strategy === 'map_reduce') t.match(choices[0].message.content, new RegExp(CAUSE));
    t.same(usage, {
      prompt_tokens: model.inputTokens,
      completion_tokens: model.outputTokens,
      total_tokens: model.inputTokens + model.outputTokens,
    });
    t.equal(pylon.calls, model.calls);
    t.ok(model.calls > 0);
  });

t.test('whoever hangs up while the model works ends the run, and nothing is left of it', async (t) => {
  const model = new ScriptedModel({ behaviour: 'hang' });
  await model.start();
  t.teardown(() => model.close());
  const { client, api, home } = await daemon(t, { PYLON_BACKEND: 'openai', OPENAI_BASE_URL: model.baseUrl });
  for (const stream of [false, true]) {
    const controller = new AbortController();
    const called = model.nextCall();
    const asked = client.chat.completions
      .create(
        { model: 'pylon/local', messages: [{ role: 'user', content: `${log(50)}\n\n${QUESTION}` }], stream } as never,
        { signal: controller.signal },
      )
      .then(async (answer: Json) => {
        for await (const _ of answer);
      })
      .catch((thrown: unknown) => thrown);
    await called;
    controller.abort();
    await asked;
  }
  let runs: Json[];
  do ({ runs } = await api('/api/runs'));
  while (runs.length < 2 || runs.some(({ status }) => status === 'running'));
  for (const run of runs) t.match(run.error, { code: 'interrupted' });
  t.ok(existsSync(join(home, 'texts')));
});

t.test('many ask at a time, and each gets the answer to its own', async (t) => {
  const { complete, api } = await daemon(t);
  const causes = Array.from(
    { length: 12 },
    (_, index) => `pump ${index} failed: its valve leaks since gasket ${index} froze`,
  );
  const answers = await Promise.all(causes.map((cause) => complete(`${log(800, cause)}\n\n${QUESTION}`)));
  for (const [index, { pylon }] of answers.entries()) t.equal(pylon.citations[0].quote, causes[index]);
  t.equal(new Set(answers.map(({ id }) => id)).size, causes.length);
  const { total } = await api('/api/runs');
  t.equal(total, causes.length);
});

t.test('a message of 20 MB is answered, and never held', async (t) => {
  const { complete, home, pid } = await daemon(t);
  const text = log(310_000);
  t.ok(text.length > 20_000_000);
  const file = join(home, 'belt.log');
  writeFileSync(file, text);
  const byPath = await complete(QUESTION, { pylon: { files: [file] } });
  const before = peakKb(pid);
  const completion = await complete(`${text}\n\n${QUESTION}`);
  t.match(completion.pylon, { coverage: 1, citations: [{ quote: CAUSE, start_line: 309_992 }] });
  t.match(byPath.pylon, { coverage: 1, citations: [{ quote: CAUSE, path: file }] });
  const more = peakKb(pid) - before;
  t.comment(`peak ${before} KB when it is read from a file, ${more} KB more when it comes in a message`);
  t.ok(more < text.length / 1_024, `${more} KB more, less than the message once`);
});

t.test('what is hostile is refused, and the daemon goes on', async (t) => {
  const { complete, url, client } = await daemon(t);
  const cases: [content: unknown, more: object, status: number, code: string][] = [
    [`\u0000\u0001${'\u0000'.repeat(9_000)}\n\n${QUESTION}`, {}, 400, 'input-binary'],
    ['x', { model: `pylon/${'x'.repeat(200)}` }, 404, 'model_not_found'],
    ['x', { model: '../../etc/passwd' }, 404, 'model_not_found'],
    [
      [{ type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } }],
      {},
      400,
      'input-binary',
    ],
    [QUESTION, { pylon: { files: ['/nope/nothing'] } }, 400, 'input-missing'],
    [`${log(9)}\n\n${QUESTION}`, { pylon: { relays: ['http://x'] } }, 400, 'relay-url-invalid'],
    [`${log(9)}\n\n${QUESTION}`, { pylon: { budget_sats: 1e300 } }, 400, 'money-invalid'],
    [Array.from({ length: 1_001 }, () => ({ type: 'text', text: 'x' })), {}, 400, 'request-invalid'],
  ];
  for (const [content, more, status, code] of cases) await t.rejects(complete(content, more), { status, code }, code);
  await t.rejects(new OpenAI({ baseURL: `${url}/v1`, apiKey: 'x', maxRetries: 0 }).models.list(), {
    status: 401,
    code: 'invalid_api_key',
  });
  await t.rejects(client.embeddings.create({ model: 'pylon', input: 'x' }), {
    status: 404,
    code: 'request-invalid',
  });
  t.match(await complete(`${log(9)}\n\n${QUESTION}`), { pylon: { status: 'done' } });
});
