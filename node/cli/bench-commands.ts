// `pylon bench run` and `compare` as people see them. The harness itself comes with a checkout, not with the installed package.
import type { Command } from 'commander';
import type { Add } from './command.ts';
import { repeatable } from './repeatable.ts';

export function addBench(program: Command, add: Add): void {
  const bench = program.command('bench').description('compare methods on long-context tasks with known answers');
  const run = bench.command('run').description('answer tasks by methods; goes on where an earlier run stopped');
  run
    .option('--suite <names>', 'suites, with commas between; repeatable (default: all)', repeatable)
    .option('--method <names>', 'methods, with commas between; repeatable (default: all)', repeatable)
    .option('--sizes <sizes>', 'sizes of made inputs, such as 8KB,1MB,10MB (default 64KB)', repeatable)
    .option('--seed <n>', 'of the tasks and of the oracle (default 1)')
    .option('--limit <n>', 'tasks of each suite and size (default: all)')
    .option('--error-rate <share>', 'of the oracle: lines that a leaf gets wrong (default 0)')
    .option('--replicas <n>', 'leaves asked for each chunk, the majority counts: 3 is --verify redundancy:2of3')
    .option('--verify <tier>', 'as of `pylon rlm` (default none)')
    .option('--model <name>', 'a real model at OPENAI_BASE_URL instead of the oracle')
    .option('--fanout <n>', 'leaves at a time (default 10)')
    .option('--providers <n>', 'embedded provider nodes (default 4)')
    .option('--chunk-size <size>', 'of one chunk (default: as of `pylon rlm`)')
    .option('--window <tokens>', 'of the model: what direct and summary-compaction show at a time (default 16384)')
    .option('--latency-ms <n>', 'of each answer of the oracle (default 0)')
    .option('--experiment <name>', 'the runs are filed under this name (default bench-<seed>)')
    .option('--out <folder>', 'results and reports (default bench-results/<experiment>)')
    .option('--fresh', 'forget what an earlier run left in the folder')
    .option('--no-log', 'do not take the runs into the library of this home')
    .option('--json', 'print JSON');
  add(run, async () => (await import('./commands/bench.ts')).benchRun);
  const compare = bench.command('compare').description('methods side by side, task by task, with significance');
  compare.argument('<what...>', 'experiments, result files or output folders').option('--json', 'print JSON');
  add(compare, async () => (await import('./commands/bench.ts')).benchCompare);
  addLearning(bench, add);
}

/** What is learnt from the harness. */
function addLearning(bench: Command, add: Add): void {
  const examples = bench
    .command('examples')
    .description('measure every strategy on drawn tasks; write examples as JSONL');
  examples
    .argument('<target>', 'select-strategy: which strategy answered best, and of those at least cost')
    .option('--seed <n>', 'of the tasks (default 1)')
    .option('--count <n>', 'tasks that are drawn (default 320)')
    .option('--out <file>', 'where they are written (default <target>.jsonl)')
    .option('--json', 'print JSON');
  add(examples, async () => (await import('./commands/bench.ts')).benchExamples);
  const choices = bench
    .command('choices')
    .description('what following a choice of strategies comes to: score and tokens');
  choices
    .argument('<file>', 'examples that `pylon bench examples` wrote')
    .option('--artifact <file>', 'of SelectStrategy.v1, as `pylon dse export` prints it')
    .option('--json', 'print JSON');
  add(choices, async () => (await import('./commands/bench.ts')).benchChoices);
  const tactic = bench
    .command('tactic')
    .description('what explorations of logs teach: mined, compiled, gated, measured');
  tactic
    .option('--seed <n>', 'of the tasks and of the search (default 1)')
    .option('--count <n>', 'tasks that are drawn (default 200)')
    .option('--out <folder>', 'draft and figures (default bench-results/tactic-<seed>)')
    .option('--json', 'print JSON');
  add(tactic, async () => (await import('./commands/bench.ts')).benchTactic);
}
