import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { sha256Hex } from '../../protocol/event.ts';
import { pylon } from '../support/command.ts';
import { type Json, mcpSession } from '../support/mcp-client.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BUILD = { question: 'Why does this build fail?', paths: ['examples/build.log'] };

t.test('a question is answered with citations whose bytes are there, and progress is told', async (t) => {
  const { client, call, read } = await mcpSession(t);
  t.match(client.getServerVersion(), { name: 'pylon' });
  const { tools } = await client.listTools();
  t.same(
    tools.map(({ name }) => name),
    ['rlm_query', 'rlm_fanout', 'rlm_status'],
  );
  const told: { progress: number; total?: number | undefined }[] = [];
  const result: Json = await client.callTool({ name: 'rlm_query', arguments: BUILD }, undefined, {
    onprogress: (one) => told.push(one),
  });
  const { structuredContent: answer, content } = result;
  t.notOk(result.isError);
  t.match(answer, { status: 'done', coverage: 1, error: null, tokens: { input: 0, output: 0 }, model: 'extractive' });
  t.match(content[0].text, /No space left on device[\s\S]*\[1\] examples\/build\.log:\d+\n> /);
  t.match(content[1], { type: 'resource_link', uri: `pylon://runs/${answer.run_id}` });
  const bytes = readFileSync('examples/build.log');
  for (const { start_byte, end_byte, content_hash, quote } of answer.citations) {
    const cited = bytes.subarray(start_byte, end_byte);
    t.same([cited.toString(), sha256Hex(cited)], [quote, content_hash]);
  }
  t.ok(told.length > 0 && told.every(({ progress }, index) => index === 0 || progress > told[index - 1]!.progress));
  t.match((await call('rlm_status', { run: answer.run_id.slice(0, 12) })).structuredContent, {
    running: 0,
    runs: [{ run_id: answer.run_id, status: 'done', query: BUILD.question, cost_sats: answer.cost_sats }],
  });
  t.match(await read(`pylon://runs/${answer.run_id}`), { id: answer.run_id, output: answer.answer });
});

t.test('the fan-out gives what every chunk found, each with its bytes', async (t) => {
  const { call } = await mcpSession(t);
  const given = {
    question: 'How long does a restore of the database take?',
    paths: ['examples/job-system-handbook.md'],
  };
  const { structuredContent: found, isError } = await call('rlm_fanout', given);
  t.notOk(isError);
  t.ok(found.findings_total > 3);
  t.equal(found.chunks_answered, found.chunks_total);
  const bytes = readFileSync('examples/job-system-handbook.md');
  const lineOf = (byte: number) => bytes.subarray(0, byte).toString('latin1').split('\n').length;
  let listed = 0;
  for (const { state, findings } of found.chunks) {
    t.equal(state, 'answered');
    for (const { start_byte, end_byte, start_line, quote } of findings) {
      listed++;
      t.equal(bytes.subarray(start_byte, end_byte).toString(), quote);
      t.equal(lineOf(start_byte), start_line);
    }
  }
  t.equal(listed, found.findings_total);
  t.match(JSON.stringify(found.chunks), /52 minutes/);
  const few = (await call('rlm_fanout', { ...given, max_findings: 2 })).structuredContent;
  t.same(
    [few.findings_total - 2, few.chunks.flatMap((chunk: Json) => chunk.findings).length],
    [few.findings_left_out, 2],
  );
});

t.test('of equal lines each is found in its own place', async (t) => {
  const cwd = await temporaryFolder(t);
  const lines = Array.from({ length: 4_000 }, (_, index) =>
    index % 1_000 === 7 ? 'the pump failed' : `worker ${index} took part ${index * 7} and put it on the belt`,
  );
  writeFileSync(join(cwd, 'belt.txt'), `${lines.join('\n')}\n`);
  const { call } = await mcpSession(t, { cwd });
  const { structuredContent: found } = await call('rlm_fanout', {
    question: 'When did the pump fail?',
    paths: ['belt.txt'],
  });
  const places = found.chunks
    .flatMap((chunk: Json) => chunk.findings)
    .filter((one: Json) => one.quote.includes('the pump failed'));
  for (const { quote, start_line } of places)
    t.ok(
      lines
        .slice(start_line - 1)
        .join('\n')
        .startsWith(quote),
    );
  t.ok(new Set(places.map((one: Json) => one.start_line)).size >= 2);
});

t.test(
  'a text of the client is read, cited by its name, and can still be opened; a text nobody cites is gone',
  async (t) => {
    const { call, home } = await mcpSession(t);
    const text = `${'a worker took a part\n'.repeat(3_000)}the valve leaked because the gasket froze\n`;
    const { structuredContent: answer } = await call('rlm_query', {
      question: 'Why did the valve leak?',
      text,
      text_name: 'shift.log',
    });
    t.match(answer.citations[0], {
      path: 'shift.log',
      start_line: 3_001,
      quote: 'the valve leaked because the gasket froze',
    });
    t.equal(readdirSync(join(home, 'texts')).length, 1);
    t.equal((await pylon(t, ['rlm', 'delete', answer.run_id], { home })).code, 0);
    t.same(readdirSync(join(home, 'texts')), [], 'it goes with its run');
  },
);

t.test('with --no-log nothing is kept', async (t) => {
  const folder = await temporaryFolder(t);
  const home = join(folder, 'home');
  const { call } = await mcpSession(t, { home, argv: ['--no-log'] });
  const { structuredContent } = await call('rlm_query', {
    question: 'Why did it leak?',
    text: 'it leaked because the gasket froze\n',
  });
  t.equal(structuredContent.status, 'done');
  t.match(await call('rlm_fanout', { question: 'Why did it leak?', text: 'it leaked\n' }), {
    isError: true,
    structuredContent: { error: { code: 'option-invalid', next: /without --no-log/ } },
  });
  t.notOk(existsSync(home));
});

