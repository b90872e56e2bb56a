// The command for programs that speak the Model Context Protocol, as people see it.
import type { Command } from 'commander';
import type { Add } from './command.ts';
import { repeatable } from './repeatable.ts';
import { addStrategyFlags } from './strategy-flags.ts';

export function addMcp(program: Command, add: Add): void {
  const mcp = program
    .command('mcp')
    .description('serve tools and resources to an MCP client over standard input and output');
  mcp
    .option(
      '--allow <folder>',
      'may be read besides the roots of the client, or the working directory; repeatable',
      repeatable,
    )
    .option('--budget <sats>', 'most sats that a run may owe, whatever the client asks (default 1000)')
    .option('--fanout <n>', 'sub-queries in flight (default 10)')
    .option('--relay <url>', 'relay to ask on instead of the embedded one; repeatable', repeatable)
    .option('--deadline <seconds>', 'time for one run; then a partial answer')
    .option('--verify <tier>', 'as of `pylon rlm`')
    .option('--backend <name>', 'auto (default), extractive or openai')
    .option('--model <name>', 'model of the openai backend')
    .option('--local-only', 'no relay at all: answer on this machine')
    .option('--no-log', 'keep nothing of the runs');
  addStrategyFlags(mcp);
  add(mcp, async () => (await import('./commands/mcp.ts')).mcp);
}
