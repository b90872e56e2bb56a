// A receipt as people read it: which strategy ran and why, which budgets were hit, which spans were read, how many steps and sub-calls
// it took. Nothing but the receipt is needed for it.
import { LIMIT_NAMES, type LimitName, USED_BY } from '../../protocol/predict-budgets.ts';
import type { PredictReceipt } from '../../protocol/receipt.ts';
import type { ReceiptSummary } from '../../protocol/receipt-list.ts';
import { printSpan } from '../../protocol/span.ts';
import { grouped, plural, printBytes, printDuration, printSats, printShare } from '../../protocol/words.ts';
import { renderTable } from './commands/history.ts';
import { printableLine } from './printable.ts';

const WORDS: Readonly<Record<LimitName, string>> = {
  maxTimeMs: 'time',
  maxLmCalls: 'model calls',
  maxToolCalls: 'tool calls',
  maxOutputChars: 'characters written',
  maxRlmIterations: 'iterations',
  maxSubLmCalls: 'sub-calls',
  maxMsat: 'sats',
};

function amountOf(name: LimitName, amount: number): string {
  if (name === 'maxTimeMs') return printDuration(amount);
  return name === 'maxMsat' ? printSats(amount) : grouped(amount);
}

function budgetsOf({ budgets: { limits, usage, hit } }: PredictReceipt): string[][] {
  return LIMIT_NAMES.map((name) => {
    const limit = limits[name];
    const of = limit === undefined ? 'no limit' : `of ${amountOf(name, limit)}`;
    return ['', WORDS[name], amountOf(name, usage[USED_BY[name]]), of, hit.includes(name) ? 'HIT' : ''];
  });
}

function resultOf({ result }: PredictReceipt): string {
  return result.kind === 'done'
    ? 'done'
    : `${result.kind}: ${result.error.code}: ${printableLine(result.error.message)}`;
}

function factsOf(receipt: PredictReceipt): string[][] {
  const { receiptId, threadId, usage, repairs, contextPressure: pressure, rlmTrace } = receipt;
  const { calls, input_tokens: input, output_tokens: output } = usage;
  const tokens = `${plural(calls, 'call')}, ${grouped(input)} tokens in, ${grouped(output)} out`;
  const facts = [
    ['receipt', receiptId],
    ['run', receipt.runId],
    ...(threadId === receiptId ? [] : [['part of', `receipt ${threadId}`]]),
    ['signature', `${printableLine(receipt.signatureId)} (${printableLine(receipt.compiled_id)} parameters)`],
    ['strategy', `${printableLine(receipt.strategyId)}: ${printableLine(receipt.strategyReason)}`],
    ['model', `${printableLine(receipt.model)}: ${tokens}, ${plural(repairs, 'repair')}`],
    ['result', resultOf(receipt)],
    ['took', `${printDuration(receipt.latencyMs)}, from ${new Date(receipt.startedAtMs).toISOString()}`],
  ];
  if (pressure !== null) {
    const { inputTokens, windowTokens, inputBytes } = pressure;
    const filled = `${grouped(inputTokens)} of ${grouped(windowTokens)} tokens (${printBytes(inputBytes)})`;
    facts.push(['pressure', `${printShare(pressure.pressure)} of the window: ${filled}`]);
  }
  if (rlmTrace !== null) {
    const { iterations, subCalls, blobId, bytes } = rlmTrace;
    const steps = `${plural(iterations, 'iteration')}, ${plural(subCalls, 'sub-call')}`;
    facts.push(['explored', `${steps}; trace ${blobId} (${printBytes(bytes)})`]);
  }
  return facts;
}

/** @returns text with a line feed at its end */
export function renderReceipt(receipt: PredictReceipt): string {
  const { spansRead, spansLeftOut, hashes, budgets } = receipt;
  const hit = budgets.hit.length === 0 ? 'none was hit' : `hit: ${budgets.hit.map((name) => WORDS[name]).join(', ')}`;
  const left = spansLeftOut === 0 ? '' : `, ${grouped(spansLeftOut)} more not listed`;
  const spans = spansRead.map((span) => `  ${printableLine(printSpan(span))}\n`);
  return [
    renderTable(factsOf(receipt)),
    `\nbudgets (${hit})\n${renderTable(budgetsOf(receipt))}`,
    `\nspans read (${grouped(spansRead.length)}${left})\n${spans.join('')}`,
    `\nhashes\n${renderTable(Object.entries(hashes).map(([name, hash]) => ['', name, hash ?? '–']))}`,
  ].join('');
}

/** One line each, newest first. */
export function renderReceipts(receipts: readonly ReceiptSummary[]): string {
  return renderTable(
    receipts.map(({ receiptId, signatureId, strategyId, model, latencyMs, errorCode }) => [
      receiptId,
      ...[signatureId, strategyId, model].map(printableLine),
      printDuration(latencyMs),
      errorCode === null ? '' : printableLine(errorCode),
    ]),
  );
}
