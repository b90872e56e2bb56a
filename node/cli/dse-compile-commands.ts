// `pylon dse compile`, `compiles`, `report` and `judge` as people see them: from labelled examples to better parameters.
import type { Command } from 'commander';
import { OPTIMIZERS, REWARDS } from '../../protocol/dse/compile.ts';
import type { Add } from './command.ts';

const named = (names: readonly string[]) => names.join(', ');

export function addDseCompiles(dse: Command, add: Add): void {
  const commands = () => import('./commands/dse-compile.ts');
  const compiling = dse.command('compile').description('search for better parameters of a signature, by its examples');
  compiling
    .argument('<signature>', 'as @pylon/rlm/SelectStrategy.v1')
    .option('--optimizer <name>', `${named(OPTIMIZERS)} (default: by the size of the space)`)
    .option('--reward <name>', `${named(REWARDS)} (default exact_json)`)
    .option('--judge <hash>', 'the pinned judge of --reward judge')
    .option('--space <file>', 'JSON: parameters and the values to choose from (default: made from the examples)')
    .option('--budget-calls <n>', 'most calls of a model (default 2000)')
    .option('--budget-sats <n>', 'most sats for leaves that others answer (default 0)')
    .option('--max-time <seconds>', 'after that it is stopped, and can be gone on with (default 3600)')
    .option('--seed <n>', 'of all that is drawn (default 0)')
    .option('--resume', 'go on with the latest one that did not end')
    .option('--dry-run', 'only say what it would be')
    .option('--backend <name>', 'auto (default), extractive or openai')
    .option('--model <name>', 'model of the openai backend')
    .option('--sub-model <name>', 'a smaller model beside it, which the search may choose')
    .option('--json', 'print the report as JSON');
  add(compiling, async () => (await commands()).compile);
  const compiles = dse.command('compiles').description('the compiles, the latest first');
  compiles.option('--signature <id>', 'only those of this signature').option('--json', 'print JSON');
  add(compiles, async () => (await commands()).compiles);
  const report = dse.command('report').description('one compile: what was tried, what was chosen, and why');
  report
    .argument('<id>', 'its id, or the beginning of it')
    .option('--all', 'every candidate, not only the best')
    .option('--json', 'print JSON, with the score of each example');
  add(report, async () => (await commands()).report);
  const judge = dse.command('judge').description('judges that reward outputs: pin, show');
  const pin = judge.command('pin').description('pin a model and a rubric, where they agree with labelled pairs');
  pin
    .requiredOption('--rubric <file>', 'text: what makes an output good')
    .requiredOption('--pairs <file>', 'JSON lines {"input","expected","output","score"}, score from 0 to 1')
    .option('--min-kappa <n>', "least Cohen's kappa between judge and labels (default 0.6)")
    .option('--backend <name>', 'auto (default), extractive or openai')
    .option('--model <name>', 'model of the openai backend')
    .option('--json', 'print JSON');
  add(pin, async () => (await import('./commands/dse-judge.ts')).pin);
  const show = judge.command('show').description('one judge, by its hash').argument('<hash>');
  add(show.option('--json', 'print JSON'), async () => (await import('./commands/dse-judge.ts')).show);
}
