// Every key of the store. Keys sort as text, so numbers have a fixed width; `!` separates parts and is
// escaped wherever a user's words become part of a key.
import { PylonError } from '../../protocol/errors.ts';
import { wellFormed } from '../../protocol/text.ts';

/** Half-open range of keys. */
export interface KeyRange {
  readonly gte: string;
  readonly lt: string;
}

const SEQ_DIGITS = 8;
const SEQ_MAX = 10 ** SEQ_DIGITS - 1;
/** The character after `!`: the end of everything that begins with `…!`. */
const AFTER_SEPARATOR = '"';

/** A user's words without a separator in them; different words stay different. */
export function escapeKeyPart(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('!', '%21');
}

function unescapeKeyPart(part: string): string {
  return part.includes('%') ? part.replaceAll('%21', '!').replaceAll('%25', '%') : part;
}

function within(prefix: string): KeyRange {
  return { gte: prefix, lt: prefix.slice(0, -1) + AFTER_SEPARATOR };
}

/** The part behind the last separator: the run id of an index row. */
export function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('!') + 1);
}

/** Run summary, in order of creation because the id is a ULID. */
export const runKey = (runId: string) => `r!${runId}`;
export const ALL_RUNS: KeyRange = within('r!');
/** Runs whose id begins with `prefix` (upper case). */
export const runsBeginningWith = (prefix: string): KeyRange => ({ gte: `r!${prefix}`, lt: `r!${prefix}~` });

function seqText(seq: number): string {
  if (!Number.isInteger(seq) || seq < 0 || seq > SEQ_MAX)
    throw new PylonError('trace-invalid', {
      value: String(seq),
      reason: `a seq is a whole number from 0 to ${SEQ_MAX}`,
    });
  return String(seq).padStart(SEQ_DIGITS, '0');
}

/** One trace event. @throws PylonError `trace-invalid` when the seq does not fit its width */
export const eventKey = (runId: string, seq: number) => `e!${runId}!${seqText(seq)}`;
export const ALL_EVENTS: KeyRange = within('e!');
/** The events of a run from `fromSeq` on. */
export function eventsFrom(runId: string, fromSeq: number): KeyRange {
  const all = within(`e!${runId}!`);
  return { gte: eventKey(runId, fromSeq), lt: all.lt };
}

/** The state of a long run that is over (ledger/snapshots.ts). */
export const snapshotKey = (runId: string) => `sn!${runId}`;

const STATUS_PREFIX = 'x!st!';
export const statusKey = (status: string, runId: string) => `${STATUS_PREFIX}${status}!${runId}`;
export const runsOfStatus = (status: string) => within(`${STATUS_PREFIX}${status}!`);

/** How a run was asked for, in the words of whoever asked: what it takes to resume it. Gone once nothing can resume it. */
export const requestKey = (runId: string) => `rq!${runId}`;
/** Where each input of a run is on this machine, in the order of its record: what shows the lines that an answer cites. */
export const inputsKey = (runId: string) => `in!${runId}`;
/** How often the process died that worked on a run; gone when a run came to an end by itself. In order of creation. */
export const deathsKey = (runId: string) => `x!dd!${runId}`;
export const ALL_DEATHS = within('x!dd!');

/** Whose run it is, where another home sent it (ledger/origins.ts). */
const ORIGIN_PREFIX = 'or!';
export const originKey = (runId: string) => `${ORIGIN_PREFIX}${runId}`;
export const WITHIN_ORIGINS = within(ORIGIN_PREFIX);

const EXPERIMENT_PREFIX = 'x!ex!';
export const experimentKey = (name: string, runId: string) => `${EXPERIMENT_PREFIX}${escapeKeyPart(name)}!${runId}`;
export const runsOfExperiment = (name: string) => within(`${EXPERIMENT_PREFIX}${escapeKeyPart(name)}!`);

/** The note on an experiment. */
const EXPERIMENT_NOTE_PREFIX = 'xn!';
export const experimentNoteKey = (name: string) => wellFormed(`${EXPERIMENT_NOTE_PREFIX}${escapeKeyPart(name)}`);
export const ALL_EXPERIMENT_NOTES = within(EXPERIMENT_NOTE_PREFIX);
/** The name of a key; undoes `experimentNoteKey`. */
export const experimentOfNoteKey = (key: string) => unescapeKeyPart(key.slice(EXPERIMENT_NOTE_PREFIX.length));

