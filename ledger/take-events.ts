// Takes what is told of a run that nobody here writes: the events of another store, batch by batch, and annotations. What is stored
// already is compared and not taken twice, so that whoever was cut off in the middle may begin again anywhere before it.
import type { Annotation } from '../protocol/annotation.ts';
import { canonicalJson } from '../protocol/canonical.ts';
import { PylonError } from '../protocol/errors.ts';
import { type RunState, toRunRecord } from '../protocol/fold.ts';
import { annotatedRecord } from '../protocol/fold-annotation.ts';
import { RUN_SCORES_MAX, TRACE_EVENTS_MAX } from '../protocol/limits.ts';
import { type RunRecord, runRecordSchema } from '../protocol/run.ts';
import { isInterruption, isOverAfter } from '../protocol/run-end.ts';
import { TRACE_VERSION, type TraceEvent } from '../protocol/trace.ts';
import { isUlid } from '../protocol/ulid.ts';
import type { RunJournal } from './journal.ts';
import { changesOf } from './leaderboard/fold.ts';
import { Gathering } from './leaderboard/rollups.ts';
import { isForeign, notOurs, type Origin, originRow, ownedElsewhere, readOrigin } from './origins.ts';
import { snapshotRows } from './snapshots.ts';
import { deathsKey, requestKey, runKey } from './store/keys.ts';
import { Serial } from './store/serial.ts';
import { del, type Row, type Store } from './store/store.ts';
import { summaryRows } from './summary.ts';
import { eventRows, lastEvent, readEvents } from './traces.ts';
import { foldNext } from './writing/live-runs.ts';

/** Runs that arrive in batches whose fold is kept between two of them. */
const ARRIVING_KEPT = 4;

export interface Taken {
  /** What this store lacks next: send from here. */
  readonly nextSeq: number;
  /** Events that were new. */
  readonly taken: number;
  /** The run is in the history; before its end has arrived it is not. */
  readonly complete: boolean;
}

interface Arriving {
  state: RunState | undefined;
  /** What its events change of the rollups, as long as it is not in the history. */
  gathering: Gathering;
}

export class EventTaker {
  readonly #store: Store;
  readonly #journal: RunJournal;
  readonly #turns = new Serial();
  readonly #arriving = new Map<string, Arriving>();

  /** @param journal of the same store */
  constructor(store: Store, journal: RunJournal) {
    this.#store = store;
    this.#journal = journal;
  }

