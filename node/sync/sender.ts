// Sends one run to another daemon: the lines of its redacted file, from where the receiver says it stands. Nothing is remembered here: after
// a cut the receiver is asked again, and what it has must be what this trace begins with.
import type { Clock, Random } from '../../conductor/ports.ts';
import { PylonError } from '../../protocol/errors.ts';
import {
  CHAIN_BEGIN,
  chainNext,
  SYNC_CHUNK_BYTES,
  SYNC_HASHES_MAX,
  SYNC_LINES_MAX,
  SYNC_VERSION,
  type SyncHeader,
  type SyncStanding,
} from '../../protocol/sync.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { bodyOf } from './delivery.ts';
import type { Poster } from './post.ts';

/** Without a step forward between them: half a minute in all, less than a daemon holds a file open for. */
const ATTEMPTS_MAX = 8;
/** Below it a request is mostly frame. */
const CHARS_AT_A_TIME_MIN = 4_096;
const WAIT_MS = 250;
const WAIT_MS_MAX = 8_000;

export interface Synced {
  /** How many there are of each, and how many of them were sent now. */
  readonly events: number;
  readonly payloads: number;
  readonly eventsSent: number;
  readonly payloadsSent: number;
  /** The run is in the history there. */
  readonly complete: boolean;
}

export interface SenderOptions {
  readonly poster: Pick<Poster, 'post'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly random: Pick<Random, 'fraction'>;
}

interface Line {
  readonly text: string;
  /** Of all events before this one. */
  readonly chain: string;
}

/** Characters are at least as many bytes. */
const isFull = (lines: readonly { readonly text: string }[], chars: number, linesMax: number) =>
  chars >= SYNC_CHUNK_BYTES || lines.length >= linesMax;

export class Sender {
  readonly #options: SenderOptions;
  readonly #runId: string;
  #standing: SyncStanding;
  /** Of the events that were read. */
  #seq = 0;
  #chain = CHAIN_BEGIN;
  #batch: Line[] = [];
  #chars = 0;
  /** Halved by each cut: on a bad line a large request never arrives. */
  #charsAtATime = SYNC_CHUNK_BYTES;
  #payloads: { hash: string; text: string }[] = [];
  #counts = { payloads: 0, eventsSent: 0, payloadsSent: 0 };

  private constructor(options: SenderOptions, runId: string) {
    this.#options = options;
    this.#runId = runId;
    this.#standing = { run: runId, next_seq: 0, chain: CHAIN_BEGIN, complete: false, lacks: [] };
  }

  /**
   * @param lines of the run's redacted file, without their ends: events in order, then payloads
   * @throws PylonError `sync-*` | `run-conflict` when the receiver has another trace of this run | what the receiver refused it with
   */
  static async send(options: SenderOptions, runId: string, lines: AsyncIterable<string>): Promise<Synced> {
    const sender = new Sender(options, runId);
    await sender.#ask([]);
    for await (const line of lines) await sender.#take(line);
    return sender.#end();
  }

