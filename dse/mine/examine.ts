// Examines one exploration: may it be learnt from? First whether it is what it says it is, then whether its answer is grounded, then whether
// anybody has confirmed it. What fails the first two is forged or hostile and never taken; what only nobody confirmed, a person may judge.
import { givesOrders } from '../../conductor/verify/wording/gates.ts';
import type { ReceiptLibrary } from '../../ledger/receipts.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { Refusal } from '../../protocol/dse/mining.ts';
import { type ErrorCode, PylonError } from '../../protocol/errors.ts';
import type { PredictReceipt } from '../../protocol/receipt.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { uncarried } from './carried.ts';
import { otherThanRecorded, type UnchangedInput, ungroundedIn, ungroundedOnDisk } from './grounding.ts';
import { type Retraced, retrace } from './retrace.ts';

/** Where traces are, and what they are of. */
export interface TraceSources {
  readonly receipts: ReceiptLibrary;
  /** Undefined where there is no such run. */
  record(runId: string): Promise<RunRecord | undefined>;
  /** @param hashes sha256 of each file, as the exploration tells them */
  input(record: RunRecord, hashes: readonly (string | undefined)[]): Promise<RunInput>;
}

export interface RunInput {
  /** It was read on this machine: a run that was imported was read elsewhere, or nowhere. */
  readonly isOurs: boolean;
  /** Where each of its files is there, and has its hash. */
  readonly unchanged?: UnchangedInput;
}

export interface Doubt {
  readonly refusal: Refusal;
  readonly reason: string;
  /** A person may overrule it. */
  readonly isSoft: boolean;
}

export interface Examined {
  readonly receipt: PredictReceipt;
  /** Undefined where nothing was explored, or what was kept is not what it says it is. */
  readonly retraced?: Retraced;
  readonly record?: RunRecord;
  readonly input?: UnchangedInput | undefined;
  /** Undefined where it may be learnt from. */
  readonly doubt?: Doubt | undefined;
}

/** The score by which a run is known to be right or wrong: 0 to 1. */
export const SCORE = 'accuracy';
const SCORE_MIN = 0.5;

const FORGED: ReadonlySet<ErrorCode> = new Set(['rlm-trace-invalid', 'replay-differs', 'store-corrupt']);

const hard = (refusal: Refusal, reason: string): Doubt => ({ refusal, reason, isSoft: false });
const soft = (refusal: Refusal, reason: string): Doubt => ({ refusal, reason, isSoft: true });

/** The trace of a receipt, gone through again. */
async function followed({ receipts }: TraceSources, receipt: PredictReceipt): Promise<Retraced | Doubt> {
  const { receiptId, rlmTrace, hashes } = receipt;
  if (rlmTrace === null) return hard('no_trace', 'nothing was explored');
  const read = (hash: string) => receipts.blob(receiptId, hash);
  try {
    const text = await read(rlmTrace.blobId);
    if (text === undefined) return hard('no_trace', 'its exploration was not kept');
    const retraced = await retrace(Buffer.from(text).toString(), read);
    if (retraced.outputHash !== hashes.output)
      return hard('forged', `the receipt has the output ${hashes.output}, its exploration ${retraced.outputHash}`);
    return retraced;
  } catch (thrown) {
    if (thrown instanceof PylonError && FORGED.has(thrown.code)) return hard('forged', thrown.reason);
    throw thrown;
  }
}

/** The receipt names what was read by its hash: names and hashes of the files, and the question. */
function isOfThisInput({ hashes }: PredictReceipt, { query, sources }: Retraced): boolean {
  const inputHash = canonicalHash(sources.map(({ path, hash }) => [path, hash]));
  return hashes.input === canonicalHash({ query, text: `sha256:${inputHash}` });
}

/** What shows that somebody wrote it, or that its answer is not to be trusted. */
function falsehood(receipt: PredictReceipt, record: RunRecord, retraced: Retraced): Doubt | undefined {
  if (!isOfThisInput(receipt, retraced)) return hard('forged', 'it explored another input than the receipt names');
  const other = otherThanRecorded(record, retraced.output);
  if (other !== undefined) return hard('forged', other);
  const ungrounded = ungroundedIn(retraced);
  if (ungrounded !== undefined) return hard('ungrounded', ungrounded);
  const { answer, evidence } = retraced.output;
  if ([answer, ...evidence.map(({ quote }) => quote)].some(givesOrders))
    return hard('instructions', 'the answer, or what it cites, gives orders to its reader');
  return undefined;
}

/** What keeps it from being confirmed. */
function unconfirmed(record: RunRecord, retraced: Retraced, { isOurs, unchanged }: RunInput): Doubt | undefined {
  const score = record.scores?.[SCORE];
  if (score !== undefined && score < SCORE_MIN) return soft('scored_low', `its run has the ${SCORE} ${score}`);
  if (retraced.seen.some(givesOrders))
    return soft('instructions', 'something that was read gives orders to its reader');
  if (score === 1 && isOurs) return undefined; // somebody who knows the answer said so
  if (unchanged === undefined) return soft('input_gone', 'its input is not there any more, or has changed');
  const claim = uncarried(retraced.query, retraced.output);
  return claim === undefined ? undefined : soft('unverified', claim);
}

/** @throws PylonError `store-*` | `input-unreadable`; whatever is wrong with the trace is a doubt */
export async function examine(sources: TraceSources, receipt: PredictReceipt): Promise<Examined> {
  const { result, runId, threadId, receiptId } = receipt;
  const record = await sources.record(runId);
  if (record === undefined || record.origin !== undefined)
    return { receipt, doubt: hard('foreign', 'it is of another home') };
  const found = await followed(sources, receipt);
  if ('refusal' in found) return { receipt, record, doubt: found };
  const told = { receipt, record, retraced: found };
  if (result.kind !== 'done') return { ...told, doubt: hard('unfinished', `it ended with ${result.error.code}`) };
  if (record.status !== 'done' || threadId !== receiptId)
    return { ...told, doubt: hard('unfinished', 'its run did not come to its end') };
  const wrong = falsehood(receipt, record, found);
  if (wrong !== undefined) return { ...told, doubt: wrong };
  const given = await sources.input(
    record,
    found.sources.map(({ hash }) => hash),
  );
  const { unchanged: input } = given;
  const misquoted = input === undefined ? undefined : await ungroundedOnDisk(found, input);
  if (misquoted !== undefined) return { ...told, input, doubt: hard('forged', misquoted) };
  return { ...told, input, doubt: unconfirmed(record, found, given) };
}
