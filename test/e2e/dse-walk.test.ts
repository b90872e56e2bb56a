// The walk of docs/dse.md by the real command, without a model: examples, a search, a gate, what is in force, the way back. And what is in force
// is what runs: a receipt of each prediction has its name and the hash of its parameters, and `auto` goes by it where a model is there.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { DseExample, Split } from '../../protocol/dse/example.ts';
import { SELECT_STRATEGY, type SelectableStrategy } from '../../protocol/select-strategy.ts';
import { pylon, recordOf } from '../support/command.ts';
import { ScriptedModel } from '../support/scripted-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { signatureId } = SELECT_STRATEGY;
const SIDES: readonly Split[] = ['train', 'holdout', 'dev', 'holdout', 'train'];

/** What is asked, and what answers it best: told from the question and the size, as the table of rules does not tell it. */
const FAMILIES: readonly ((number: number, isLarge: boolean) => [query: string, best: SelectableStrategy])[] = [
  (number) => [`Which fault did machine ${number} report?`, 'distilled'],
  (number) => [`In which line does pump ${number} stop?`, 'distilled'],
  (number, isLarge) => [`How many lines tell of valve ${number}?`, isLarge ? 'rlm_lite' : 'direct'],
  (number, isLarge) => [`Count all messages of kind ${number}.`, isLarge ? 'rlm_lite' : 'direct'],
];

function examples(count: number): DseExample[] {
  return Array.from({ length: count }, (_, number) => {
    const isLarge = number % 3 === 0;
    const [query, strategy] = FAMILIES[number % FAMILIES.length]!(number, isLarge);
    const features = { bytes: (isLarge ? 900_000 : 6_000) + 37 * number, files: 1, window_tokens: 16_384, kind: 'log' };
    return {
      exampleId: `made:${String(number).padStart(3, '0')}`,
      signatureId,
      inputJson: { query, features },
      expectedJson: { strategy },
      split: SIDES[Math.floor(number / 12) % SIDES.length]!,
      tags: ['made'],
      review: 'approved',
      meta: {},
    };
  });
}

async function stage(t: Test) {
  const folder = await temporaryFolder(t);
  const lines = examples(240).map((example) => `${JSON.stringify(example)}\n`);
  await writeFile(join(folder, 'examples.jsonl'), lines.join(''));
  const options = { home: join(folder, 'home'), cwd: folder };
  const run = async (argv: readonly string[], environment = {}, stdin?: string) => {
    const ended = await pylon(t, argv, { ...options, environment, ...(stdin === undefined ? {} : { stdin }) });
    t.equal(ended.code, 0, `${argv.join(' ')}: ${ended.stderr}`);
    return ended;
  };
  const json = async (argv: readonly string[]) => JSON.parse((await run([...argv, '--json'])).stdout);
  return { folder, run, json };
}

const ASKED = {
  query: 'Which fault did machine 4711 report?',
  features: { bytes: 900_123, files: 1, window_tokens: 16_384, kind: 'log' },
};

t.test('examples become an artifact in force without a model, and a rollback takes it back', async (t) => {
  const { folder, run, json } = await stage(t);
  await run(['dse', 'examples', 'import', 'examples.jsonl']);
  const compile = ['dse', 'compile', signatureId, '--backend', 'extractive', '--optimizer', 'bootstrap'];
  const report = await json([...compile, '--budget-calls', '4000']);
  t.match(report, { status: 'done', job: { model: 'extractive' } });
  t.ok(report.candidates.length >= 20);
  const { compiled_id: compiledId } = report.chosen;

  const predict = async () => {
    const argv = ['dse', 'predict', signatureId, '--backend', 'extractive', '--input', '-', '--json'];
    return JSON.parse((await run(argv, {}, JSON.stringify(ASKED))).stdout);
  };
  t.match(await predict(), { output: { strategy: 'map_reduce' }, receipt: { compiled_id: 'default' } });
  const promotion = await json(['dse', 'promote', compiledId]);
  t.match(promotion, { verdict: 'promote', n: 96, look: 1, test: { name: 'mcnemar' } });
  t.ok(promotion.test.p < 0.01 && promotion.test.delta >= 0.15, `p ${promotion.test.p}, ${promotion.test.delta}`);

  const { output, receipt } = await predict();
  const artifact = JSON.parse((await run(['dse', 'export', compiledId])).stdout);
  t.same(output, { strategy: 'distilled' });
  t.match(receipt, { compiled_id: compiledId, hashes: { params: canonicalHash(artifact.params) } });

  const text = `${Array.from({ length: 900 }, (_, at) => `10:00:${at % 60} INFO pump ${at} runs at ${at * 7}`).join('\n')}\nERROR machine 4711 reports the fault bearing-hot\n`;
  await writeFile(join(folder, 'in.log'), text);
  const model = await new ScriptedModel({ behaviour: 'oracle' }).start();
  t.teardown(() => model.close());
  const environment = { PYLON_BACKEND: 'openai', OPENAI_BASE_URL: model.baseUrl };
  const record = recordOf(await run(['rlm', ASKED.query, '--file', 'in.log', '--json'], environment));
  t.equal(record.config.strategy_id, 'distilled.search_line_extract.v1');
  const { receipts } = await json(['dse', 'receipts', '--run', record.id]);
  const own = receipts.find(({ signatureId: id }: { signatureId: string }) => id === signatureId);
  t.match(await json(['dse', 'receipt', own.receiptId]), { compiled_id: compiledId, model: 'extractive' });

  await run(['dse', 'rollback', signatureId]);
  t.match(await predict(), { output: { strategy: 'map_reduce' }, receipt: { compiled_id: 'default' } });
  const after = recordOf(await run(['rlm', ASKED.query, '--file', 'in.log', '--json'], environment));
  t.not(after.config.strategy_id, 'distilled.search_line_extract.v1');
  t.equal((await json(['dse', 'receipts', '--run', after.id, '--signature', signatureId])).receipts.length, 0);
});