  async #take(text: string): Promise<void> {
    const [, hash] = /^\{"sha256":"([0-9a-f]{64})"/.exec(text) ?? [];
    if (hash !== undefined) {
      await this.#sendEvents();
      this.#counts.payloads++;
      this.#payloads.push({ hash, text });
      this.#chars += text.length;
      if (isFull(this.#payloads, this.#chars, SYNC_HASHES_MAX)) await this.#sendPayloads();
      return;
    }
    if (this.#seq === this.#standing.next_seq) this.#compare(this.#chain);
    if (this.#seq >= this.#standing.next_seq) {
      this.#batch.push({ text, chain: this.#chain });
      this.#chars += text.length;
    }
    this.#chain = chainNext(this.#chain, JSON.parse(text) as TraceEvent);
    this.#seq++;
    if (isFull(this.#batch, this.#chars, SYNC_LINES_MAX)) await this.#sendEvents();
  }

  async #end(): Promise<Synced> {
    await this.#sendEvents();
    if (this.#standing.next_seq !== this.#seq) throw this.#parted();
    this.#compare(this.#chain);
    await this.#sendPayloads();
    return { events: this.#seq, ...this.#counts, complete: this.#standing.complete };
  }

  async #sendEvents(): Promise<void> {
    for (let attempts = 0; this.#batch.length > 0; ) {
      const before = this.#standing.next_seq;
      const [first] = this.#batch;
      const texts = this.#batch.map(({ text }) => text);
      const wasCut = await this.#exchange(first!.chain, [], this.#within(texts));
      const come = this.#standing.next_seq - before;
      if (come < 0 || come > this.#batch.length) throw this.#parted();
      this.#compare(this.#batch[come]?.chain ?? this.#chain);
      this.#batch = this.#batch.slice(come);
      this.#counts.eventsSent += come;
      attempts = this.#counted(attempts, come > 0, wasCut);
    }
    if (this.#payloads.length === 0) this.#chars = 0;
  }

  async #sendPayloads(): Promise<void> {
    const hashes = this.#payloads.map(({ hash }) => hash);
    if (hashes.length > 0) await this.#ask(hashes);
    for (let attempts = 0; ; ) {
      const { lacks } = this.#standing;
      const lacking = new Set(lacks);
      const texts = this.#payloads.filter(({ hash }) => lacking.has(hash)).map(({ text }) => text);
      if (texts.length === 0) break;
      const wasCut = await this.#exchange(this.#chain, hashes, this.#within(texts));
      const come = lacks.length - this.#standing.lacks.length;
      this.#counts.payloadsSent += come;
      attempts = this.#counted(attempts, come > 0, wasCut);
    }
    this.#payloads = [];
    this.#chars = 0;
  }

  /** As many as go at a time over this line; at least one. */
  #within(texts: readonly string[]): readonly string[] {
    let chars = 0;
    const end = texts.findIndex((text) => {
      chars += text.length;
      return chars > this.#charsAtATime;
    });
    return end < 0 ? texts : texts.slice(0, Math.max(1, end));
  }

  /** @returns attempts without a step forward. @throws PylonError when they are too many */
  #counted(attempts: number, isForward: boolean, wasCut: boolean): number {
    this.#charsAtATime = wasCut
      ? Math.max(CHARS_AT_A_TIME_MIN, this.#charsAtATime / 2)
      : Math.min(SYNC_CHUNK_BYTES, this.#charsAtATime * 2);
    if (isForward) return 0;
    if (attempts + 1 < ATTEMPTS_MAX) return attempts + 1;
    if (wasCut)
      throw new PylonError('sync-unreachable', { value: this.#runId, reason: 'the line is cut again and again' });
    throw new PylonError('sync-refused', { value: this.#runId, reason: 'the daemon there answers and takes nothing' });
  }

  #ask(offers: readonly string[]): Promise<boolean> {
    return this.#exchange(this.#standing.chain, offers, []);
  }

  /** Sends it, or learns where the receiver stands when it cannot be known whether it came. @returns whether the line was cut */
  async #exchange(prefix: string, offers: readonly string[], lines: readonly string[]): Promise<boolean> {
    const { poster, clock, random } = this.#options;
    const header: Omit<SyncHeader, 'from_seq'> = { v: SYNC_VERSION, run: this.#runId, prefix, offers: [...offers] };
    let sent = lines;
    for (let attempt = 1; ; attempt++) {
      try {
        this.#standing = await poster.post(bodyOf({ ...header, from_seq: this.#standing.next_seq }, sent));
        return attempt > 1;
      } catch (thrown) {
        if (!(thrown instanceof PylonError) || thrown.code !== 'sync-unreachable' || attempt >= ATTEMPTS_MAX)
          throw thrown;
      }
      sent = []; // it may have come: first ask
      const delayMs = Math.min(WAIT_MS_MAX, WAIT_MS * 2 ** (attempt - 1)) * (0.5 + random.fraction() / 2);
      await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    }
  }

  #compare(chain: string): void {
    if (chain !== this.#standing.chain) throw this.#parted();
  }

  #parted(): PylonError {
    return new PylonError('run-conflict', {
      value: this.#runId,
      reason: 'what the daemon there has of this run is not what would be sent',
      next: 'sync it with the --redact it was first synced with, or delete it there',
    });
  }
}
