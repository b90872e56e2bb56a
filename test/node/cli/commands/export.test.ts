import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { runCli, temporaryFolder } from '../../../support/cli.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';

const SECRET = 'sk-abcdefghijklmnop1234567890';

async function scene(t: Test) {
  const home = temporaryFolder(t);
  const engine = new FakeEngine();
  const openEngine = async () => engine;
  writeFileSync(join(home, 'a.log'), 'first\nsecond\n');
  const pylon = (...words: string[]) => runCli(words, { home, openEngine });
  const ask = async (query: string, ...more: string[]) =>
    JSON.parse((await pylon('rlm', query, '--file', 'a.log', '--json', ...more)).stdout).id as string;
  return { home, engine, pylon, ask };
}

t.test('each format is a file of its own name, for its owner only', async (t) => {
  const { home, pylon, ask } = await scene(t);
  const id = await ask('Why?');
  const endings = { jsonl: 'jsonl', csv: 'csv', otlp: 'otlp.jsonl', perfetto: 'trace.json', html: 'html' };
  for (const [format, ending] of Object.entries(endings)) {
    const path = join(home, `run-${id}.${ending}`);
    t.match(await pylon('rlm', 'export', id, '--format', format), { code: 0, stdout: `${path}\n` });
    t.equal(statSync(path).mode & 0o777, 0o600);
  }
  t.equal(readdirSync(home).filter((name) => name.includes('.part')).length, 0);
  const named = await pylon('rlm', 'export', id, '--format', 'csv', '--output', 'mine.csv');
  t.equal(named.stdout, `${join(home, 'mine.csv')}\n`);
  const printed = await pylon('rlm', 'export', id, '--format', 'csv', '--output', '-');
  t.equal(printed.stdout, readFileSync(join(home, 'mine.csv'), 'utf8'));
  const into = await pylon('rlm', 'export', id, '--format', 'csv', '--output', home);
  t.equal(into.stdout, `${join(home, `run-${id}.csv`)}\n`, 'a folder gets it under its own name');
});

t.test('an experiment is one file, or a folder for each run', async (t) => {
  const { home, engine, pylon, ask } = await scene(t);
  const ids = [await ask('one', '--experiment', 'x'), await ask('two', '--experiment', 'x')];
  await ask('three');
  const { stdout } = await pylon('rlm', 'export', '--experiment', 'x', '--format', 'csv', '--output', '-');
  t.equal(stdout.trimEnd().split('\r\n').length, 3);
  const named = await pylon('experiment', 'export', 'x', '--format', 'csv', '--output', '-');
  t.equal(named.stdout, stdout);
  t.match(await pylon('rlm', 'export', '--experiment', 'x', '--output', 'there'), {
    stdout: ids
      .toReversed()
      .map((id) => `${join(home, 'there', id)}\n`)
      .join(''),
  });
  t.same(engine.exported, ids.toReversed());
  t.match(await pylon('rlm', 'export', '--experiment', 'none'), { code: 2, stderr: /filed under this experiment/ });
});

t.test('a page tells what is removed before it is written, and --preview writes nothing', async (t) => {
  const { home, pylon, ask } = await scene(t);
  const id = await ask(`Why is ${SECRET} here?`);
  const preview = await pylon('rlm', 'export', id, '--format', 'html', '--preview');
  t.match(preview, {
    code: 0,
    stdout: /^removed from 1 run:\n {2}secrets +\d+ × what looks like a secret\n +\d+ api key\n/,
  });
  t.match(preview.stdout, /kept: the answer; the question; names/);
  t.notMatch(preview.stdout, 'abcdefgh');
  t.same(
    readdirSync(home).filter((name) => name.endsWith('.html')),
    [],
  );
  const { stderr, stdout } = await pylon('rlm', 'export', id, '--format', 'html');
  t.match(stderr, /removed from 1 run:/);
  t.notMatch(readFileSync(stdout.trim(), 'utf8'), SECRET);
  const whole = await pylon('rlm', 'export', id, '--format', 'html', '--redact', 'none', '--output', '-');
  t.match(whole.stdout, SECRET, 'it is theirs to show');
  t.match(await pylon('rlm', 'export', id, '--preview'), { stdout: 'nothing is removed from 1 run: see --redact\n' });
});

t.test('a collector is sent numbers, and no word of the run, unless somebody says otherwise', async (t) => {
  const { pylon, ask } = await scene(t);
  const id = await ask('Why hippopotamus?');
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    for await (const part of request) bodies.push(String(part));
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.match(await pylon('rlm', 'export', id, '--otlp-endpoint', endpoint), {
    code: 0,
    stdout: '',
    stderr: /sent to .*\/v1\/traces in 1 request/,
  });
  t.match(bodies.join(''), id);
  t.notMatch(bodies.join(''), /hippopotamus|a\.log/);
});

t.test('options that do not go together are usage errors that say why', async (t) => {
  const { pylon, ask } = await scene(t);
  const id = await ask('Why?');
  const cases: [words: string[], told: RegExp][] = [
    [['rlm', 'export', id, '--format', 'pdf'], /must be one of folder, jsonl, csv/],
    [['rlm', 'export', id, '--redact', 'everything'], /--redact takes none, share/],
    [['rlm', 'export', id, '--redact', 'all'], /say with --output/],
    [['rlm', 'export', id, '--output', '-'], /use --format jsonl/],
    [['rlm', 'export', id, '--experiment', 'x'], /not both/],
    [['rlm', 'export'], /name a run/],
    [['rlm', 'export', id, '--format', 'csv', '--otlp-endpoint', 'http://x'], /no other --format/],
    [['rlm', 'export', id, '--otlp-endpoint', 'x'], /http:\/\//],
  ];
  for (const [words, told] of cases)
    t.match(await pylon(...words), { code: 2, stderr: told }, words.slice(3).join(' '));
});
