// `pylon dse` as people see it: signatures, predictions by them, and the receipts that all predictions leave.
import type { Command } from 'commander';
import type { Add } from './command.ts';
import { addDseArtifacts } from './dse-artifact-commands.ts';
import { addDseCompiles } from './dse-compile-commands.ts';
import { addDseExamples } from './dse-example-commands.ts';
import { addDseNights } from './dse-night-commands.ts';
import { addDsePromotions } from './dse-promotion-commands.ts';

export function addDse(program: Command, add: Add): void {
  const dse = program.command('dse').description('typed predictions: signatures, predict, receipt, receipts');
  const commands = () => import('./commands/dse.ts');
  const signatures = dse.command('signatures').description('every signature that can be predicted');
  add(signatures.option('--json', 'with schemas, prompts and hashes'), async () => (await commands()).signatures);
  const predicting = dse.command('predict').description('predict one signature; prints its output as JSON');
  predicting
    .argument('<signature>', 'as @pylon/rlm/Summarize.v1')
    .requiredOption('--input <file>', 'its input as JSON; `-` is standard input')
    .option('--strategy <name>', 'auto, direct, map_reduce, rlm_lite or distilled (default: by the signature)')
    .option('--backend <name>', 'auto (default), extractive or openai')
    .option('--model <name>', 'model of the openai backend')
    .option('--sub-model <name>', 'smaller model of the same endpoint, for parameters that name it')
    .option('--max-time <seconds>', 'for the whole prediction')
    .option('--max-lm-calls <n>', 'calls of the model by this machine')
    .option('--max-tool-calls <n>', 'calls of tools')
    .option('--max-output-chars <n>', 'characters that models may write')
    .option('--max-iterations <n>', 'steps of an exploration')
    .option('--max-sub-calls <n>', 'chunks and sub-questions that may be asked')
    .option('--experiment <name>', 'file its run under this name')
    .option('--json', 'print output, receipt and run');
  add(predicting, async () => (await commands()).predict);
  const receipt = dse.command('receipt').description('one receipt: strategy and why, budgets, spans, steps');
  add(receipt.argument('<id>').option('--json', 'as it is kept'), async () => (await commands()).receipt);
  const receipts = dse.command('receipts').description('the latest receipts');
  receipts
    .option('--signature <id>', 'only those of this signature')
    .option('--run <run>', 'only those of this run')
    .option('--before <receipt>', 'only older ones than this')
    .option('--limit <n>', 'how many (default 20)');
  add(receipts.option('--json', 'print JSON'), async () => (await commands()).receipts);
  addDseArtifacts(dse, add);
  addDseExamples(dse, add);
  addDsePromotions(dse, add);
  addDseNights(dse, add);
  addDseCompiles(dse, add);
}
