import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import OpenAI from 'openai';
import t from 'tap';
import { CONVERSATIONS_MAX } from '../../../../node/api/chat/conversation.ts';
import { PylonError } from '../../../../protocol/errors.ts';
import { temporaryFolder } from '../../../support/cli.ts';
import { call, enter, type Json, serve, TOKEN } from '../support.ts';

const DOCUMENT = 'the gasket froze\nthe valve leaked\n\nWhy did it leak?';
const body = (more: object = {}) => ({ model: 'pylon', messages: [{ role: 'user', content: DOCUMENT }], ...more });

function clientOf(port: number, apiKey = TOKEN): OpenAI {
  return new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey, maxRetries: 0 });
}

/** Sends a request and hangs up once the server has begun to answer, or when told. */
function begin(port: number, sent: object) {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const outgoing = request({ port, method: 'POST', path: '/v1/chat/completions', headers, agent: false });
  outgoing.on('error', () => undefined); // it is cut on purpose
  outgoing.end(JSON.stringify(sent));
  return outgoing;
}

async function ended(port: number, id: string): Promise<Json> {
  let record: Json;
  do record = (await call(port, 'GET', `/api/runs/${id}`)).body;
  while (record.status === 'running');
  return record;
}

t.test('an answer names its run, its citations with their words, and what it cost', async (t) => {
  const { api, engine } = await serve(t, { output: 'It froze [1]' });
  const completion: Json = await clientOf(api.port).chat.completions.create(body() as never);
  t.match(completion, {
    object: 'chat.completion',
    model: 'pylon',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant' } }],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    pylon: {
      status: 'done',
      citations: [{ n: 1, path: 'message-1.txt', start_line: 1, quote: 'the gasket froze' }],
      coverage: 1,
      cost_sats: 0.026,
      error: null,
    },
  });
  t.equal(completion.id, `chatcmpl-${completion.pylon.run_id}`);
  t.equal(completion.choices[0].message.content, 'It froze [1]\n\n[1] message-1.txt:1\n> the gasket froze');
  t.match(engine.requests[0], { query: 'Why did it leak?', options: { fanout: 10 } });
  const bare: Json = await clientOf(api.port).chat.completions.create(body({ pylon: { sources: false } }) as never);
  t.equal(bare.choices[0].message.content, 'It froze [1]');
  t.notOk(existsSync(engine.requests[0]!.files[0]!), 'without a home nothing is kept');
});

t.test('a stream says who speaks, then the answer, its end and its usage, and ends with [DONE]', async (t) => {
  const { api } = await serve(t, { output: `${'It froze, as it says here. '.repeat(20)}[1]` });
  const reply = await call(
    api.port,
    'POST',
    '/v1/chat/completions',
    body({ stream: true, stream_options: { include_usage: true } }),
  );
  t.match(reply.headers, { 'content-type': /^text\/event-stream/, 'cache-control': 'no-store' });
  const lines = (reply.body as string).split('\n\n').filter((line) => line !== '');
  t.equal(lines.at(-1), 'data: [DONE]');
  const chunks: Json[] = lines.slice(0, -1).map((line) => JSON.parse(line.replace(/^data: /, '')));
  t.same(chunks[0].choices[0].delta, { role: 'assistant', content: '' });
  const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
  t.match(text, /^It froze.*\[1\] message-1\.txt:1\n> the gasket froze$/s);
  t.ok(chunks.length > 6, 'in several deltas');
  t.match(chunks.at(-2), { choices: [{ finish_reason: 'stop', delta: {} }], pylon: { status: 'done' }, usage: null });
  t.match(chunks.at(-1), { choices: [], usage: { prompt_tokens: 0, total_tokens: 0 } });
  for (const chunk of chunks) t.match(chunk, { object: 'chat.completion.chunk', id: chunks[0].id });
  const plain = await call(api.port, 'POST', '/v1/chat/completions', body({ stream: true }));
  t.notMatch(plain.body, /usage/, 'no usage where it is not wanted');
});

