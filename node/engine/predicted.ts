// What came of a prediction that was a run of its own: its output as the signature has it, and its receipt.
import { PREDICT_METHOD } from '../../conductor/run/predict-run.ts';
import type { ReceiptLibrary } from '../../ledger/receipts.ts';
import type { PredictReceipt } from '../../protocol/receipt.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { printSpan } from '../../protocol/span.ts';

/** As the signature has it; of a text that was read like a file: the answer, and the cited words with their places. */
export function outputOf({ output, config, span_refs }: RunRecord, input: unknown): unknown {
  if (output === null) return null;
  if (config.method === PREDICT_METHOD) return JSON.parse(output);
  const text = Buffer.from(String((input as { readonly text?: unknown }).text));
  const evidence = span_refs.map((span, index) => {
    const quote = text.subarray(span.start_byte, span.end_byte).toString();
    return { n: index + 1, quote, reference: printSpan(span) };
  });
  return { answer: output, evidence };
}

/** Of the prediction that was asked for: whatever it is made of names it. */
export async function topReceipt(predictions: ReceiptLibrary, runId: string): Promise<PredictReceipt | undefined> {
  const [latest] = (await predictions.list({ run: runId, limit: 1 })).receipts;
  if (latest === undefined) return undefined;
  const read = await predictions.read(latest.receiptId);
  return read.threadId === read.receiptId ? read : predictions.read(read.threadId);
}