t.test('reading outside is refused, unless a flag or a root of the client allows it', async (t) => {
  const root = await temporaryFolder(t);
  for (const name of ['in', 'out', 'extra']) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'a.log'), `it leaked because the gasket of ${name} froze\n`);
  }
  const ask = (name: string) => ({ question: 'Why did it leak?', paths: [join(root, name, 'a.log')] });
  const plain = await mcpSession(t, { cwd: join(root, 'in') });
  t.match((await plain.call('rlm_query', { ...ask('in'), paths: ['a.log'] })).structuredContent, {
    status: 'done',
    citations: [{ path: 'a.log' }],
  });
  for (const paths of [['../out/a.log'], [join(root, 'out', 'a.log')], ['/etc/passwd'], [join(plain.home, 'token')]]) {
    const refused = await plain.call('rlm_query', { ...ask('out'), paths });
    t.match(refused, { isError: true, content: [{ text: /^input-outside: .*--allow/ }] });
    t.match(refused.structuredContent, {
      run_id: null,
      status: 'failed',
      error: { code: 'input-outside', next: /--allow/ },
    });
  }
  const rooted = await mcpSession(t, {
    cwd: join(root, 'in'),
    argv: ['--allow', join(root, 'extra')],
    roots: [String(pathToFileURL(join(root, 'out')))],
  });
  for (const [name, status] of [
    ['out', 'done'],
    ['extra', 'done'],
    ['in', 'failed'],
  ] as const)
    t.equal((await rooted.call('rlm_query', ask(name))).structuredContent.status, status, name);
  t.match((await rooted.call('rlm_query', { ...ask('out'), paths: ['a.log'] })).structuredContent, {
    citations: [{ quote: /gasket of out/ }],
  });
});

t.test('what is wrong is told with our code and the next step, and the server goes on', async (t) => {
  const { call, client, read } = await mcpSession(t, { argv: ['--budget', '50'] });
  const cases: [tool: string, given: object, code: string][] = [
    ['rlm_query', { ...BUILD, question: ' ' }, 'query-empty'],
    ['rlm_query', { ...BUILD, question: 'x'.repeat(5_000) }, 'query-too-long'],
    ['rlm_query', { question: 'Why?' }, 'input-missing'],
    ['rlm_query', { question: 'Why?', text: '' }, 'input-empty'],
    ['rlm_query', { ...BUILD, paths: ['nothing.log'] }, 'input-missing'],
    ['rlm_query', { ...BUILD, paths: 'build.log' }, 'request-invalid'],
    ['rlm_query', { ...BUILD, fanout: 0 }, 'option-invalid'],
    ['rlm_query', { ...BUILD, budget_sats: 51 }, 'money-invalid'],
    ['rlm_query', { ...BUILD, verify: 'magic' }, 'verification-invalid'],
    ['rlm_query', { ...BUILD, verify: 'objective:../secret.json' }, 'verification-invalid'],
    ['rlm_query', { ...BUILD, fan_out: 3 }, 'request-invalid'],
    ['rlm_fanout', { ...BUILD, max_findings: 0 }, 'request-invalid'],
    ['rlm_status', { run: 'ZZZZ' }, 'run-unknown'],
    ['rlm_nothing', {}, 'request-invalid'],
  ];
  for (const [name, given, code] of cases) {
    const result = await call(name, given);
    t.equal(result.isError, true);
    t.match(result.structuredContent.error, { code, message: /./, next: /./ }, JSON.stringify(given).slice(0, 80));
    t.match(result.content[0].text, new RegExp(`^${code}: `));
  }
  for (const uri of [
    'pylon://nothing',
    'pylon://runs/ZZZZ',
    'file:///etc/passwd',
    'pylon://runs/../x',
    'pylon://runs/01/trace?limit=x',
  ])
    await t.rejects(read(uri), { code: -32_002, data: { code: /run-unknown|request-invalid/, next: /./ } }, uri);
  await t.rejects(client.request({ method: 'nothing/here' } as never, {} as never), { code: -32_601 });
  t.match((await call('rlm_query', BUILD)).structuredContent, { status: 'done' });
});

t.test('runs and their traces are resources, page by page', async (t) => {
  const { call, client, read } = await mcpSession(t);
  const { run_id: id } = (await call('rlm_query', BUILD)).structuredContent;
  const { resources } = await client.listResources();
  t.same(
    resources.map(({ uri }) => uri),
    ['pylon://runs', `pylon://runs/${id}`],
  );
  t.match(await read('pylon://runs'), { runs: [{ id, status: 'done', query: BUILD.question }] });
  t.ok(
    (await client.listResourceTemplates()).resourceTemplates.some(({ uriTemplate }) => uriTemplate.includes('/trace')),
  );
  const seqs: number[] = [];
  for (let uri: string | null = `pylon://runs/${id}/trace?limit=7`; uri !== null; ) {
    const page: Json = await read(uri);
    t.ok(page.events.length <= 7);
    for (const { seq } of page.events) seqs.push(seq);
    uri = page.next;
  }
  t.ok(seqs.length > 20);
  const { receipts }: Json = await read(`pylon://runs/${id}/receipts`);
  t.ok(receipts.length > 0);
  const top = receipts.find((one: Json) => one.strategyId === 'map_reduce.v1');
  t.match(await read(top.uri), { receiptId: top.receiptId, runId: id, strategyReason: /./, result: { kind: 'done' } });
  await t.rejects(read('pylon://receipts/ZZZZ'), { code: -32_002, data: { code: 'receipt-unknown' } });
  t.same(seqs, Array.from(seqs.keys()));
});
