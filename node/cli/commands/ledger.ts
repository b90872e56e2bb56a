// `pylon ledger`: what is owed, on its way and paid, and why. `pylon ledger verify` holds the books against the wallet.
import { EXIT } from '../../../protocol/errors.ts';
import type { EntryReport, LedgerReport, PayoutReport } from '../../../protocol/money-report.ts';
import { grouped, printSats } from '../../../protocol/words.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printable, printableJson } from '../printable.ts';
import { shortKey } from '../timeline.ts';
import { printTime, renderTable } from './history.ts';

/** More payouts than this are for `--json`. */
const PAYOUTS_SHOWN = 20;

function totalsOf(report: LedgerReport): string[][] {
  return [
    ['owed', `${printSats(report.owed_msat)} sats`],
    ['on its way', `${printSats(report.inflight_msat)} sats`],
    ['paid', `${printSats(report.paid_msat)} sats`],
    ['routing', `${printSats(report.fees_msat)} sats`],
    ['held', `${printSats(report.held_msat)} sats for ${grouped(report.runs.length)} open budgets`],
    ['entries', grouped(report.entries)],
  ];
}

/** A payout in one line: when, what became of it, how much, to whom, and its proof or the reason why there is none. */
export function payoutCells(payout: PayoutReport): string[] {
  const proof = payout.preimage === null ? (payout.reason ?? '') : `preimage ${payout.preimage}`;
  return [
    printTime(payout.created_at),
    payout.state,
    `${printSats(payout.amount_msat)} sats`,
    shortKey(payout.provider),
    proof,
  ];
}

function movementCells({ seq, at, kind, postings }: EntryReport): string[] {
  const moves = postings.map(({ account, amount_msat }) => {
    const sign = amount_msat > 0 ? '+' : '';
    return `${account.split('/').map(shortPart).join('/')} ${sign}${grouped(Math.abs(amount_msat) * Math.sign(amount_msat))}`;
  });
  return [String(seq), printTime(at), kind, moves.join(', ') || 'moves nothing'];
}

/** Keys and run ids are long, and the same all down the page. */
const shortPart = (part: string) => (/^[0-9a-f]{64}$/.test(part) ? shortKey(part) : part);

function render(report: LedgerReport): string {
  const providers = report.providers.map(({ provider, owed_msat, inflight_msat, paid_msat }) => [
    shortKey(provider),
    `${printSats(owed_msat)} sats owed`,
    `${printSats(inflight_msat)} on its way`,
    `${printSats(paid_msat)} paid`,
  ]);
  const payouts = report.payouts.slice(0, PAYOUTS_SHOWN).map(payoutCells);
  const more = report.payouts.length - payouts.length;
  const { movements } = report;
  return [
    renderTable(totalsOf(report)),
    providers.length === 0 ? '' : `\nproviders\n${renderTable(providers)}`,
    payouts.length === 0 ? '' : `\npayouts\n${renderTable(payouts)}`,
    more > 0 ? `… ${grouped(more)} more: --json\n` : '',
    movements === undefined ? '' : `\nmovements (msat)\n${renderTable(movements.map(movementCells))}`,
  ].join('');
}

export async function ledger(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const report = await withEngine(context, new Notices(context.stderr), async (engine) =>
    engine.money.ledger(flags.run === undefined ? undefined : await engine.runs.resolve(String(flags.run))),
  );
  if (flags.json === true) context.stdout.write(`${printableJson(report)}\n`);
  else context.stdout.write(printable(render(report)));
  return EXIT.answer;
}

/** @returns 0 when everything agrees, 1 when something does not */
export async function verify(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const verdict = await withEngine(context, new Notices(context.stderr), (engine) => engine.money.verify());
  if (flags.json === true) context.stdout.write(`${printableJson(verdict)}\n`);
  else {
    const rows = verdict.checks.map(({ check, ok, detail }) => [ok ? 'ok' : 'FAIL', check, detail]);
    context.stdout.write(printable(renderTable(rows)));
  }
  return verdict.ok ? EXIT.answer : EXIT.failed;
}
