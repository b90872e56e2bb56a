// The flags of syncing, of both sides: what is sent where, and who is let in.
import type { Command } from 'commander';

export function describeSync(command: Command): Command {
  return command
    .description('send a run or an experiment to another daemon, redacted; again sends what is new')
    .argument('[run]')
    .requiredOption('--to <url>', 'address of the daemon: its sync.url')
    .option('--experiment <name>', 'all its runs')
    .option('--redact <rules>', 'none, share, leaving (default), all, or names of rules')
    .option('--insecure', 'allow http:// to another machine')
    .option('--json', 'print JSON');
}

export function addDoorFlags(start: Command): Command {
  return start
    .option('--sync-allow <npub>', 'take synced runs of this key; repeatable', (key: string, more: string[] = []) => [
      ...more,
      key,
    ])
    .option('--sync-listen <host:port>', 'where they are taken (default 127.0.0.1:7781)')
    .option('--sync-url <url>', 'by which others reach it, where that is another address');
}
