// `pylon dse promote` and `promotions` as people see them: what a compile chose, held against what is in force.
import type { Command } from 'commander';
import type { Add } from './command.ts';

export function addDsePromotions(dse: Command, add: Add): void {
  const commands = () => import('./commands/dse-promote.ts');
  const promoting = dse
    .command('promote')
    .description(
      'hold what a compile chose against what is in force, on held-out examples; what is better comes into force',
    );
  promoting
    .argument('<compiled_id>', 'the artifact, or the beginning of its name')
    .option('--goal <goal>', 'what is to be better: score (default), or cost at no loss of score')
    .option('--min-delta <n>', 'least gain of the mean reward, or share of the cost saved (default 0.05)')
    .option('--max-cost-ratio <n>', 'how many times the cost it may have (default 1.25)')
    .option('--max-latency-ratio <n>', 'how many times the latency it may have (default 1.5)')
    .option('--max-score-drop <n>', 'how much score it may lose, where the goal is the cost (default 0.05)')
    .option('--measure-only', 'leave what is in force as it is')
    .option('--from <promotion>', 'by what this promotion found, without another look at the holdout')
    .option('--override <reason>', 'whatever is found; who and why is kept')
    .option('--json', 'print what was found as JSON');
  add(promoting, async () => (await commands()).promote);
  const promotions = dse.command('promotions').description('what gates found, newest first; or one of them');
  promotions
    .argument('[id]', 'one of them')
    .option('--signature <id>', 'only those of this signature')
    .option('--before <promotion>', 'only older ones than this')
    .option('--limit <n>', 'how many (default 20)')
    .option('--json', 'print JSON, with the reward of each example');
  add(promotions, async () => (await commands()).promotions);
}
