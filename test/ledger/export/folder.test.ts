import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { sha256Hex } from '../../../protocol/event.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { openTestLedger, type TestLedger } from '../../support/test-ledger.ts';
import { outputOf, runIdOf, type TraceShape, traceOf } from '../../support/traces.ts';

const RUN = runIdOf(1);

async function open(t: Test) {
  const ledger = await openTestLedger(t);
  return { ledger, home: ledger.home };
}

async function record(ledger: TestLedger, shape: TraceShape = {}): Promise<TraceEvent[]> {
  const trace = traceOf(shape);
  for (let chunk = 0; chunk < (shape.queries ?? 3); chunk++)
    ledger.journal.keepBlob(sha256Hex(outputOf(chunk)), Buffer.from(outputOf(chunk)));
  await ledger.journal.commit(trace);
  return trace;
}

/** Path → bytes of every file below. */
async function contents(folder: string): Promise<Record<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const plain = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const read = plain
    .sort()
    .map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'latin1')] as const);
  return Object.fromEntries(await Promise.all(read));
}

t.test('the run folder can be read without Pylon and only by its owner', async (t) => {
  const { ledger, home } = await open(t);
  const trace = await record(ledger, { experiment: 'first' });
  const folder = await ledger.export(RUN, join(home, 'runs', RUN));
  const names = ['artifacts', 'config.json', 'metrics.json', 'output.txt', 'trace.jsonl'];
  t.same((await readdir(folder)).sort(), names);
  t.same((await readdir(join(folder, '..'))).sort(), [RUN], 'no draft is left beside it');
  const lines = (await readFile(join(folder, 'trace.jsonl'), 'utf8')).trimEnd().split('\n');
  t.same(
    lines.map((line) => JSON.parse(line)),
    trace,
  );
  t.equal(await readFile(join(folder, 'output.txt'), 'utf8'), 'Because of “it” 🐘.');
  t.match(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')), { id: RUN, experiment: 'first' });
  t.match(JSON.parse(await readFile(join(folder, 'metrics.json'), 'utf8')), { status: 'done', cost_sats: 0.078 });
  const outputs = (await readFile(join(folder, 'artifacts', 'outputs.jsonl'), 'utf8')).trimEnd().split('\n');
  const payloads = outputs.map((line) => JSON.parse(line) as { sha256: string; text: string });
  t.same(
    payloads.map(({ text }) => text),
    [0, 1, 2].map(outputOf),
  );
  t.same(
    payloads.map(({ text }) => sha256Hex(text)),
    payloads.map(({ sha256 }) => sha256),
  );
  t.equal((await stat(folder)).mode & 0o777, 0o700);
  t.equal((await stat(join(folder, 'trace.jsonl'))).mode & 0o777, 0o600);
});

t.test('a folder imported into another store and exported again is the same to the byte', async (t) => {
  const [here, there] = [await open(t), await open(t)];
  await record(here.ledger, { queries: 300 });
  const first = await here.ledger.export(RUN, join(here.home, 'runs', RUN));
  t.same(await there.ledger.import(first), { runId: RUN, imported: true });
  t.same(await there.ledger.runs.get(RUN), await here.ledger.runs.get(RUN));
  const second = await there.ledger.export(RUN, join(there.home, 'runs', RUN));
  t.same(await contents(second), await contents(first));
});

t.test('a failed run and one still going on survive the round trip too', async (t) => {
  for (const ends of ['RunFailed', 'never'] as const) {
    const [here, there] = [await open(t), await open(t)];
    await record(here.ledger, { ends });
    const first = await here.ledger.export(RUN, join(here.home, RUN));
    await there.ledger.import(first);
    t.same(await contents(await there.ledger.export(RUN, join(there.home, RUN))), await contents(first), ends);
  }
});

t.test('importing twice, also at the same time, adds nothing', async (t) => {
  const [here, there] = [await open(t), await open(t)];
  await record(here.ledger);
  const folder = await here.ledger.export(RUN, join(here.home, RUN));
  const twice = await Promise.all([there.ledger.import(folder), there.ledger.import(folder)]);
  t.same(
    twice.map(({ imported }) => imported),
    [true, false],
  );
  t.same(await there.ledger.import(folder), { runId: RUN, imported: false });
  t.equal((await there.ledger.runs.list({ limit: 10 })).length, 1);
  t.same(await here.ledger.import(folder), { runId: RUN, imported: false }, 'nor does it where it came from');
});

t.test('another trace under the same id is a conflict, and the store keeps its own', async (t) => {
  const { ledger, home } = await open(t);
  await record(ledger);
  const folder = await ledger.export(RUN, join(home, RUN));
  const trace = await readFile(join(folder, 'trace.jsonl'), 'utf8');
  await writeFile(join(folder, 'trace.jsonl'), trace.replace('“it”', '“that”'));
  await t.rejects(ledger.import(folder), { code: 'run-conflict', message: /part at seq 16/ });
  t.match(await ledger.runs.get(RUN), { output: 'Because of “it” 🐘.' });
});

t.test('exporting again renews the folder and leaves what the user put there', async (t) => {
  const { ledger, home } = await open(t);
  const trace = traceOf();
  await ledger.journal.commit(trace.slice(0, 5));
  const folder = await ledger.export(RUN, join(home, RUN));
  await writeFile(join(folder, 'notes.md'), 'mine');
  await ledger.journal.commit(trace.slice(5));
  await ledger.export(RUN, folder);
  t.match(await contents(folder), { 'notes.md': 'mine', 'metrics.json': /"done"/ });
});

t.test('a folder that holds something else is left alone', async (t) => {
  const { ledger, home } = await open(t);
  await record(ledger);
  await mkdir(join(home, 'thesis'));
  await writeFile(join(home, 'thesis', 'config.json'), '{}');
  await t.rejects(ledger.export(RUN, join(home, 'thesis')), { code: 'run-conflict' });
  t.same(await contents(join(home, 'thesis')), { 'config.json': '{}' });
  await t.rejects(ledger.export(runIdOf(9), join(home, 'x')), { code: 'run-unknown' });
  t.same((await readdir(home)).sort(), ['store', 'thesis'], 'no draft is left');
  await writeFile(join(home, 'file'), '');
  await t.rejects(ledger.export(RUN, join(home, 'file', RUN)), { code: 'home-unwritable', message: /a file is where/ });
});

t.test('a hostile or damaged folder is refused with the reason, and leaves nothing behind', async (t) => {
  const [here, there] = [await open(t), await open(t)];
  await record(here.ledger);
  const folder = await here.ledger.export(RUN, join(here.home, RUN));
  const [tracePath, configPath] = [join(folder, 'trace.jsonl'), join(folder, 'config.json')];
  const [trace, config] = [await readFile(tracePath, 'utf8'), await readFile(configPath, 'utf8')];
  const lines = trace.trimEnd().split('\n');
  const edited = (index: number, edit: (line: string) => string) =>
    lines.map((line, at) => (at === index ? edit(line) : line)).join('\n');
  const traces: [what: string, text: string, reason: RegExp][] = [
    ['empty', '', /empty/],
    ['cut in the middle of a line', trace.slice(0, trace.length / 2), /not JSON/],
    ['with a gap', lines.filter((_, at) => at !== 3).join('\n'), /gap/],
    ['with an event twice', [...lines.slice(0, 4), lines[3], ...lines.slice(4)].join('\n'), /written before/],
    ['that goes on after its end', `${trace}${lines[16]?.replace('"seq":16', '"seq":17')}`, /ended before/],
    ['with an unknown field', edited(2, (line) => line.replace('{', '{"evil":1,')), /fields/],
    [
      'with a field nested without end',
      edited(2, (line) => line.replace('{', `{"x":${'['.repeat(99_999)}${']'.repeat(99_999)},`)),
      /fields|JSON/,
    ],
    ['with half a surrogate', edited(0, (line) => line.replace('Why', '\\ud83d')), /not Unicode/],
    [
      'with a fragment numbered in the billions',
      edited(1, (line) => line.replace('"chunk":0', '"chunk":4000000000')),
      /chunk/,
    ],
    [
      'outside of time',
      edited(0, (line) => line.replace(/"timestamp_ms":\d+/, '"timestamp_ms":9000000000000000')),
      /time/,
    ],
    ['with a wrong type', edited(2, (line) => line.replace('"amount_msat":26', '"amount_msat":-1')), /amount_msat/],
    ['of another run', trace.replaceAll(RUN, runIdOf(2)), /config\.json says/],
    [
      'with money out of nothing',
      edited(5, (line) => line.replace('"amount_msat":26', '"amount_msat":9007199254740991')).replace(
        '"amount_msat":26',
        '"amount_msat":9007199254740991',
      ),
      /./,
    ],
  ];
  for (const [what, text, reason] of traces) {
    await writeFile(tracePath, text);
    await t.rejects(there.ledger.import(folder), { name: 'PylonError', message: reason }, `a trace ${what}`);
  }
  await writeFile(tracePath, trace);
  for (const text of ['', 'not json', '[]', 'null', '{"id":7}', '{"id":"../../etc"}']) {
    await writeFile(configPath, text);
    await t.rejects(there.ledger.import(folder), { code: 'run-folder-invalid' }, `config.json ${text}`);
  }
  await writeFile(configPath, config);
  const outputsPath = join(folder, 'artifacts', 'outputs.jsonl');
  const outputs = await readFile(outputsPath, 'utf8');
  const texts: [text: string, reason: RegExp][] = [
    [outputs.replace('line 0', 'line 9'), /not what its hash says/],
    ['not json', /not JSON/],
    ['{"text":"without a hash"}', /not a payload/],
    [`${outputs}{"sha256":"${sha256Hex('x'.repeat(2_000_000))}","text":"${'x'.repeat(2_000_000)}"}`, /larger than/],
  ];
  for (const [text, reason] of texts) {
    await writeFile(outputsPath, text);
    await t.rejects(there.ledger.import(folder), { code: 'run-folder-invalid', message: reason });
  }
  t.same(await there.ledger.runs.list({ limit: 10 }), [], 'no run came of it');
  await writeFile(outputsPath, `${outputs}{"sha256":"${sha256Hex('x')}","text":"x"}\n`);
  t.same(await there.ledger.import(folder), { runId: RUN, imported: true }, 'and the sound folder still goes in');
  t.equal(await there.ledger.runs.blob(sha256Hex('x')), undefined, 'without what its trace does not name');
});

t.test('a link in a folder leads nowhere', async (t) => {
  const { ledger, home } = await open(t);
  const folder = join(home, RUN);
  await mkdir(folder);
  await symlink('/etc/passwd', join(folder, 'config.json'));
  await t.rejects(ledger.import(folder), { code: 'run-folder-invalid', message: /symbolic link/ });
  const other = await open(t);
  await record(other.ledger);
  const sound = await other.ledger.export(RUN, join(other.home, RUN));
  await other.ledger.export(RUN, join(other.home, 'linked'));
  const { rm, rename } = await import('node:fs/promises');
  await rename(join(sound, 'artifacts'), join(other.home, 'elsewhere'));
  await symlink(join(other.home, 'elsewhere'), join(sound, 'artifacts'));
  await t.rejects(ledger.import(sound), { code: 'run-folder-invalid', message: /not a file or a link/ });
  await rm(join(sound, 'artifacts'));
  t.same(await ledger.import(sound), { runId: RUN, imported: true }, 'without payloads it is still a run');
  await t.rejects(ledger.import(join(home, 'nothing')), { code: 'run-folder-invalid' });
});