t.test('whoever hangs up ends the run, streamed or not', async (t) => {
  for (const stream of [true, false]) {
    const { api, engine } = await serve(t, { hold: new Promise(() => undefined) });
    const begun = new Promise<string>((resolve) => engine.hear(([event]) => resolve(event!.run_id)));
    const outgoing = begin(api.port, body({ stream }));
    if (stream) {
      const [incoming] = await once(outgoing, 'response');
      await once(incoming, 'data');
    }
    const id = await begun;
    outgoing.destroy();
    t.match(await ended(api.port, id), { status: 'partial', error: { code: 'interrupted' } });
  }
});

t.test('a partial answer is an answer that says so; a run without one is an error that names it', async (t) => {
  const { api, engine } = await serve(t, { hold: new Promise(() => undefined) });
  engine.hear(([event]) => {
    if (event!.type === 'EnvSelectFragments') void call(api.port, 'POST', `/api/runs/${event!.run_id}/cancel`, {});
  });
  const partial: Json = await clientOf(api.port).chat.completions.create(body() as never);
  t.match(partial, {
    choices: [{ finish_reason: 'length', message: { content: /So far nothing/ } }],
    pylon: { status: 'partial', error: { code: 'interrupted' } },
  });
  const failing = await serve(t, { fail: new PylonError('no-providers') });
  const failed = await call(failing.api.port, 'POST', '/v1/chat/completions', body());
  t.match(failed, {
    status: 422,
    headers: { 'x-should-retry': 'false' },
    body: {
      error: { type: 'run_error', code: 'no-providers', param: null, message: /no provider offers.*pylon rlm show 0/ },
    },
  });
  const streamed = await clientOf(failing.api.port).chat.completions.create(body({ stream: true }) as never);
  await t.rejects(
    async () => {
      for await (const _ of streamed as never as AsyncIterable<unknown>);
    },
    { code: 'no-providers' },
  );
});

t.test(
  'refusals have the form of OpenAI, whoever refuses: the gate, the router, the parser, the endpoint',
  async (t) => {
    const { api, engine } = await serve(t);
    const { port } = api;
    const path = '/v1/chat/completions';
    const wrong = { authorization: 'Bearer wrong' };
    const cases: [reply: Promise<Json>, status: number, type: string, code: string][] = [
      [call(port, 'POST', path, body(), wrong), 401, 'authentication_error', 'invalid_api_key'],
      [
        call(port, 'GET', '/v1/models', undefined, { authorization: '' }),
        401,
        'authentication_error',
        'invalid_api_key',
      ],
      [call(port, 'GET', '/v1/models', undefined, { host: 'evil.example' }), 403, 'permission_error', 'origin-refused'],
      [call(port, 'POST', path, body(), { origin: 'https://evil.example' }), 403, 'permission_error', 'origin-refused'],
      [call(port, 'POST', path, body({ model: 'gpt-4o' })), 404, 'invalid_request_error', 'model_not_found'],
      [call(port, 'GET', '/v1/models/gpt-4o'), 404, 'invalid_request_error', 'model_not_found'],
      [call(port, 'POST', '/v1/embeddings', {}), 404, 'invalid_request_error', 'request-invalid'],
      [call(port, 'GET', path), 404, 'invalid_request_error', 'request-invalid'],
      [call(port, 'POST', path, '{"model": '), 400, 'invalid_request_error', 'request-invalid'],
      [call(port, 'POST', path, 'null'), 400, 'invalid_request_error', 'request-invalid'],
      [call(port, 'POST', path, '[]'), 400, 'invalid_request_error', 'request-invalid'],
      [call(port, 'POST', path, '['.repeat(100_000)), 400, 'invalid_request_error', 'request-invalid'],
      [call(port, 'POST', path, '{"__proto__": {"model": "pylon"}}'), 400, 'invalid_request_error', 'request-invalid'],
      [
        call(port, 'POST', path, body(), { 'content-type': 'text/plain' }),
        400,
        'invalid_request_error',
        'request-invalid',
      ],
      [call(port, 'POST', path, `[${'0,'.repeat(200_000)}0]`), 413, 'invalid_request_error', 'request-too-large'],
    ];
    for (const [reply, status, type, code] of cases) {
      const { status: got, body } = await reply;
      t.equal(got, status, `${code}: ${JSON.stringify(body)}`);
      t.match(body, { error: { type, code, message: /./ } });
      t.same(Object.keys(body.error).sort(), ['code', 'message', 'param', 'type']);
    }
    t.equal(engine.requests.length, 0, 'nothing was begun');
    const claimed = request({
      port,
      method: 'POST',
      path,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'content-length': 200_000_000 },
      agent: false,
    });
    claimed.on('error', () => undefined); // it is cut below
    claimed.flushHeaders();
    const [refused] = await once(claimed, 'response');
    t.equal(refused.statusCode, 413, 'before a byte of it was read');
    claimed.destroy();
  },
);

