// `pylon dse overnight` and `nights` as people see them: the whole loop of improvement in one go, and what came of it.
import type { Command } from 'commander';
import type { Add } from './command.ts';
import { repeatable } from './repeatable.ts';

export function addDseNights(dse: Command, add: Add): void {
  const commands = () => import('./commands/dse-nights.ts');
  const overnight = dse
    .command('overnight')
    .description(
      'improve a signature: mine, compile, gate, canary, promote, verify; the same command goes on with a night that was cut off',
    );
  overnight
    .requiredOption('--signature <id>', 'what to improve; may be given again, one night after the other', repeatable)
    .option('--until <time>', 'nothing is begun after this time of day, as 07:00 (default 07:00)')
    .option('--budget-sats <n>', 'for all that is bought (default 0)')
    .option('--budget-calls <n>', 'calls of the search (default 2000)')
    .option('--optimizer <name>', 'exhaustive, halving, bootstrap or reflective (default: by the space)')
    .option('--reward <name>', 'exact_json (default), field_f1, evidence or judge')
    .option('--judge <hash>', 'the pinned judge, where it rewards')
    .option('--seed <n>', 'of the search (default 0)')
    .option('--goal <name>', 'score (default), or cost: cheaper at no loss of score')
    .option('--min-delta <n>', 'least gain on held-out examples (default 0.05)')
    .option('--max-cost-ratio <n>', 'how many times the cost what is promoted may have (default 1.25)')
    .option('--max-latency-ratio <n>', 'how many times the latency it may have (default 1.5)')
    .option('--max-score-drop <n>', 'where the goal is the cost: how much of the score may be lost (default 0.05)')
    .option('--probes <n>', 'predictions before the search, and again after a promotion (default 20)')
    .option('--traffic <kind>', 'of the canary: replay of examples (default), or live')
    .option('--rollout <percent>', 'share of predictions that the canary makes (default 50)')
    .option('--min-samples <n>', 'predictions of the canary before it can pass (default 30)')
    .option('--max-error-rate <n>', 'the canary is stopped above it (default 0.2)')
    .option('--margin <n>', 'how much more often than its control it may fail and pass (default 0.1)')
    .option('--backend <name>', 'auto (default), extractive or openai')
    .option('--model <name>', 'model of the openai backend')
    .option('--sub-model <name>', 'smaller model of the same endpoint, for parameters that name it')
    .option('--json', 'print the nights as JSON');
  add(overnight, async () => (await commands()).overnight);
  const nights = dse.command('nights').description('nights of improvement, newest first; or one of them, step by step');
  nights
    .argument('[id]', 'one of them')
    .option('--signature <id>', 'only those of this signature')
    .option('--check', 'look up every id that they name; fails where one is not there')
    .option('--before <night>', 'only older ones than this')
    .option('--limit <n>', 'how many (default 20)')
    .option('--json', 'print JSON');
  add(nights, async () => (await commands()).nights);
}