export const blobKey = (hash: string) => `b!${hash}`;
/** Of a receipt: which run it is of, and what its Predict event says. A run of another home may use an id of ours, so both name it. */
const RECEIPT_PREFIX = 'rc!';
export const receiptKey = (receiptId: string, runId: string) => `${RECEIPT_PREFIX}${receiptId}!${runId}`;
export const ALL_RECEIPTS = within(RECEIPT_PREFIX);
export const receiptsBeginningWith = (prefix: string): KeyRange => ({
  gte: `${RECEIPT_PREFIX}${prefix}`,
  lt: `${RECEIPT_PREFIX}${prefix}~`,
});
const SIGNATURE_PREFIX = 'x!sig!';
export const signatureReceiptKey = (signatureId: string, receiptId: string, runId: string) =>
  wellFormed(`${SIGNATURE_PREFIX}${escapeKeyPart(signatureId)}!${receiptId}!${runId}`);
export const receiptsOfSignature = (signatureId: string) =>
  within(wellFormed(`${SIGNATURE_PREFIX}${escapeKeyPart(signatureId)}!`));
export const runReceiptKey = (runId: string, receiptId: string) => `x!rcp!${runId}!${receiptId}!${runId}`;
export const receiptsOfRun = (runId: string) => within(`x!rcp!${runId}!`);
/** Receipt and run: the last two parts of each of these keys. */
export function receiptPlace(key: string): { readonly receiptId: string; readonly runId: string } {
  const [receiptId = '', runId = ''] = key.split('!').slice(-2);
  return { receiptId, runId };
}

/** Says that a run's trace names a blob, so that deleting another run leaves it. */
export const blobUseKey = (hash: string, runId: string) => `x!bl!${hash}!${runId}`;
export const usesOfBlob = (hash: string) => within(`x!bl!${hash}!`);

/** A provider's hour with one model (ledger/leaderboard); hours since 1970 in eight digits. */
const ROLLUP_PREFIX = 'a!prov!';
const hourText = (hour: number) => String(hour).padStart(8, '0');
export const rollupKey = (hour: number, provider: string, model: string) =>
  wellFormed(`${ROLLUP_PREFIX}${hourText(hour)}!${escapeKeyPart(provider)}!${escapeKeyPart(model)}`);
export const ALL_ROLLUPS = within(ROLLUP_PREFIX);
/** From one hour to another, both included. */
export const rollupsBetween = (fromHour: number, toHour: number): KeyRange => ({
  gte: `${ROLLUP_PREFIX}${hourText(fromHour)}!`,
  lt: within(`${ROLLUP_PREFIX}${hourText(toHour)}!`).lt,
});
/** Hour, provider and model of a key; undoes `rollupKey`. */
export function rollupPlace(key: string): { readonly hour: number; readonly provider: string; readonly model: string } {
  const [, , hour, provider = '', model = ''] = key.split('!');
  return { hour: Number(hour), provider: unescapeKeyPart(provider), model: unescapeKeyPart(model) };
}
/** Is there when the rollups are those of all events in the store. */
export const ROLLUPS_COUNTED = 'a!counted';

/** What a provider's checked results add up to. */
export const reputationKey = (provider: string) => `p!${escapeKeyPart(provider)}`;

/** The book: its entries as they were written together, under the seq of the first; wide enough for 10^12. */
const BOOK_SEQ_DIGITS = 12;
export const bookEntriesKey = (seq: number) => `m!j!${String(seq).padStart(BOOK_SEQ_DIGITS, '0')}`;
export const ALL_BOOK_ENTRIES = within('m!j!');
/** Which entry an operation became: its idempotency key. */
const BOOK_OPERATION_PREFIX = 'm!i!';
export const bookOperationKey = (id: string) => `${BOOK_OPERATION_PREFIX}${escapeKeyPart(id)}`;
export const ALL_BOOK_OPERATIONS = within(BOOK_OPERATION_PREFIX);
/** The id of a key; undoes `bookOperationKey`. */
export const bookOperationOf = (key: string) => unescapeKeyPart(key.slice(BOOK_OPERATION_PREFIX.length));
/** A row of what the entries add up to (ledger/book/rows.ts). */
const BOOK_ROW_PREFIX = 'm!v!';
export const bookRowKey = (row: string) => `${BOOK_ROW_PREFIX}${escapeKeyPart(row)}`;
export const ALL_BOOK_ROWS = within(BOOK_ROW_PREFIX);
/** The rows whose names begin with `folder`, which ends with `/`; the next character after it is `0`. */
export const bookRowsWithin = (folder: string): KeyRange => ({
  gte: bookRowKey(folder),
  lt: `${bookRowKey(folder).slice(0, -1)}0`,
});
/** The row of a key; undoes `bookRowKey`. */
export const bookRowOf = (key: string) => unescapeKeyPart(key.slice(BOOK_ROW_PREFIX.length));

