// `pylon mcp` when things go otherwise: clients that cancel, go away, share a daemon, or send what is no protocol.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { CHECKOUT, commandEnvironment, PYLON, pylon, startPylon } from '../support/command.ts';
import { type Json, mcpSession } from '../support/mcp-client.ts';
import { ScriptedModel } from '../support/scripted-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BUILD = { question: 'Why does this build fail?', paths: ['examples/build.log'] };

t.test('a client that cancels ends the run with what it has', async (t) => {
  const model = new ScriptedModel({ behaviour: 'hang' });
  await model.start();
  t.teardown(() => model.close());
  const environment = { PYLON_BACKEND: 'openai', OPENAI_BASE_URL: model.baseUrl };
  const { client, call } = await mcpSession(t, { environment, argv: ['--local-only'] });
  const controller = new AbortController();
  const called = model.nextCall();
  const asked = client.callTool({ name: 'rlm_query', arguments: BUILD }, undefined, { signal: controller.signal });
  await called;
  controller.abort('enough');
  await t.rejects(asked, /enough/);
  let standing: Json;
  do standing = (await call('rlm_status', {})).structuredContent;
  while (standing.running > 0);
  t.match(standing.runs, [{ query: BUILD.question, error: { code: 'interrupted' } }]);
});

t.test('a client that goes away ends the run and the server', async (t) => {
  const model = new ScriptedModel({ behaviour: 'hang' });
  await model.start();
  t.teardown(() => model.close());
  const home = await temporaryFolder(t);
  const environment = { PYLON_BACKEND: 'openai', OPENAI_BASE_URL: model.baseUrl };
  const { client, transport } = await mcpSession(t, { home, environment, argv: ['--local-only'] });
  const called = model.nextCall();
  const asked = client.callTool({ name: 'rlm_query', arguments: BUILD }).catch((thrown: unknown) => thrown);
  await called;
  await transport.close();
  t.ok((await asked) instanceof Error);
  const listed = await pylon(t, ['rlm', 'history', '--json'], { home });
  t.match(JSON.parse(listed.stdout), [{ error: { code: 'interrupted' } }], 'the store is free, and the run has ended');
});

t.test('with a daemon the run is its own, and several clients share it', async (t) => {
  const home = await temporaryFolder(t);
  const daemon = startPylon(t, ['start', '--foreground', '--port', '0'], { home, hangMs: 150_000 });
  await daemon.said('stderr', /serves http/);
  const sessions = await Promise.all([mcpSession(t, { home }), mcpSession(t, { home })]);
  const answers = await Promise.all(
    sessions.flatMap(({ call }) => [
      call('rlm_query', BUILD),
      call('rlm_fanout', { question: 'Who signs releases?', paths: ['examples/job-system-handbook.md'] }),
      call('rlm_query', { question: 'Why did it leak?', text: 'it leaked because the gasket froze\n' }),
    ]),
  );
  for (const { structuredContent: answer, isError } of answers) {
    t.notOk(isError);
    t.equal(answer.status, 'done');
  }
  t.match(answers[1].structuredContent.chunks[0], { state: 'answered', findings: [{ quote: /./ }] });
  t.match(answers[2].structuredContent.citations, [{ quote: 'it leaked because the gasket froze' }]);
  const status = (await sessions[0]!.call('rlm_status', { limit: 50 })).structuredContent;
  t.equal(status.runs.length, 6, 'both see what the daemon did');
});

t.test('nothing but the protocol comes out, whatever goes in', async (t) => {
  const home = await temporaryFolder(t);
  const child = spawn(PYLON, ['mcp'], { cwd: CHECKOUT, env: commandEnvironment({ home }), stdio: 'pipe' });
  t.teardown(async () => {
    child.kill('SIGKILL');
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const until = async (pattern: RegExp) => {
    while (!pattern.test(out)) await once(child.stdout, 'data');
  };
  const hostile = [
    'not json',
    '{}',
    '[]',
    'null',
    '{"jsonrpc":"2.0"}',
    '{"jsonrpc":"2.0","id":{},"method":"x"}',
    '\u0000',
    `{"jsonrpc":"2.0","id":9,"method":"${'x'.repeat(100_000)}"}`,
  ];
  const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
  child.stdin.write(
    `${hostile.join('\n')}\n${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize })}\r\n`,
  );
  await until(/"id":1[,}]/);
  const call = { name: 'rlm_query', arguments: BUILD };
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: call })}\n`);
  await until(/"id":2[,}]/);
  child.stdin.end();
  const [code] = await once(child, 'close');
  t.equal(code, 0);
  for (const line of out.trimEnd().split('\n')) t.match(JSON.parse(line), { jsonrpc: '2.0' });
  t.match(err, /backend: extractive/, 'what else there is to say is said beside it');
});
