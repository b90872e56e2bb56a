// Reads an open run folder back into the store. Events come first and the run's summary last, so a run is
// there as a whole or not at all; reading the same folder again adds nothing.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { PylonError } from '../../protocol/errors.ts';
import type { RunState } from '../../protocol/fold.ts';
import { TRACE_BYTES_MAX, TRACE_EVENTS_MAX, TRACE_LINE_BYTES_MAX } from '../../protocol/limits.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { isUlid } from '../../protocol/ulid.ts';
import type { RunJournal } from '../journal.ts';
import { changesOf } from '../leaderboard/fold.ts';
import { Gathering } from '../leaderboard/rollups.ts';
import { traceRemoval } from '../remove-run.ts';
import { snapshotRows } from '../snapshots.ts';
import { errnoOf, systemReason } from '../store/fault.ts';
import { blobKey, originKey, runKey } from '../store/keys.ts';
import { Serial } from '../store/serial.ts';
import { del, put, type Row, type Store } from '../store/store.ts';
import { summaryRows } from '../summary.ts';
import { type EventTaker, goesOnHere, soundRecord } from '../take-events.ts';
import { eventRows, payloadsOf } from '../traces.ts';
import { foldNext } from '../writing/live-runs.ts';
import { ARTIFACTS_FOLDER, CONFIG_FILE, outputsPath, TRACE_FILE } from './layout.ts';
import { readOutputs } from './outputs.ts';
import { parseEvent } from './parse-event.ts';
import { plainLines, readPlain } from './read-plain.ts';

/** Events and payload bytes written at a time. */
const BATCH_EVENTS = 1_000;
const BATCH_PAYLOAD_BYTES = 4_194_304;

export interface Imported {
  readonly runId: string;
  /** False when the store had all of the run already. */
  readonly imported: boolean;
}

export class RunImporter {
  readonly #store: Store;
  readonly #journal: RunJournal;
  readonly #taker: EventTaker;
  /** Two imports of one run would write over each other. */
  readonly #turns = new Serial();

  /** @param journal with `taker` of the same store */
  constructor(store: Store, journal: RunJournal, taker: EventTaker) {
    this.#store = store;
    this.#journal = journal;
    this.#taker = taker;
  }

  /**
   * A run that is here already gets what the folder tells of it since.
   * @param folder absolute
   * @throws PylonError `run-folder-invalid` | `trace-invalid` | `run-conflict` | `store-failed`; the store is as before
   */
  import(folder: string): Promise<Imported> {
    return this.#turns.run(() => this.#import(folder));
  }

