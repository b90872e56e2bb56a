// `pylon dse signatures | predict | receipt | receipts`.
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { receiptSelectionSchema } from '../../../protocol/receipt-list.ts';
import { outputOf, topReceipt } from '../../engine/predicted.ts';
import { homeOf } from '../../home.ts';
import { type Config, loadConfig } from '../../settings/config.ts';
import { type PredictRequest, predictRequestSchema } from '../../settings/predict-request.ts';
import { toItsEnd } from '../answer-run.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { readJsonInput } from '../json-input.ts';
import { Notices } from '../notices.ts';
import { complaintOf, exitCodeOf } from '../outcome.ts';
import { printable, printableJson } from '../printable.ts';
import { renderReceipt, renderReceipts } from '../receipt.ts';
import { renderTable } from './history.ts';

const RECEIPTS_DEFAULT = 20;

/** Flags, and the limits they are; times are given in seconds. */
const LIMITS = {
  maxTime: 'maxTimeMs',
  maxLmCalls: 'maxLmCalls',
  maxToolCalls: 'maxToolCalls',
  maxOutputChars: 'maxOutputChars',
  maxIterations: 'maxRlmIterations',
  maxSubCalls: 'maxSubLmCalls',
} as const;

const written = (flag: string) => `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export async function signatures(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const reports = await withEngine(context, new Notices(context.stderr), (engine) => engine.artifacts.signatures());
  if (flags.json === true) context.stdout.write(`${printableJson({ signatures: reports })}\n`);
  else
    context.stdout.write(
      renderTable(reports.map(({ signatureId, params, about }) => [signatureId, params.strategyId, about])),
    );
  return EXIT.answer;
}

/** @throws PylonError `option-invalid` naming the flag */
function limitsOf(flags: Flags): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const [flag, name] of Object.entries(LIMITS)) {
    if (flags[flag] === undefined) continue;
    const text = String(flags[flag]);
    const value = flag === 'maxTime' ? Math.round(Number(text) * 1_000) : Number(text);
    if (!/^\d{1,9}(\.\d{1,3})?$/.test(text) || !Number.isSafeInteger(value))
      throw new PylonError('option-invalid', { value: text, reason: `${written(flag)} must be a number from 0 on` });
    limits[name] = value;
  }
  return limits;
}

/** @throws PylonError `option-invalid` */
function requestOf(signature: string, input: unknown, flags: Flags, config: Config): PredictRequest {
  const { strategy, experiment = config.get('experiment')?.value } = flags;
  const { backend = config.get('backend')?.value, model = config.get('model')?.value } = flags;
  const { subModel: sub_model = config.get('sub_model')?.value } = flags;
  const named = Object.entries({ strategy, backend, model, sub_model, experiment }).filter(
    ([, value]) => value !== undefined,
  );
  const limits = limitsOf(flags);
  const asked = { signature, input, limits, ...Object.fromEntries(named) };
  const request = predictRequestSchema.safeParse(asked);
  if (request.success) return request.data;
  const [issue] = request.error.issues;
  const field = String(issue?.path[0] ?? 'signature');
  const value = String((asked as Record<string, unknown>)[field]);
  throw new PylonError('option-invalid', { value, reason: `--${field} ${issue?.message}` });
}

/** Prints the output as JSON, the receipt's id on stderr. @returns as `pylon rlm` does */
export async function predict(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [signature = ''] = words;
  const notices = new Notices(context.stderr);
  const config = await loadConfig(homeOf(context.environment), context.environment);
  const request = requestOf(signature, await readJsonInput(context, String(flags.input)), flags, config);
  return withEngine(context, notices, async (engine) => {
    const run = await toItsEnd({ context, notices }, (signal) => engine.predictions.start(request, signal));
    const output = outputOf(run, request.input);
    const receipt = await topReceipt(engine.predictions, run.id);
    if (flags.json === true) context.stdout.write(`${printableJson({ output, receipt: receipt ?? null, run })}\n`);
    else if (output !== null) context.stdout.write(`${printableJson(output, 2)}\n`);
    if (receipt !== undefined) notices.line(`its receipt: \`pylon dse receipt ${receipt.receiptId}\``);
    const complaint = complaintOf(run);
    if (complaint !== undefined) notices.line(complaint);
    return exitCodeOf(run);
  });
}

export async function receipt(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [id = ''] = words;
  const read = await withEngine(context, new Notices(context.stderr), (engine) => engine.predictions.read(id));
  if (flags.json === true) context.stdout.write(`${printableJson(read)}\n`);
  else context.stdout.write(printable(renderReceipt(read)));
  return EXIT.answer;
}

export async function receipts(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const notices = new Notices(context.stderr);
  const page = await withEngine(context, notices, async (engine) => {
    const run = flags.run === undefined ? undefined : await engine.runs.resolve(String(flags.run));
    const { signature, before, limit = RECEIPTS_DEFAULT } = flags;
    const given = Object.entries({ run, signature, before, limit }).filter(([, value]) => value !== undefined);
    const selection = receiptSelectionSchema.safeParse(Object.fromEntries(given));
    if (selection.success) return engine.predictions.list(selection.data);
    const [issue] = selection.error.issues;
    const field = String(issue?.path[0]);
    throw new PylonError('option-invalid', { value: String(flags[field]), reason: `--${field} ${issue?.message}` });
  });
  if (flags.json === true) context.stdout.write(`${printableJson(page)}\n`);
  else if (page.receipts.length === 0) notices.line('no receipts yet: every prediction of a run leaves one');
  else context.stdout.write(printable(renderReceipts(page.receipts)));
  if (flags.json !== true && page.next_before !== null) notices.line(`older ones: --before ${page.next_before}`);
  return EXIT.answer;
}
