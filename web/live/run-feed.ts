// One run, kept up with for as long as a view is open: its snapshot, then every event behind it, once and in order, whatever happens to
// the connection. The state is folded in place; who draws it asks the version, or hears what changed.
import { type ReadonlySignal, signal } from '@preact/signals';
import { foldEvent, type RunState } from '../../protocol/fold.ts';
import { decodeSnapshot, type RunSnapshot } from '../../protocol/snapshot.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import type { Listener, LiveMessage, LiveSocket } from './socket.ts';

export interface RunFeedPorts {
  readonly live: LiveSocket;
  /** Rejects with an error that has the HTTP `status`; 0 when nobody answered. */
  readonly snapshot: (runId: string, signal: AbortSignal) => Promise<RunSnapshot>;
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** Sees each event just before it is folded. */
  readonly observe?: (before: RunState, event: TraceEvent) => void;
}

/** The events that were folded, or `all` where the state is a new one. */
export type Change = readonly TraceEvent[] | 'all';

/** `behind`: there is a state, and at the moment nothing comes. `over`: the run is, and everything is there. */
export type FeedPhase = 'loading' | 'live' | 'behind' | 'over' | 'failed';

/** Between two snapshots of a browser that cannot keep up: it needs the time to draw. */
const RESYNCHRONISE_MS = 500;

function isFinal(thrown: unknown): boolean {
  const status = (thrown as { readonly status?: number }).status ?? 0;
  return status >= 400 && status < 500 && status !== 401;
}

export class RunFeed {
  readonly #ports: RunFeedPorts;
  readonly #runId: string;
  readonly #version = signal(0);
  readonly #phase = signal<FeedPhase>('loading');
  readonly #error = signal<Error | undefined>(undefined);
  readonly #changed = new Set<(change: Change) => void>();
  #state: RunState | undefined;
  /** There is a state, and it is what the daemon's store says. */
  #isSound = false;
  /** What we asked the daemon for was granted: events before that are of an earlier question. */
  #isSubscribed = false;
  #loading: AbortController | undefined;
  #cancelLoad: () => void = () => undefined;
  readonly #stop: () => void;

  /** Begins at once. @param runId a whole id */
  constructor(runId: string, ports: RunFeedPorts) {
    this.#runId = runId;
    this.#ports = ports;
    const listener: Listener = {
      hears: ({ run_id }) => run_id === runId,
      onOpen: (isSameDaemon) => this.#begin(isSameDaemon),
      onMessage: (message) => this.#receive(message),
      onCut: () => this.#pause(),
    };
    this.#stop = ports.live.listen(listener);
  }

  /** Undefined until the first of it is there. Changed in place: read it, ask `version` whether it changed. */
  get state(): RunState | undefined {
    return this.#state;
  }

  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  get phase(): ReadonlySignal<FeedPhase> {
    return this.#phase;
  }

  /** Why there is no state, or none that is kept up with. */
  get error(): ReadonlySignal<Error | undefined> {
    return this.#error;
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#changed.add(listener);
    return () => void this.#changed.delete(listener);
  }

  /** Asks again: the run that was over goes on, or was annotated, or what failed may go now. */
  look(): void {
    if (this.#ports.live.contact.peek() === 'open') this.#begin(true);
    else this.#ports.live.nudge();
  }

  close(): void {
    this.#pause();
    this.#ports.live.send({ type: 'unsubscribe', run_id: this.#runId });
    this.#stop();
    this.#changed.clear();
  }

  #pause(): void {
    this.#isSubscribed = false;
    this.#cancelLoad();
    this.#loading?.abort();
    this.#loading = undefined;
    if (this.#phase.peek() === 'live') this.#phase.value = 'behind';
  }

  /** What another daemon told may not be what is stored: a power cut takes the last moments with it. */
  #begin(isSameDaemon: boolean): void {
    this.#pause();
    if (!isSameDaemon) this.#isSound = false;
    if (this.#isSound) this.#subscribe();
    else void this.#load();
  }

  #subscribe(): void {
    this.#isSubscribed = false;
    this.#ports.live.send({ type: 'subscribe', run_id: this.#runId, from_seq: this.#state?.next_seq ?? 0 });
  }

  async #load(): Promise<void> {
    const mine = new AbortController();
    this.#loading = mine;
    try {
      const snapshot = await this.#ports.snapshot(this.#runId, mine.signal);
      if (this.#loading !== mine) return;
      this.#error.value = undefined;
      // One that is shared between browsers may be older than what this one knows: then it knows enough.
      if (!this.#isSound || snapshot.run.next_seq > (this.#state?.next_seq ?? 0)) {
        this.#state = decodeSnapshot(snapshot);
        this.#isSound = true;
        this.#tell('all');
      }
      this.#subscribe();
    } catch (thrown) {
      if (this.#loading !== mine) return;
      this.#fail(thrown instanceof Error ? thrown : new TypeError(String(thrown)), isFinal(thrown));
    } finally {
      if (this.#loading === mine) this.#loading = undefined;
    }
  }

  #fail(error: Error, isFinally: boolean): void {
    this.#error.value = error;
    this.#phase.value = 'failed';
    if (!isFinally) this.#loadLater();
  }

  #loadLater(): void {
    this.#isSubscribed = false;
    this.#cancelLoad();
    this.#cancelLoad = this.#ports.after(RESYNCHRONISE_MS, () => void this.#load());
  }

  #receive(message: LiveMessage): void {
    switch (message.type) {
      case 'subscribed':
        this.#isSubscribed = true;
        this.#error.value = undefined;
        this.#phase.value = 'live';
        break;
      case 'trace_events':
        if (this.#isSubscribed) this.#fold(message.events as readonly TraceEvent[]);
        break;
      case 'resynchronised':
        this.#phase.value = 'behind';
        this.#loadLater();
        break;
      case 'ended':
        if (this.#isSubscribed) this.#phase.value = 'over';
        break;
      case 'error':
        this.#fail(new Error(String((message.error as { message?: unknown }).message)), true);
    }
  }

  #fold(events: readonly TraceEvent[]): void {
    const news: TraceEvent[] = [];
    try {
      for (const event of events) {
        const state = this.#state;
        if (state === undefined || event.seq < state.next_seq) continue;
        if (event.seq === state.next_seq) this.#ports.observe?.(state, event);
        this.#state = foldEvent(state, event);
        news.push(event);
      }
    } catch (thrown) {
      // An event is missing, or is not what it should be: the daemon's own state is the truth.
      this.#isSound = false;
      this.#error.value = thrown as Error;
      this.#phase.value = 'behind';
      this.#loadLater();
    }
    if (news.length > 0) this.#tell(news);
  }

  #tell(change: Change): void {
    this.#version.value++;
    for (const listener of [...this.#changed]) listener(change);
  }
}
