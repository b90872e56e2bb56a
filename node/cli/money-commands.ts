// `pylon ledger`, `earnings` and `wallet` as people see them.
import type { Command } from 'commander';
import type { Add, CommandBody } from './command.ts';

export function addMoney(program: Command, add: Add): void {
  const ledger = program.command('ledger').description('what is owed, on its way and paid; also verify');
  ledger.option('--run <run>', 'every movement that concerns this run').option('--json', 'print JSON');
  add(ledger, async () => (await import('./commands/ledger.ts')).ledger);
  const verify = ledger.command('verify').description('hold the books against the wallet and what was earned');
  add(verify.option('--json', 'print JSON'), async () => (await import('./commands/ledger.ts')).verify);
  const earnings = program.command('earnings').description('what this home earned as a provider, and from whom');
  earnings.option('--limit <n>', 'invoices shown (default 20)').option('--json', 'print JSON');
  add(earnings, async () => (await import('./commands/earnings.ts')).earnings);
  const wallet = program.command('wallet').description('the wallet that pays: connect, balance, invoice, pay, history');
  const body = (name: string, load: () => Promise<CommandBody>, describe: (command: Command) => Command) =>
    add(describe(wallet.command(name)), load);
  const commands = () => import('./commands/wallet.ts');
  body(
    'connect',
    async () => (await commands()).connect,
    (command) =>
      command
        .description('use this wallet (NIP-47); `-` reads the address from standard input')
        .argument('[uri]', 'nostr+walletconnect://…')
        .option('--print', 'instead make a connection to the embedded hub for another program')
        .option('--name <name>', 'name of the new connection (default: connection)')
        .option('--quota <sats>', 'the most it may ever send')
        .option('--fund <sats>', 'play money moved to it from your account'),
  );
  body(
    'disconnect',
    async () => (await commands()).disconnect,
    (command) => command.description('go back to the embedded hub'),
  );
  body(
    'balance',
    async () => (await commands()).balance,
    (command) => command.description('sats in the wallet').option('--json', 'print JSON'),
  );
  body(
    'info',
    async () => (await commands()).info,
    (command) => command.description('what the wallet is and can do').option('--json', 'print JSON'),
  );
  body(
    'invoice',
    async () => (await commands()).invoice,
    (command) =>
      command
        .description('an invoice that pays into the wallet')
        .argument('<sats>')
        .option('--description <text>', 'what it is for')
        .option('--json', 'print JSON'),
  );
  body(
    'pay',
    async () => (await commands()).pay,
    (command) => command.description('pay an invoice').argument('<bolt11>').option('--json', 'print JSON'),
  );
  body(
    'history',
    async () => (await commands()).history,
    (command) =>
      command
        .description('the latest transactions')
        .option('--limit <n>', 'how many (default 20)')
        .option('--json', 'print JSON'),
  );
}
