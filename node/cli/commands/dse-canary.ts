// `pylon dse canary start | stop | status | history | judge`: another artifact for a share of the predictions, and what comes of it.
import {
  type Canary,
  type CanaryCounts,
  type CanaryHistoryRow,
  canaryStartSchema,
} from '../../../protocol/dse/canary.ts';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { printShare } from '../../../protocol/words.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printableJson, printableLine } from '../printable.ts';
import { shortName } from './dse-artifacts.ts';
import { printTime, renderTable } from './history.ts';

/** Flags, and the fields of a plan that they are. */
const FLAGS = {
  rollout: 'rolloutPct',
  minSamples: 'minSamples',
  maxErrorRate: 'maxErrorRate',
  alpha: 'alpha',
  margin: 'margin',
} as const;

const written = (flag: string) => `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** @throws PylonError `option-invalid` naming the flag */
function planOf(signatureId: string, compiledId: string, flags: Flags) {
  const given = Object.entries(FLAGS).filter(([flag]) => flags[flag] !== undefined);
  const numbers = given.map(([flag, field]) => [
    field,
    String(flags[flag]).trim() === '' ? Number.NaN : Number(flags[flag]),
  ]);
  const plan = canaryStartSchema.safeParse({
    signatureId,
    canary_compiled_id: compiledId,
    reason: String(flags.reason ?? ''),
    ...Object.fromEntries(numbers),
  });
  if (plan.success) return plan.data;
  const [issue] = plan.error.issues;
  const field = String(issue?.path[0]);
  const flag = Object.entries(FLAGS).find(([, known]) => known === field)?.[0];
  const name = flag === undefined ? field : written(flag);
  const value = String(flag === undefined ? '' : flags[flag]);
  throw new PylonError('option-invalid', { value, reason: `${name}: ${issue?.message}` });
}

const countsOf = ({ receipts, errors, troubles }: CanaryCounts) =>
  receipts === 0
    ? 'no receipts'
    : `${receipts} receipts, ${printShare(errors / receipts)} failed, ${printShare(troubles / receipts)} in trouble`;

/** How strongly the receipts speak against it: 1 is nothing. */
const evidenceOf = (logE: number) => `E ${Math.exp(Math.min(logE, 300)).toPrecision(3)}`;

function rowsOf(canary: Canary): string[][] {
  const { canaryId, plan, status, control_compiled_id, errors, reason } = canary;
  return [
    [printableLine(plan.signatureId), canaryId, status],
    ['', `canary ${shortName(plan.canary_compiled_id)}, ${plan.rolloutPct} %`, countsOf(canary.canary)],
    ['', `control ${shortName(control_compiled_id)}`, countsOf(canary.control)],
    ['', evidenceOf(errors.logE), printableLine(reason)],
  ];
}

function tell(context: CliContext, flags: Flags, canary: Canary): number {
  if (flags.json === true) context.stdout.write(`${printableJson(canary)}\n`);
  else context.stdout.write(renderTable(rowsOf(canary)));
  return EXIT.answer;
}

export async function start(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [signatureId = '', compiledId = ''] = words;
  const plan = planOf(signatureId, compiledId, flags);
  const notices = new Notices(context.stderr);
  return tell(context, flags, await withEngine(context, notices, (engine) => engine.canaries.start(plan)));
}

export async function stop(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [signatureId = ''] = words;
  const reason = String(flags.reason ?? '');
  const notices = new Notices(context.stderr);
  return tell(
    context,
    flags,
    await withEngine(context, notices, (engine) => engine.canaries.stop(signatureId, reason)),
  );
}

export async function status(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [signatureId] = words;
  const notices = new Notices(context.stderr);
  const canaries = await withEngine(context, notices, (engine) => engine.canaries.list(signatureId));
  if (flags.json === true) context.stdout.write(`${printableJson({ canaries })}\n`);
  else if (canaries.length === 0) notices.line('no canary yet: `pylon dse canary start <signature> <compiled_id>`');
  else context.stdout.write(renderTable(canaries.flatMap(rowsOf)));
  return EXIT.answer;
}

const historyRow = ({ atMs, action, receiptId, logE, canary, control, reason }: CanaryHistoryRow) => [
  printTime(new Date(atMs).toISOString()),
  action,
  receiptId ?? '',
  evidenceOf(logE),
  `${canary.errors}/${canary.receipts}`,
  `${control.errors}/${control.receipts}`,
  action === 'update' ? '' : printableLine(reason),
];

export async function history(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [canaryId = ''] = words;
  const told = await withEngine(context, new Notices(context.stderr), (engine) => engine.canaries.history(canaryId));
  if (flags.json === true) context.stdout.write(`${printableJson(told)}\n`);
  else context.stdout.write(renderTable([['', '', '', '', 'canary', 'control', ''], ...told.rows.map(historyRow)]));
  return EXIT.answer;
}

export async function judge(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [receiptId = '', verdict = ''] = words;
  if (verdict !== 'good' && verdict !== 'bad')
    throw new PylonError('option-invalid', { value: verdict, reason: 'an output is good or bad' });
  const notices = new Notices(context.stderr);
  const isBad = verdict === 'bad';
  return tell(context, flags, await withEngine(context, notices, (engine) => engine.canaries.judge(receiptId, isBad)));
}
