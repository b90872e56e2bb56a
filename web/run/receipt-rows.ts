// A receipt in rows of words.
import type { PredictReceipt } from '../../protocol/receipt.ts';
import type { RunState } from '../../protocol/run-state.ts';
import { grouped, plural, printBytes, printDuration, printSats, printShare } from '../../protocol/words.ts';

const RUN_SIGNATURE = '@pylon/rlm/LongContextQa.v1';
const SPANS_SHOWN = 12;

/** The payload with the receipt of the run itself: its last prediction of a whole question. */
export function receiptHashOf({ steps }: Pick<RunState, 'steps'>): string | undefined {
  const last = steps.findLast((step) => step.type === 'Predict' && step.signature === RUN_SIGNATURE);
  return last?.type === 'Predict' ? last.receipt_hash : undefined;
}

/** `12 of 24`; just `12` without a limit. */
function usedOf(used: number, limit: number | undefined, print: (value: number) => string = grouped): string {
  return limit === undefined ? print(used) : `${print(used)} of ${print(limit)}`;
}

function spanWords({ spansRead, spansLeftOut }: PredictReceipt): string {
  const shown = spansRead.slice(0, SPANS_SHOWN).map(({ path, start_line: start, end_line: end }) => {
    return start === end ? `${path}:${start}` : `${path}:${start}-${end}`;
  });
  const left = spansRead.length - shown.length + spansLeftOut;
  return [...shown, ...(left > 0 ? [`${grouped(left)} more`] : [])].join(', ');
}

export function receiptRows(receipt: PredictReceipt): (readonly [name: string, value: string])[] {
  const { strategyId, strategyReason, model, budgets, contextPressure, rlmTrace, result, repairs } = receipt;
  const { limits, usage, hit } = budgets;
  const pressure =
    contextPressure === null
      ? []
      : ([
          [
            'window',
            `${printShare(contextPressure.pressure)} filled: ${grouped(contextPressure.inputTokens)} of ${grouped(contextPressure.windowTokens)} tokens`,
          ],
        ] as const);
  const explored =
    rlmTrace === null
      ? []
      : ([
          ['steps', usedOf(usage.rlmIterations, limits.maxRlmIterations)],
          [
            'exploration',
            `${plural(rlmTrace.subCalls, 'sub-call')}, ${printBytes(rlmTrace.bytes)} kept to be replayed`,
          ],
        ] as const);
  return [
    ['strategy', strategyId],
    ['why', strategyReason],
    ['model', model],
    ...pressure,
    ...explored,
    ['calls of the model', usedOf(usage.lmCalls, limits.maxLmCalls)],
    ['leaves asked', usedOf(usage.subLmCalls, limits.maxSubLmCalls)],
    ['sats', usedOf(usage.msat, limits.maxMsat, printSats)],
    ['time', usedOf(usage.timeMs, limits.maxTimeMs, printDuration)],
    ...(repairs === 0 ? [] : ([['repairs', grouped(repairs)]] as const)),
    ['limits that were reached', hit.length === 0 ? 'none' : hit.join(', ')],
    ['lines read', spanWords(receipt) || 'none'],
    ['result', result.kind === 'done' ? 'done' : `${result.kind}: ${result.error.message}`],
    ['receipt', receipt.receiptId],
  ];
}
