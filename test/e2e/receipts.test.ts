// Every prediction of a run leaves a receipt, through the real command: it is there, its hash is right, it tells alone what happened, it
// comes back from an exported folder byte for byte, and it goes with its run.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { canonicalHash } from '../../protocol/canonical.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { receiptSchema } from '../../protocol/receipt.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { pylon, recordOf, startPylon } from '../support/command.ts';
import { ScriptedModel } from '../support/scripted-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const QUESTION = 'Why did the pump fail?';
const TEXT = '12:00:01 belt started\n12:00:02 the pump failed: its valve leaks\n12:00:03 belt stopped\n';
const QA = '@pylon/rlm/LongContextQa.v1';

async function stage(t: Test) {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'in.log'), TEXT);
  await writeFile(join(folder, 'in.json'), JSON.stringify({ query: QUESTION, text: TEXT }));
  const options = { home: join(folder, 'home'), cwd: folder };
  const run = (argv: readonly string[], environment = {}) => pylon(t, argv, { ...options, environment });
  const json = async (argv: readonly string[], environment = {}) => JSON.parse((await run(argv, environment)).stdout);
  return { folder, options, run, json };
}

type PredictEvent = Extract<TraceEvent, { type: 'Predict' }>;

/** The Predict events of an exported folder with the payloads they name. */
async function readFolder(folder: string) {
  const lines = async (name: string) => (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n');
  const events = (await lines('trace.jsonl')).map((line) => JSON.parse(line) as TraceEvent);
  const payloads = (await lines('artifacts/outputs.jsonl')).map((line) => JSON.parse(line));
  const byHash = new Map<string, string>(payloads.map(({ sha256, text }) => [sha256, text]));
  return { predicted: events.filter((event): event is PredictEvent => event.type === 'Predict'), byHash };
}

t.test('a run leaves a receipt of each prediction, and they travel and go with it', async (t) => {
  const { folder, run, json } = await stage(t);
  const record = recordOf(await run(['rlm', QUESTION, '--file', 'in.log', '--json']));
  await run(['rlm', 'export', record.id, '--output', join(folder, 'out')]);
  const { predicted, byHash } = await readFolder(join(folder, 'out'));
  t.ok(predicted.length >= 2, 'at least what reduces and what verifies');
  for (const { receipt_id, receipt_hash = '', signature, strategy } of predicted) {
    const text = byHash.get(receipt_hash) ?? '';
    t.equal(sha256Hex(text), receipt_hash);
    const receipt = receiptSchema.parse(JSON.parse(text));
    t.match(receipt, { receiptId: receipt_id, runId: record.id, signatureId: signature, strategyId: strategy });
    t.same(await json(['dse', 'receipt', receipt_id ?? '', '--json']), receipt);
  }
  const { receipts } = await json(['dse', 'receipts', '--run', record.id, '--json']);
  t.equal(receipts.length, predicted.length);

  const other = join(folder, 'other');
  await run(['rlm', 'import', 'out'], { PYLON_HOME: other });
  await run(['rlm', 'export', record.id, '--output', join(folder, 'again')], { PYLON_HOME: other });
  for (const name of ['trace.jsonl', 'artifacts/outputs.jsonl'])
    t.equal(await readFile(join(folder, 'again', name), 'latin1'), await readFile(join(folder, 'out', name), 'latin1'));
  t.same(await json(['dse', 'receipts', '--run', record.id, '--json'], { PYLON_HOME: other }), {
    receipts,
    next_before: null,
  });

  await run(['rlm', 'delete', record.id]);
  t.same((await json(['dse', 'receipts', '--json'])).receipts, []);
  const gone = await run(['dse', 'receipt', predicted[0]?.receipt_id ?? '']);
  t.equal(gone.code, 2);
  t.match(gone.stderr, /^pylon: receipt-unknown: /m);
});

t.test('a signature is predicted without a model and without a daemon, and with one', async (t) => {
  const { options, run, json } = await stage(t);
  const check = async () => {
    const plain = await run(['dse', 'predict', QA, '--input', 'in.json']);
    t.equal(plain.code, 0);
    t.match(JSON.parse(plain.stdout), { answer: /valve leaks/, evidence: [{ n: 1, quote: /valve leaks/ }] });
    const { output, receipt, run: record } = await json(['dse', 'predict', QA, '--input', 'in.json', '--json']);
    t.match(record, { status: 'done', config: { method: 'pylon.predict' }, output: JSON.stringify(output) });
    t.match(receipt, { runId: record.id, signatureId: QA, spansRead: [{ start_line: 1, end_line: 3 }] });
    const { stdout } = await run(['dse', 'receipt', receipt.receiptId]);
    t.match(stdout, /^strategy +direct\.v1: /m);
    t.match(stdout, /^budgets \(none was hit\)$/m);
    t.match(stdout, /^ {2}iterations +0 +of \d+/m);
    t.match(stdout, /^ {2}input\.text:1-3$/m);
  };
  await check();
  const daemon = startPylon(t, ['start', '--foreground', '--port', '0'], options);
  await daemon.said('stderr', /serves http:\/\/127\.0\.0\.1:\d+/);
  await check();
  t.equal(
    (await json(['dse', 'receipts', '--signature', QA, '--json'])).receipts.length,
    4,
    'the daemon knows them all',
  );
  daemon.kill('SIGTERM');
  await daemon.ended;
});

t.test('a text is read by any strategy, and the receipt names it and the output that was printed', async (t) => {
  const { json } = await stage(t);
  const strategies = {
    direct: 'direct.v1',
    map_reduce: 'map_reduce.v1',
    rlm_lite: 'rlm_lite.v1',
    distilled: 'distilled.search_line_extract.v1',
  };
  for (const [name, strategyId] of Object.entries(strategies)) {
    const { output, receipt } = await json(['dse', 'predict', QA, '--input', 'in.json', '--strategy', name, '--json']);
    t.match(output, { answer: /valve leaks/, evidence: [{ n: 1, quote: /valve leaks/ }] }, name);
    for (const { quote } of output.evidence) t.ok(TEXT.includes(quote), quote);
    t.match(receipt, { strategyId, signatureId: QA, result: { kind: 'done' } }, name);
    t.ok(receipt.spansRead.length > 0, `${name} tells what it read`);
    if (name !== 'rlm_lite') t.equal(receipt.hashes.output, canonicalHash(output), name);
  }
});

t.test('a budget that does not reach is told by the receipt and by the exit code', async (t) => {
  const { run, json } = await stage(t);
  const model = await new ScriptedModel({ behaviour: 'only-prose' }).start();
  t.teardown(() => model.close());
  const environment = { PYLON_BACKEND: 'openai', OPENAI_BASE_URL: model.baseUrl };
  const { code, stderr } = await run(
    ['dse', 'predict', QA, '--input', 'in.json', '--max-lm-calls', '1', '--strategy', 'direct'],
    environment,
  );
  t.equal(code, 3);
  t.match(stderr, /^pylon: budget-limit-reached: .*"maxLmCalls 1"/m);
  t.equal(model.calls, 1, 'the repair was not asked');
  const [{ receiptId }] = (await json(['dse', 'receipts', '--json'])).receipts;
  const receipt = await json(['dse', 'receipt', receiptId, '--json']);
  t.match(receipt, {
    budgets: { hit: ['maxLmCalls'], usage: { lmCalls: 1 } },
    result: { kind: 'failed' },
    usage: { calls: 1 },
  });
  t.equal(receipt.usage.input_tokens, model.inputTokens);
  t.match((await run(['dse', 'receipt', receiptId])).stdout, /model calls +1 +of 1 +HIT/);
});

t.test('what cannot be predicted is refused in one line, and nothing is recorded', async (t) => {
  const { run, json, folder } = await stage(t);
  await writeFile(join(folder, 'bad.json'), '{');
  const cases: [argv: string[], code: string][] = [
    [['@pylon/rlm/Poet.v1', '--input', 'in.json'], 'signature-unknown'],
    [['@pylon/rlm/Reducer.v1', '--input', 'in.json'], 'request-invalid'],
    [[QA, '--input', 'bad.json'], 'request-invalid'],
    [[QA, '--input', 'none.json'], 'input-missing'],
    [[QA, '--input', 'in.json', '--strategy', 'poet'], 'option-invalid'],
    [[QA, '--input', 'in.json', '--max-time', 'soon'], 'option-invalid'],
  ];
  for (const [argv, code] of cases) {
    const { stdout, stderr, code: exit } = await run(['dse', 'predict', ...argv]);
    t.match(stderr, new RegExp(`^pylon: ${code}: `, 'm'), argv.join(' '));
    t.equal(exit, 2);
    t.equal(stdout, '');
  }
  t.same((await json(['dse', 'receipts', '--json'])).receipts, []);
});
