// Snapshots of runs (protocol/snapshot.ts): what the dashboard opens a run with. Of a long run that is over one is kept in the store,
// written in the batch that ended it; of a run that goes on it is made of its live state; of any other its events are folded.
import { PylonError } from '../protocol/errors.ts';
import { foldEvent, type RunState } from '../protocol/fold.ts';
import { decodeSnapshot, encodeSnapshot, type RunSnapshot, SNAPSHOT_VERSION } from '../protocol/snapshot.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import { snapshotKey } from './store/keys.ts';
import { put, type Row, type Store } from './store/store.ts';
import { readEvents } from './traces.ts';
import type { LiveRuns } from './writing/live-runs.ts';

/** A trace this short is folded in some 10 ms: its snapshot is not worth a row. */
const EVENTS_MIN = 2_000;
/**
 * A snapshot may be this many events old, or this share of them: whoever reads it reads the events behind it as well, and to make
 * one of 100,000 sub-queries for each of fifty browsers would hold up the run.
 */
const EVENTS_BEHIND_MAX = 1_000;
const SHARE_BEHIND_MAX = 1 / 20;

function mayBeBehind(events: number): number {
  return Math.max(EVENTS_BEHIND_MAX, events * SHARE_BEHIND_MAX);
}

interface Made {
  readonly nextSeq: number;
  /** JSON of a RunSnapshot. */
  readonly json: Uint8Array;
}

function made(state: RunState): Made {
  return { nextSeq: state.next_seq, json: new TextEncoder().encode(JSON.stringify(encodeSnapshot(state))) };
}

const LINE_FEED = 10;

/** How it is stored: version and next seq on a line, then the JSON as it goes to the browser. */
function toBytes({ nextSeq, json }: Made): Uint8Array {
  const line = new TextEncoder().encode(`${SNAPSHOT_VERSION} ${nextSeq}\n`);
  const bytes = new Uint8Array(line.length + json.length);
  bytes.set(line);
  bytes.set(json, line.length);
  return bytes;
}

/** Undefined when another version wrote it. */
function fromBytes(bytes: Uint8Array): Made | undefined {
  const lineEnd = bytes.indexOf(LINE_FEED);
  const [version, nextSeq] = new TextDecoder().decode(bytes.subarray(0, lineEnd)).split(' ').map(Number);
  if (version !== SNAPSHOT_VERSION || nextSeq === undefined) return undefined;
  return { nextSeq, json: bytes.subarray(lineEnd + 1) };
}

/** What is written with the end of a run. @param state the run's last one */
export function snapshotRows(state: RunState): Row[] {
  return state.next_seq < EVENTS_MIN ? [] : [put(snapshotKey(state.id), toBytes(made(state)))];
}

/** Makes snapshots of live states, and hands the same one out as long as it is hardly older than the run. */
export class LiveSnapshots {
  readonly #live: LiveRuns;
  readonly #made = new Map<string, Made>();

  constructor(live: LiveRuns) {
    this.#live = live;
  }

  /** JSON of a RunSnapshot; undefined for a run that does not go on. */
  read(runId: string): Uint8Array | undefined {
    for (const id of this.#made.keys()) if (this.#live.state(id) === undefined) this.#made.delete(id);
    const state = this.#live.state(runId);
    if (state === undefined) return undefined;
    let snapshot = this.#made.get(runId);
    if (snapshot === undefined || state.next_seq - snapshot.nextSeq > mayBeBehind(state.next_seq)) {
      snapshot = made(state);
      this.#made.set(runId, snapshot);
    }
    return snapshot.json;
  }
}

/** The JSON of the snapshot of a whole trace. @throws PylonError `run-unknown` when there is none */
export async function snapshotOfEvents(runId: string, events: AsyncIterable<TraceEvent>): Promise<Uint8Array> {
  const state = await foldOn(undefined, events);
  if (state === undefined) throw new PylonError('run-unknown', { value: runId });
  return made(state).json;
}

async function foldOn(state: RunState | undefined, events: AsyncIterable<TraceEvent>): Promise<RunState | undefined> {
  let next = state;
  for await (const event of events) next = foldEvent(next, event);
  return next;
}

export class Snapshots {
  readonly #store: Store;
  readonly #live: LiveSnapshots;

  constructor(store: Store, live: LiveRuns) {
    this.#store = store;
    this.#live = new LiveSnapshots(live);
  }

  /**
   * JSON of a RunSnapshot: the run as it was before its event `next_seq`, which is recent. The events from there on tell what has
   * happened since.
   * @param runId a whole id. @throws PylonError `run-unknown` | `store-corrupt`
   */
  async read(runId: string): Promise<Uint8Array> {
    const live = this.#live.read(runId);
    if (live !== undefined) return live;
    const stored = await this.#store.bytes(snapshotKey(runId));
    const snapshot = stored === undefined ? undefined : fromBytes(stored);
    if (snapshot === undefined) return snapshotOfEvents(runId, readEvents(this.#store, runId));
    return this.#upToDate(runId, snapshot);
  }

  /** A run that was resumed and died again has gone on for long behind its snapshot. */
  async #upToDate(runId: string, { nextSeq, json }: Made): Promise<Uint8Array> {
    const behind: TraceEvent[] = [];
    for await (const event of readEvents(this.#store, runId, nextSeq)) {
      behind.push(event);
      if (behind.length > mayBeBehind(nextSeq)) return this.#foldedOn(runId, nextSeq, json);
    }
    return json;
  }

  async #foldedOn(runId: string, nextSeq: number, json: Uint8Array): Promise<Uint8Array> {
    const snapshot = JSON.parse(new TextDecoder().decode(json)) as RunSnapshot;
    const state = await foldOn(decodeSnapshot(snapshot), readEvents(this.#store, runId, nextSeq));
    return state === undefined ? json : made(state).json;
  }
}
