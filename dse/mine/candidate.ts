// An example made of an exploration: what went in is the input of its trace, what is right its Final.
import { isUtf8 } from 'node:buffer';
import type { DseExample, NamedInput } from '../../protocol/dse/example.ts';
import { LONG_TEXT_CHARS_MAX } from '../../protocol/limits.ts';
import type { LongContextQaInput, LongContextQaOutput } from '../../protocol/long-context.ts';
import type { PredictReceipt } from '../../protocol/receipt.ts';
import { printSpan } from '../../protocol/span.ts';
import type { UnchangedInput } from './grounding.ts';
import type { Retraced } from './retrace.ts';

export const TRACE_EXPORT_KIND = 'openagents.trace_export.v1';

/** A longer text is named, and not copied: a hundred examples of it would fill the store. */
const INLINE_BYTES_MAX = 262_144;

export const exampleIdOf = (receiptId: string) => `trace:${receiptId}`;

/** The text of the input, where it is one text and short. */
async function textOf({ sources }: Retraced, input: UnchangedInput | undefined): Promise<string | undefined> {
  const [source, another] = sources;
  if (input === undefined || source === undefined || another !== undefined) return undefined;
  if (source.bytes === 0 || source.bytes > INLINE_BYTES_MAX) return undefined;
  const bytes = Buffer.from(await input.read(source.file, 0, source.bytes));
  const text = bytes.toString();
  return isUtf8(bytes) && text.length <= LONG_TEXT_CHARS_MAX ? text : undefined;
}

function named({ query, sources }: Retraced): NamedInput {
  return { query, files: sources.map(({ path, bytes, hash = '' }) => ({ path, bytes, sha256: hash })) };
}

function expected({ output }: Retraced, isOneText: boolean): LongContextQaOutput {
  const evidence = output.evidence.map((cited, at) => ({
    n: at + 1,
    quote: cited.quote,
    line: cited.start_line,
    ...(isOneText ? {} : { reference: printSpan(cited) }),
  }));
  return { answer: output.answer, evidence };
}

export interface Wanted extends Pick<DseExample, 'split' | 'tags' | 'review'> {
  readonly receipt: PredictReceipt;
  readonly retraced: Retraced;
  readonly input: UnchangedInput | undefined;
  /** Why a person is to judge it; empty where it needs none. */
  readonly doubt: string;
}

/** @throws PylonError `input-unreadable` | `input-changed` */
export async function candidateOf(wanted: Wanted): Promise<DseExample> {
  const { receipt, retraced, input, split, tags, review, doubt } = wanted;
  const text = await textOf(retraced, input);
  const given: LongContextQaInput | NamedInput = text === undefined ? named(retraced) : { query: retraced.query, text };
  const { receiptId, threadId, runId, rlmTrace, strategyId, compiled_id } = receipt;
  return {
    exampleId: exampleIdOf(receiptId),
    signatureId: receipt.signatureId,
    inputJson: given as DseExample['inputJson'],
    expectedJson: expected(retraced, text !== undefined) as unknown as DseExample['expectedJson'],
    split,
    tags: [...new Set(['trace_export', 'trace_mined', `strategy:${strategyId}`, ...tags])],
    review,
    meta: {
      kind: TRACE_EXPORT_KIND,
      receiptId,
      threadId,
      runId,
      rlmTrace: { blobId: rlmTrace?.blobId ?? null },
      strategyId,
      compiled_id,
      ...(doubt === '' ? {} : { doubt }),
    },
  };
}
