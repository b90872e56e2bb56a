// The flags that say how an answer is to be found, and what may be used for that.
import type { Command } from 'commander';

export function addStrategyFlags(command: Command): Command {
  return command
    .option('--strategy <name>', 'auto (default), direct, map_reduce, rlm_lite or distilled')
    .option('--max-depth <n>', 'how deep explorations may start explorations (default 2)')
    .option('--max-iterations <n>', 'steps of an exploration (default 24)')
    .option('--max-lm-calls <n>', 'calls of the model by this machine (default: by the strategy)')
    .option('--max-sub-calls <n>', 'chunks and sub-questions that may be asked (default: by the strategy)')
    .option('--window <tokens>', 'window of the model (default 16384)');
}