t.test('the error of the client library has the status, the code and the field', async (t) => {
  const { api } = await serve(t);
  const asked = clientOf(api.port).chat.completions.create(body({ n: 3 }) as never);
  await t.rejects(asked, { status: 400, code: 'request-invalid', param: 'n', type: 'invalid_request_error' });
  await t.rejects(clientOf(api.port, 'wrong').models.list(), { status: 401, code: 'invalid_api_key' });
  await t.rejects(clientOf(api.port).models.retrieve('gpt-4o'), { status: 404, code: 'model_not_found' });
});

t.test('a page that was let in may ask, and no other may', async (t) => {
  const { api } = await serve(t);
  const session = { authorization: '', ...(await enter(api.port)) };
  const own = { origin: `http://127.0.0.1:${api.port}` };
  t.equal((await call(api.port, 'POST', '/v1/chat/completions', body(), { ...session, ...own })).status, 200);
  t.equal((await call(api.port, 'POST', '/v1/chat/completions', body(), session)).status, 403);
});

t.test('models are listed and found by name', async (t) => {
  const { api } = await serve(t);
  const { data } = await clientOf(api.port).models.list();
  t.ok(data.some(({ id }) => id === 'pylon'));
  for (const { id } of data)
    t.match(await clientOf(api.port).models.retrieve(id), { id, object: 'model', owned_by: 'pylon' });
  t.match(await call(api.port, 'GET', '/v1/models/pylon/direct'), { status: 200, body: { id: 'pylon/direct' } });
});

t.test('files of this machine are read by their paths, beside the messages', async (t) => {
  const { api, engine } = await serve(t);
  const file = join(temporaryFolder(t), 'a.log');
  writeFileSync(file, 'first\n');
  const asked = { model: 'pylon', messages: [{ role: 'user', content: 'Why?' }], pylon: { files: [file], fanout: 2 } };
  const completion: Json = await clientOf(api.port).chat.completions.create(asked as never);
  t.match(completion.pylon.citations, [{ path: file, quote: 'first' }]);
  t.match(engine.requests[0], { query: 'Why?', files: [file], options: { fanout: 2 } });
  const missing = await call(api.port, 'POST', '/v1/chat/completions', { ...asked, pylon: { files: ['/nope'] } });
  t.match(missing, { status: 400, body: { error: { code: 'input-missing' } } });
});

t.test('no more questions are taken at a time than one daemon can answer', async (t) => {
  const { api, engine } = await serve(t, { hold: new Promise(() => undefined) });
  let begun = 0;
  const all = new Promise<void>((resolve) =>
    engine.hear(([event]) => {
      if (event!.type === 'RunInit' && ++begun === CONVERSATIONS_MAX) resolve();
    }),
  );
  const held = Array.from({ length: CONVERSATIONS_MAX }, () => begin(api.port, body()));
  await all;
  t.match(await call(api.port, 'POST', '/v1/chat/completions', body()), {
    status: 429,
    body: { error: { code: 'too-many-questions', type: 'rate_limit_error' } },
  });
  for (const outgoing of held) outgoing.destroy();
  let status = 429;
  while (status === 429) {
    const again = begin(api.port, body({ stream: true }));
    status = ((await once(again, 'response'))[0] as { statusCode: number }).statusCode;
    again.destroy();
  }
  t.equal(status, 200, 'there is room again');
});

t.test('a daemon that stops sends what there is to whoever waits', async (t) => {
  const { api } = await serve(t, { hold: new Promise(() => undefined) });
  const asked = clientOf(api.port).chat.completions.create(body({ stream: true }) as never) as never as Promise<
    AsyncIterable<Json>
  >;
  let last: Json;
  for await (const chunk of await asked) {
    if (last === undefined) void api.close();
    last = chunk;
  }
  t.match(last, { choices: [{ finish_reason: 'length' }], pylon: { status: 'partial' } });
});
