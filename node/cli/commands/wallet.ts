// `pylon wallet`: which wallet pays, what is in it, and what it did. A connection is a secret that can spend: it is
// stored for the owner only, never printed but by `connect --print`, and never an argument of anything that logs.
import type { Readable } from 'node:stream';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { type Msat, satsToMsat } from '../../../protocol/money.ts';
import type { TransactionReport, WalletReport } from '../../../protocol/money-report.ts';
import { WalletConnection } from '../../../protocol/wallet/uri.ts';
import { printSats } from '../../../protocol/words.ts';
import { homeOf, homePaths } from '../../home.ts';
import { removeConnection, writeConnection } from '../../wallet/connection.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printable, printableJson } from '../printable.ts';
import { limitOf, printTime, renderTable } from './history.ts';

const URI_BYTES_MAX = 8_192;

/** Whole sats above 0. @throws PylonError `money-invalid` naming what it is for */
function satsOf(text: unknown, name: string): Msat {
  const sats = typeof text === 'string' && /^\d{1,12}$/.test(text) ? Number(text) : 0;
  if (sats > 0) return satsToMsat(sats);
  throw new PylonError('money-invalid', { value: String(text), reason: `${name} must be whole sats, 1 or more` });
}

async function readUri(stdin: Readable): Promise<string> {
  let text = '';
  for await (const part of stdin) {
    text += String(part);
    if (text.length > URI_BYTES_MAX || text.includes('\n')) break;
  }
  return text;
}

/** Asks the engine, prints what it says as JSON or as words. */
async function tell<Answer>(
  context: CliContext,
  flags: Flags,
  ask: Parameters<typeof withEngine<Answer>>[2],
  words: (answer: Answer) => string,
): Promise<number> {
  const answer = await withEngine(context, new Notices(context.stderr), ask);
  context.stdout.write(flags.json === true ? `${printableJson(answer)}\n` : printable(words(answer)));
  return EXIT.answer;
}

async function printConnection(context: CliContext, flags: Flags): Promise<number> {
  const wanted = {
    name: flags.name === undefined ? 'connection' : String(flags.name),
    ...(flags.quota === undefined ? {} : { quotaMsat: satsOf(flags.quota, '--quota') }),
    ...(flags.fund === undefined ? {} : { fundMsat: satsOf(flags.fund, '--fund') }),
  };
  const notices = new Notices(context.stderr);
  const uri = await withEngine(context, notices, (engine) => engine.money.connect(wanted));
  notices.line('whoever has this address can spend from it; it is play money of the embedded hub, and shown only now');
  context.stdout.write(`${uri}\n`);
  return EXIT.answer;
}

export async function connect(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  if (flags.print === true) return printConnection(context, flags);
  const [word] = words;
  if (word === undefined)
    throw new PylonError('wallet-uri-invalid', {
      reason: 'no wallet connection is given',
      next: 'give it as the argument, or `-` to read it from standard input',
    });
  const connection = WalletConnection.parse(word === '-' ? await readUri(context.stdin) : word);
  const home = homeOf(context.environment);
  await writeConnection(home, connection);
  context.stderr.write(`connected; the address is in ${homePaths.wallet(home)}, for you only\n`);
  return EXIT.answer;
}

export async function disconnect(context: CliContext): Promise<number> {
  const was = await removeConnection(homeOf(context.environment));
  context.stderr.write(
    was ? 'disconnected; the embedded hub pays now, with play money\n' : 'no wallet was connected\n',
  );
  return EXIT.answer;
}

function labelled(amountMsat: number, wallet: WalletReport): string {
  return `${printSats(amountMsat)} sats${wallet.kind === 'hub' ? ' (play money)' : ''}`;
}

export function balance(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  return tell(
    context,
    flags,
    (engine) => engine.money.wallet(),
    (wallet) => `${labelled(wallet.balance_msat, wallet)}\n`,
  );
}

export function info(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  return tell(
    context,
    flags,
    (engine) => engine.money.wallet(),
    (wallet) =>
      renderTable([
        ['wallet', wallet.label],
        ['alias', wallet.alias],
        ['network', wallet.network],
        ['balance', labelled(wallet.balance_msat, wallet)],
        ['key', wallet.pubkey],
        ['methods', wallet.methods.join(' ')],
      ]),
  );
}

export function invoice(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const amountMsat = satsOf(words[0], '<sats>');
  const description = flags.description === undefined ? {} : { description: String(flags.description) };
  return tell(
    context,
    flags,
    (engine) => engine.money.invoice({ amountMsat, ...description }),
    ({ invoice: text }) => `${text ?? ''}\n`,
  );
}

export function pay(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  return tell(
    context,
    flags,
    (engine) => engine.money.pay(words[0] ?? ''),
    ({ amount_msat, fees_msat, preimage }) =>
      `paid ${printSats(amount_msat)} sats, routing ${printSats(fees_msat)}, preimage ${preimage ?? 'not told'}\n`,
  );
}

function transactionCells(transaction: TransactionReport): string[] {
  return [
    printTime(transaction.created_at),
    transaction.type,
    transaction.state,
    `${printSats(transaction.amount_msat)} sats`,
    transaction.payment_hash.slice(0, 16),
    transaction.description,
  ];
}

export function history(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const limit = limitOf(flags);
  return tell(
    context,
    flags,
    (engine) => engine.money.transactions(limit),
    (transactions) => renderTable(transactions.map(transactionCells)),
  );
}