  /** The seq of the first event that the store lacks of a run; 0 where it has none. @throws PylonError `store-*` */
  async nextSeq(runId: string): Promise<number> {
    return ((await lastEvent(this.#store, runId))?.seq ?? -1) + 1;
  }

  /** Somebody else wrote what had arrived of a run, or took it away. */
  forget(runId: string): void {
    this.#arriving.delete(runId);
  }

  /**
   * Takes consecutive events of one run; they may begin anywhere up to the first that is lacking. Durable once this resolves. The run
   * is in the history, and on the leaderboard, when its end has come.
   * @param events each one parsed by `parseEvent`
   * @throws PylonError `trace-invalid` (a gap, out of order, nonsense) | `run-conflict` (another trace of this run is here, or it goes on
   * here) | `store-*`; nothing of these events is stored then
   */
  take(events: readonly TraceEvent[]): Promise<Taken> {
    return this.#turns.run(() => this.#take(events));
  }

  /**
   * The same for a run of another home, which is never counted on the leaderboard. The events MUST begin where the run stands.
   * @param origin after these events; stored in the same batch
   * @throws PylonError as `take` does
   */
  takeForeign(events: readonly TraceEvent[], origin: Origin): Promise<Taken> {
    return this.#turns.run(() => this.#take(events, origin));
  }

  /**
   * Files a run that is over: an event behind its end, and its record with it. What says nothing new is not told again.
   * @throws PylonError `run-unknown` | `request-invalid` while the run goes on, or with too many scores | `store-*`
   */
  annotate(runId: string, annotation: Annotation, nowMs: number): Promise<RunRecord> {
    return this.#turns.run(() => this.#annotate(runId, annotation, nowMs));
  }

  async #annotate(runId: string, annotation: Annotation, nowMs: number): Promise<RunRecord> {
    return this.#alone(runId, notOver, async () => {
      const record = (await this.#store.value(runKey(runId))) as RunRecord | undefined;
      if (record === undefined) throw new PylonError('run-unknown', { value: runId });
      const last = await lastEvent(this.#store, runId);
      if (last === undefined || !isOverAfter(last)) throw notOver(runId);
      if (record.origin !== undefined) throw notOurs(record.origin);
      const news = newsIn(record, annotation);
      if (news === undefined) return record;
      const annotated = annotatedRecord(record, news);
      const scores = Object.keys(annotated.scores ?? {}).length;
      if (scores > RUN_SCORES_MAX)
        throw new PylonError('request-invalid', {
          value: String(scores),
          reason: `a run has at most ${RUN_SCORES_MAX} scores`,
          next: 'take some away first',
        });
      const timestamp_ms = Math.max(nowMs, last.timestamp_ms);
      const header = { v: TRACE_VERSION, type: 'RunAnnotate', run_id: runId, seq: last.seq + 1, timestamp_ms } as const;
      const event: TraceEvent = { ...header, ...news };
      await this.#journal.keep([...eventRows([event]), ...summaryRows(annotated, record)], [], { told: [event] });
      return annotated;
    });
  }

  async #take(events: readonly TraceEvent[], origin?: Origin): Promise<Taken> {
    const [first] = events;
    if (first === undefined) throw new PylonError('trace-invalid', { reason: 'there is nothing to take' });
    const runId = first.run_id;
    if (!isUlid(runId)) throw new PylonError('trace-invalid', { value: runId, reason: 'a run id is a ULID' });
    return this.#alone(runId, goesOnHere, async () => {
      const record = (await this.#store.value(runKey(runId))) as RunRecord | undefined;
      const nextSeq = await this.nextSeq(runId);
      const rest = await this.#withoutKnown(events, nextSeq);
      const isTheirs = origin === undefined ? rest.length > 0 && isForeign(this.#store, runId) : false;
      if (isTheirs || (origin !== undefined && !(await this.#mayAdd(origin, first, nextSeq))))
        throw ownedElsewhere(runId);
      if (rest.length === 0) return { nextSeq: await this.nextSeq(runId), taken: 0, complete: record !== undefined };
      const arriving = await this.#arrivingOf(runId, rest[0]!.seq, origin === undefined);
      const gathering = record === undefined ? arriving.gathering : new Gathering();
      try {
        return await this.#append(rest, arriving, gathering, record, origin);
      } catch (thrown) {
        this.#arriving.delete(runId); // its fold may be ahead of the store
        throw thrown;
      }
    });
  }

  /** What of the events is not stored; the rest must be the same as is stored. */
  async #withoutKnown(events: readonly TraceEvent[], nextSeq: number): Promise<readonly TraceEvent[]> {
    const first = events[0]!;
    for (const [index, { run_id, seq }] of events.entries())
      if (run_id !== first.run_id || seq !== first.seq + index)
        throw new PylonError('trace-invalid', {
          value: `seq ${seq}`,
          reason: 'these are not consecutive events of one run',
        });
    if (first.seq > nextSeq)
      throw new PylonError('trace-invalid', {
        value: `seq ${first.seq}`,
        reason: `the trace of ${first.run_id} has a gap, seq ${nextSeq} is missing`,
      });
    const known = Math.min(events.length, nextSeq - first.seq);
    if (known === 0) return events;
    let at = 0;
    for await (const stored of readEvents(this.#store, first.run_id, first.seq)) {
      if (canonicalJson(stored) !== canonicalJson(events[at])) throw parted(stored);
      if (++at === known) break;
    }
    return events.slice(known);
  }

  async #append(
    events: readonly TraceEvent[],
    arriving: Arriving,
    gathering: Gathering,
    record: RunRecord | undefined,
    origin: Origin | undefined,
  ): Promise<Taken> {
    let { state } = arriving;
    for (const event of events) {
      const changes = state === undefined || origin !== undefined ? [] : changesOf(state, event);
      state = foldNext(state, event);
      for (const change of changes) gathering.add(change);
    }
    const { id, next_seq: nextSeq } = state!;
    if (nextSeq > TRACE_EVENTS_MAX)
      throw new PylonError('trace-invalid', { value: id, reason: 'the trace is too long' });
    const isOver = state!.status !== 'running';
    const rows =
      isOver || record?.status === 'running'
        ? [...summaryRows(markedRecord(state!, origin), record), ...overRows(state!)]
        : [];
    if (origin !== undefined) rows.push(originRow(id, origin));
    const deltas = isOver || record !== undefined ? { deltas: gathering.deltas } : {};
    await this.#journal.keep([...eventRows(events), ...rows], [], { ...deltas, told: events });
    this.#arriving.delete(id);
    if (!isOver) this.#remember(id, { state, gathering });
    return { nextSeq, taken: events.length, complete: isOver || record !== undefined };
  }

  /** Nobody else has begun the run, and nothing came in between. */
  async #mayAdd({ key }: Origin, { run_id, seq }: TraceEvent, nextSeq: number): Promise<boolean> {
    if (seq !== nextSeq) return false;
    const before = await readOrigin(this.#store, run_id);
    return before === undefined ? nextSeq === 0 : before.key === key;
  }

  #remember(runId: string, arriving: Arriving): void {
    this.#arriving.set(runId, arriving);
    const [oldest] = this.#arriving.keys();
    if (this.#arriving.size > ARRIVING_KEPT && oldest !== undefined) this.#arriving.delete(oldest);
  }

  /** The run as far as it is stored: up to `nextSeq`. */
  async #arrivingOf(runId: string, nextSeq: number, isOurs: boolean): Promise<Arriving> {
    const kept = this.#arriving.get(runId);
    if (kept?.state?.next_seq === nextSeq) return kept;
    const arriving: Arriving = { state: undefined, gathering: new Gathering() };
    if (nextSeq === 0) return arriving;
    for await (const event of readEvents(this.#store, runId)) {
      const changes = arriving.state === undefined || !isOurs ? [] : changesOf(arriving.state, event);
      arriving.state = foldNext(arriving.state, event);
      for (const change of changes) arriving.gathering.add(change);
    }
    return arriving;
  }

  async #alone<Result>(
    runId: string,
    refusal: (runId: string) => PylonError,
    task: () => Promise<Result>,
  ): Promise<Result> {
    const release = this.#journal.hold(runId);
    if (release === undefined) throw refusal(runId);
    try {
      return await task();
    } finally {
      release();
    }
  }
}

/** Only what changes the record; undefined where nothing does. */
function newsIn(record: RunRecord, { experiment, scores = {}, note }: Annotation): Annotation | undefined {
  const before = new Map(Object.entries(record.scores ?? {}));
  const changed = Object.entries(scores).filter(([name, value]) => (before.get(name) ?? null) !== value);
  const news: Annotation = {
    ...(experiment === undefined || experiment === record.experiment ? {} : { experiment }),
    ...(changed.length === 0 ? {} : { scores: Object.fromEntries(changed) }),
    ...(note === undefined || note === (record.note ?? null) ? {} : { note }),
  };
  return Object.keys(news).length === 0 ? undefined : news;
}

/** The snapshot it is opened with; and what only a run that may go on needs goes. */
function overRows(state: RunState): Row[] {
  const { id, status, error } = state;
  if (status === 'running') return [];
  return isInterruption(error)
    ? snapshotRows(state)
    : [del(deathsKey(id)), del(requestKey(id)), ...snapshotRows(state)];
}

/** A trace whose every event is valid may still add up to nonsense. @throws PylonError `trace-invalid` */
export function soundRecord(state: RunState): RunRecord {
  const record = runRecordSchema.safeParse(toRunRecord(state));
  if (record.success) return record.data;
  const [issue] = record.error.issues;
  throw new PylonError('trace-invalid', {
    value: state.id,
    reason: `the events do not add up to a run, ${issue?.path.join('.')}: ${issue?.message}`,
  });
}

function notOver(runId: string): PylonError {
  return new PylonError('request-invalid', { value: runId, reason: 'the run still goes on', next: 'wait for its end' });
}

function markedRecord(state: RunState, origin: Origin | undefined): RunRecord {
  const record = soundRecord(state);
  return origin === undefined ? record : { ...record, origin: origin.key };
}

/** Somebody here writes the run. */
export function goesOnHere(runId: string): PylonError {
  return new PylonError('run-conflict', {
    value: runId,
    reason: 'this run is going on here',
    next: 'wait for its end',
  });
}

function parted({ run_id: value, seq }: TraceEvent): PylonError {
  const reason = `another trace of this run is already in the store, they part at seq ${seq}`;
  return new PylonError('run-conflict', { value, reason });
}