// Improvement.
/** A labelled example of a signature. */
const EXAMPLE_PREFIX = 'de!';
export const exampleKey = (signatureId: string, exampleId: string) =>
  wellFormed(`${EXAMPLE_PREFIX}${escapeKeyPart(signatureId)}!${escapeKeyPart(exampleId)}`);
export const ALL_EXAMPLES = within(EXAMPLE_PREFIX);
export const examplesOfSignature = (signatureId: string) =>
  within(wellFormed(`${EXAMPLE_PREFIX}${escapeKeyPart(signatureId)}!`));
/** Compiles: what a list shows of one, all that was tried, the outcome of one trial by what it was of, and judges by their hash. */
const COMPILE_HEAD_PREFIX = 'dc!h!';
export const compileHeadKey = (reportId: string) => `${COMPILE_HEAD_PREFIX}${reportId}`;
export const ALL_COMPILE_HEADS = within(COMPILE_HEAD_PREFIX);
export const compileBodyKey = (reportId: string) => `dc!b!${reportId}`;
export const trialKey = (hash: string) => `dc!e!${hash}`;
export const judgeKey = (judgeHash: string) => `dc!j!${judgeHash}`;

/** Artifacts by their names, and their names by signature. */
const ARTIFACT_PREFIX = 'da!a!';
export const artifactKey = (compiledId: string) => `${ARTIFACT_PREFIX}${escapeKeyPart(compiledId)}`;
export const artifactsBeginningWith = (prefix: string): KeyRange => ({
  gte: artifactKey(prefix),
  lt: `${artifactKey(prefix)}~`,
});
export const ALL_ARTIFACTS = within(ARTIFACT_PREFIX);

/** A change of what is in force for a signature, by its revision: the latest one is the pointer. */
const POINTER_PREFIX = 'dp!';
export const pointerKey = (signatureId: string, revision: number) =>
  wellFormed(`${POINTER_PREFIX}${escapeKeyPart(signatureId)}!${seqText(revision)}`);
export const ALL_POINTERS = within(POINTER_PREFIX);

/** Canaries by their ids, which of a signature is running, the rows of a history, and what was said of an output. */
const CANARY_PREFIX = 'dy!c!';
export const canaryKey = (canaryId: string) => `${CANARY_PREFIX}${canaryId}`;
export const ALL_CANARIES = within(CANARY_PREFIX);
export const canariesBeginningWith = (prefix: string): KeyRange => ({
  gte: canaryKey(prefix),
  lt: `${canaryKey(prefix)}~`,
});
export const liveCanaryKey = (signatureId: string) => wellFormed(`dy!l!${escapeKeyPart(signatureId)}`);
export const canaryHistoryKey = (canaryId: string, seq: number) => `dy!h!${canaryId}!${seqText(seq)}`;
export const historyOfCanary = (canaryId: string) => within(`dy!h!${canaryId}!`);
export const judgementKey = (canaryId: string, receiptId: string) => `dy!q!${canaryId}!${receiptId}`;
/** What a gate found, in order because the id is a ULID; and which held-out inputs it saw, by signature. */
const PROMOTION_PREFIX = 'dg!';
export const promotionKey = (promotionId: string) => `${PROMOTION_PREFIX}${promotionId}`;
export const ALL_PROMOTIONS = within(PROMOTION_PREFIX);
export const promotionsBeginningWith = (prefix: string): KeyRange => ({
  gte: promotionKey(prefix),
  lt: `${promotionKey(prefix)}~`,
});
export const lookKey = (signatureId: string, promotionId: string) =>
  wellFormed(`dl!${escapeKeyPart(signatureId)}!${promotionId}`);
export const looksOfSignature = (signatureId: string) => within(wellFormed(`dl!${escapeKeyPart(signatureId)}!`));
/** A night, in order of its beginning because its id is a ULID (ledger/dse/nights.ts). */
export const nightKey = (nightId: string) => `dn!${nightId}`;
export const ALL_NIGHTS = within('dn!');
/** Nights whose id begins with `prefix` (upper case). */
export const nightsBeginningWith = (prefix: string): KeyRange => ({ gte: `dn!${prefix}`, lt: `dn!${prefix}~` });