  async #import(folder: string): Promise<Imported> {
    const runId = await readRunId(folder);
    if (this.#store.has(runKey(runId))) return { runId, imported: await this.#extend(runId, folder) };
    const release = this.#journal.hold(runId);
    if (release === undefined) throw goesOnHere(runId);
    try {
      this.#taker.forget(runId);
      await importNew(this.#store, this.#journal, runId, folder);
    } finally {
      release();
    }
    return { runId, imported: true };
  }

  /** @returns whether there was something new. @throws PylonError `run-conflict` when the store knows something else about this run */
  async #extend(runId: string, folder: string): Promise<boolean> {
    if (this.#journal.state(runId) !== undefined) throw goesOnHere(runId);
    let batch: TraceEvent[] = [];
    let taken = 0;
    const named = new Set<string>();
    const take = async () => {
      if (batch.length > 0) taken += (await this.#taker.take(batch)).taken;
      batch = [];
    };
    for await (const { event } of folderEvents(folder, runId)) {
      batch.push(event);
      for (const hash of payloadsOf(event)) named.add(hash);
      if (batch.length >= BATCH_EVENTS) await take();
    }
    await take();
    if (taken > 0) await copyOutputs(this.#store, folder, named);
    return taken > 0;
  }
}

async function importNew(store: Store, journal: RunJournal, runId: string, folder: string): Promise<void> {
  await removeTrace(store, runId); // what an import left that was killed, or what had arrived by other ways
  try {
    await copy(store, journal, runId, folder);
  } catch (thrown) {
    if (!(thrown instanceof PylonError && thrown.code === 'store-failed')) await removeTrace(store, runId);
    throw thrown;
  }
}

async function removeTrace(store: Store, runId: string): Promise<void> {
  await store.exclusive(async (write) => {
    const rows = await traceRemoval(store, runId);
    if (rows.length > 0) await write([...rows, del(originKey(runId))], { sync: false });
  });
}

async function readRunId(folder: string): Promise<string> {
  const path = join(folder, CONFIG_FILE);
  const bytes = await readPlain(path, TRACE_LINE_BYTES_MAX);
  if (bytes === undefined) throw new PylonError('run-folder-invalid', { value: folder });
  const invalid = (reason: string, cause?: unknown) =>
    new PylonError('run-folder-invalid', { value: path, reason, cause });
  let config: unknown;
  try {
    config = JSON.parse(Buffer.from(bytes).toString());
  } catch (thrown) {
    throw invalid('the file is not JSON', thrown);
  }
  const id = typeof config === 'object' && config !== null && 'id' in config ? config.id : undefined;
  if (typeof id !== 'string' || !isUlid(id)) throw invalid('the file names no run: its id is not a ULID');
  return id;
}

/** The events of the folder, each valid and the next of its run. */
async function* folderEvents(
  folder: string,
  runId: string,
  gathering?: Gathering,
): AsyncGenerator<{ event: TraceEvent; state: RunState }> {
  let state: RunState | undefined;
  let number = 0;
  for await (const line of plainLines(join(folder, TRACE_FILE), TRACE_BYTES_MAX, TRACE_LINE_BYTES_MAX)) {
    number++;
    const place = `${TRACE_FILE}:${number}`;
    if (number > TRACE_EVENTS_MAX)
      throw new PylonError('trace-invalid', { value: place, reason: 'the trace is too long' });
    const event = parseEvent(line, place);
    if (event.run_id !== runId)
      throw new PylonError('run-folder-invalid', {
        value: place,
        reason: `the trace is of run ${event.run_id}, ${CONFIG_FILE} says ${runId}`,
      });
    const changes = state === undefined ? [] : changesOf(state, event);
    state = foldNext(state, event);
    for (const change of changes) gathering?.add(change);
    yield { event, state };
  }
  if (state === undefined) throw new PylonError('trace-invalid', { value: folder, reason: 'the trace is empty' });
}

async function copy(store: Store, journal: RunJournal, runId: string, folder: string): Promise<void> {
  const named = new Set<string>();
  let events: TraceEvent[] = [];
  let last: RunState | undefined;
  const gathering = new Gathering();
  for await (const { event, state } of folderEvents(folder, runId, gathering)) {
    last = state;
    for (const hash of payloadsOf(event)) named.add(hash);
    events.push(event);
    if (events.length < BATCH_EVENTS) continue;
    await store.write(eventRows(events), { sync: false });
    events = [];
  }
  if (last === undefined) throw new PylonError('trace-invalid', { value: folder, reason: 'the trace is empty' });
  if (events.length > 0) await store.write(eventRows(events), { sync: false });
  await copyOutputs(store, folder, named);
  const rows = [...summaryRows(soundRecord(last), undefined), ...snapshotRows(last)];
  await journal.keep(rows, [], { deltas: gathering.deltas });
}

/** Keeps the payloads that the trace names; a run without them is still a run. */
async function copyOutputs(store: Store, folder: string, named: ReadonlySet<string>): Promise<void> {
  if (named.size === 0 || !(await hasOutputs(folder))) return;
  let rows: Row[] = [];
  let payloadBytes = 0;
  for await (const [hash, bytes] of readOutputs(outputsPath(folder))) {
    if (!named.has(hash)) continue;
    rows.push(put(blobKey(hash), bytes));
    payloadBytes += bytes.byteLength;
    if (payloadBytes < BATCH_PAYLOAD_BYTES) continue;
    await store.write(rows, { sync: false });
    rows = [];
    payloadBytes = 0;
  }
  if (rows.length > 0) await store.write(rows, { sync: false });
}

async function hasOutputs(folder: string): Promise<boolean> {
  const path = join(folder, ARTIFACTS_FOLDER);
  const fault = (reason: string, cause?: unknown) =>
    new PylonError('run-folder-invalid', { value: path, reason, cause });
  try {
    if (!(await lstat(path)).isDirectory()) throw fault('this must be a folder, not a file or a link');
    await lstat(outputsPath(folder));
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return false;
    throw thrown instanceof PylonError ? thrown : fault(`the payloads cannot be read, ${systemReason(thrown)}`, thrown);
  }
}
