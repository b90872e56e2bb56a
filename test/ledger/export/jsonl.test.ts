import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Exporter } from '../../../ledger/export/exporter.ts';
import { importJsonl } from '../../../ledger/export/jsonl-import.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { REDACTION_KEY, textOf } from '../../support/exported.ts';
import { openTestLedger, type TestLedger } from '../../support/test-ledger.ts';
import { outputOf, runIdOf, traceOf } from '../../support/traces.ts';

async function open(t: Test) {
  const ledger = await openTestLedger(t);
  const exporter = new Exporter({ history: ledger.runs, key: async () => REDACTION_KEY, version: '1' });
  const workFolder = join(ledger.home, 'spool');
  return {
    ledger,
    workFolder,
    write: async (name: string, ...scopes: Parameters<Exporter['file']>[0]['scope'][]) => {
      const path = join(ledger.home, name);
      const [scope] = scopes;
      await writeFile(path, await textOf((await exporter.file({ scope: scope!, format: 'jsonl' })).pieces));
      return path;
    },
    read: (path: string) => importJsonl(path, { importFolder: ledger.import, workFolder }),
  };
}

async function record({ journal }: TestLedger, numbers: readonly number[], queries = 3): Promise<void> {
  for (let chunk = 0; chunk < queries; chunk++)
    journal.keepBlob(sha256Hex(outputOf(chunk)), Buffer.from(outputOf(chunk)));
  for (const number of numbers)
    await journal.commit(
      traceOf({ runId: runIdOf(number), queries, experiment: 'x', ends: number % 2 === 0 ? 'RunFailed' : 'RunDone' }),
    );
}

t.test('a file of runs that is read into another store and written again is the same to the byte', async (t) => {
  const [here, there] = [await open(t), await open(t)];
  await record(here.ledger, [1, 2, 3], 300);
  const first = await here.write('first.jsonl', { experiment: 'x' });
  t.same(
    await there.read(first),
    [1, 2, 3].map((number) => ({ runId: runIdOf(number), imported: true })),
  );
  const second = await there.write('second.jsonl', { experiment: 'x' });
  t.equal(await readFile(second, 'utf8'), await readFile(first, 'utf8'));
  t.same(await there.ledger.runs.get(runIdOf(2)), await here.ledger.runs.get(runIdOf(2)));
  t.same(
    (await there.read(first)).map(({ imported }) => imported),
    [false, false, false],
    'again it adds nothing',
  );
  t.same(await readdir(there.workFolder), [], 'no draft is left');
});

t.test('a folder and a file of the same run are the same run', async (t) => {
  const [here, there] = [await open(t), await open(t)];
  await record(here.ledger, [1]);
  const folder = await here.ledger.export(runIdOf(1), join(here.ledger.home, 'folder'));
  t.same(await there.ledger.import(folder), { runId: runIdOf(1), imported: true });
  t.same(await there.read(await here.write('one.jsonl', { run: runIdOf(1) })), [
    { runId: runIdOf(1), imported: false },
  ]);
});

t.test('a file that is cut, damaged or hostile is refused with the line, and its draft goes', async (t) => {
  const [here, there] = [await open(t), await open(t)];
  await record(here.ledger, [1]);
  const path = await here.write('one.jsonl', { run: runIdOf(1) });
  const whole = await readFile(path, 'utf8');
  const lines = whole.trimEnd().split('\n');
  const cases: [what: string, text: string, reason: RegExp][] = [
    ['empty', '', /empty/],
    ['of something else', '{"format":"csv"}\n', /does not begin with/],
    ['cut between lines', `${lines.slice(0, 9).join('\n')}\n`, /ends in the middle/],
    ['cut in a line', whole.slice(0, -20), /JSON/],
    ['without an event', lines.filter((_, at) => at !== 4).join('\n'), /has 16 events/],
    ['without a payload', lines.filter((line) => !line.includes('line 1 “')).join('\n'), /2 payloads/],
    ['whose run is none', whole.replace(`{"run":"${runIdOf(1)}"}`, '{"run":"../../x"}'), /must begin/],
    ['that ends another run', whole.replace(`{"end":"${runIdOf(1)}"`, `{"end":"${runIdOf(2)}"`), /must end/],
    ['of an event that is none', whole.replace('"type":"BudgetReserve"', '"type":"Evil"'), /event of version 1/],
    ['of a payload that is another', whole.replace('line 0 “', 'line 9 “'), /hash/],
    [
      'of a trace of another run',
      whole
        .replace(`{"run":"${runIdOf(1)}"}`, `{"run":"${runIdOf(5)}"}`)
        .replace(`{"end":"${runIdOf(1)}"`, `{"end":"${runIdOf(5)}"`),
      /config\.json says/,
    ],
  ];
  for (const [what, text, reason] of cases) {
    await writeFile(path, text);
    await t.rejects(there.read(path), { name: 'PylonError', message: reason }, `a file ${what}`);
  }
  t.same(await there.ledger.runs.list({ limit: 10 }), []);
  t.same(await readdir(there.workFolder), []);
  await writeFile(path, whole);
  t.same(await there.read(path), [{ runId: runIdOf(1), imported: true }]);
});

t.test('the runs before a fault stay, and the file goes on where it was mended', async (t) => {
  const [here, there] = [await open(t), await open(t)];
  await record(here.ledger, [1, 2]);
  const path = await here.write('two.jsonl', { experiment: 'x' });
  const whole = await readFile(path, 'utf8');
  await writeFile(path, whole.slice(0, -100));
  await t.rejects(there.read(path), { code: 'run-folder-invalid' });
  t.equal((await there.ledger.runs.list({ limit: 10 })).length, 1);
  await writeFile(path, whole);
  t.same(
    (await there.read(path)).map(({ imported }) => imported),
    [false, true],
  );
});
