// `pylon earnings`: what the providers of this home earned, what customers still owe, and the invoices they were given.
import { EXIT } from '../../../protocol/errors.ts';
import type { BillReport, EarningsReport } from '../../../protocol/money-report.ts';
import { grouped, plural, printSats } from '../../../protocol/words.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printable, printableJson } from '../printable.ts';
import { shortKey } from '../timeline.ts';
import { limitOf, printTime, renderTable } from './history.ts';

function providerCells(earned: EarningsReport['providers'][number]): string[] {
  const extras = [
    earned.disputed_msat > 0 ? `${printSats(earned.disputed_msat)} given up` : '',
    earned.advance_msat > 0 ? `${printSats(earned.advance_msat)} paid in advance` : '',
  ];
  return [
    shortKey(earned.provider),
    plural(earned.jobs, 'job'),
    `${printSats(earned.earned_msat)} sats earned`,
    `${printSats(earned.received_msat)} received`,
    `${printSats(earned.due_msat)} owed by customers`,
    extras.filter((words) => words !== '').join(', '),
  ];
}

function billCells({ created_at, state, amount_msat, provider, customer }: BillReport): string[] {
  return [
    printTime(created_at),
    state,
    `${printSats(amount_msat)} sats`,
    `${shortKey(customer)} → ${shortKey(provider)}`,
  ];
}

function render({ providers, bills }: EarningsReport): string {
  const received = providers.reduce((sum, { received_msat }) => sum + received_msat, 0);
  return [
    renderTable(providers.map(providerCells)),
    bills.length === 0 ? '' : `\ninvoices\n${renderTable(bills.map(billCells))}`,
    `\n${printSats(received)} sats received by ${grouped(providers.length)} provider${providers.length === 1 ? '' : 's'}\n`,
  ].join('');
}

export async function earnings(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const limit = limitOf(flags);
  const notices = new Notices(context.stderr);
  const report = await withEngine(context, notices, (engine) => engine.money.earnings(limit));
  if (flags.json === true) context.stdout.write(`${printableJson(report)}\n`);
  else if (report.providers.length === 0)
    notices.line('nothing was earned in this home yet: see `pylon provider --help`');
  else context.stdout.write(printable(render(report)));
  return EXIT.answer;
}
