// A provider: announces itself, takes requests, does the work within its limits, and answers each request exactly
// once, also when it sees it twice, is cut off, or starts again.
import PQueue from 'p-queue';
import { type Backend, type Clock, type LanguageModel, PredictionFailed, type Random } from '../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import {
  type EventTemplate,
  type NostrEvent,
  tagValue,
  type VerifiedEvent,
  verifyEvent,
} from '../../protocol/event.ts';
import type { FilterJson } from '../../protocol/filter.ts';
import type { Announcement } from '../../protocol/handler.ts';
import { encodeFeedback } from '../../protocol/job.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { KIND_CHUNK_REQUEST, KIND_DELETION, KIND_TEXT_REQUEST } from '../../protocol/kinds.ts';
import { PROCESSING_AFTER_MS, PROCESSING_EVERY_MS } from '../../protocol/limits.ts';
import { RecentIds } from '../relay/recent-ids.ts';
import { type ActiveJob, ActiveJobs, type ProviderLimits } from './active-jobs.ts';
import { Announcer } from './announcer.ts';
import { Answers, GRACE_SECONDS } from './answers.ts';
import { answerOf, refusalOf } from './job-answer.ts';
import { checkEnvelope, readWork, voidAtOf } from './job-intake.ts';
import { JOB_RECORDS_MAX, type JobRecords } from './job-records.ts';
import type { RelayPool } from './relay-pool.ts';

export interface ProviderOptions {
  readonly keys: KeyPair;
  readonly pool: RelayPool;
  readonly backend: Backend;
  /** For bare prompts and text generation; without one the backend's Extractor reads them. */
  readonly model?: LanguageModel;
  readonly announcement: Announcement;
  readonly clock: Clock;
  readonly random: Random;
  readonly records: JobRecords;
  readonly limits: ProviderLimits;
  /** Also takes open jobs that name no provider. Costs the traffic of every job on the relay; false unless told. */
  readonly takesOpenJobs?: boolean;
  readonly log?: (line: string) => void;
}

export interface ProviderStats {
  /** Results signed. */
  done: number;
  /** Requests answered with an error. */
  refused: number;
  failed: number;
  cancelled: number;
  /** Requests seen again. */
  repeated: number;
  /** Requests void for long, or beyond what can be remembered: not answered at all. */
  ignored: number;
}

/** How far back requests are looked for at the start: those a killed predecessor may have left. */
const LOOKBACK_SECONDS = 300;
const PRUNE_MS = 60_000;
const CANCELS_MAX = 10_000;
/** How long a model may take over its last answers when the process ends. */
const STOP_MS = 30_000;

export class Provider {
  readonly stats: ProviderStats = { done: 0, refused: 0, failed: 0, cancelled: 0, repeated: 0, ignored: 0 };
  readonly #options: ProviderOptions;
  readonly #log: (line: string) => void;
  readonly #queue: PQueue;
  readonly #active: ActiveJobs;
  readonly #announcer: Announcer;
  /** `id:author` of cancels that came before or without their request. */
  readonly #cancelled = new RecentIds(CANCELS_MAX);
  readonly #answers: Answers;
  #subscription: { close(): void } | undefined;
  #cancelPrune: () => void = () => undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: ProviderOptions) {
    this.#options = options;
    this.#log = options.log ?? (() => undefined);
    const { concurrency } = options.announcement;
    this.#queue = new PQueue({ concurrency });
    this.#active = new ActiveJobs(options.limits, concurrency);
    this.#answers = new Answers({ ...options, log: this.#log });
    this.#announcer = new Announcer({ ...options, log: this.#log });
  }

  /** Jobs waiting and running. */
  get jobsActive(): number {
    return this.#active.size;
  }

  /**
   * Takes up what a predecessor left, listens, and announces itself. The announcement is tried again by itself when it
   * does not get through at first.
   */
  async start(): Promise<void> {
    const { records, pool, clock } = this.#options;
    this.#prune();
    const left = await records.left();
    for (const answer of left.answers) this.#answers.republish(answer);
    for (const request of left.requests) this.#takeUp(request);
    this.#subscription = pool.subscribe(this.#filters(Math.floor(clock.now() / 1_000) - LOOKBACK_SECONDS), {
      wants: (event) => this.#wants(event),
      onEvent: (event) => (event.kind === KIND_DELETION ? this.#cancel(event) : this.#receive(event)),
    });
    await this.#announcer.start().catch((thrown) => this.#log(`not announced yet: ${toPylonError(thrown).message}`));
  }

  /**
   * Takes no new jobs, finishes those in flight, publishes their answers, withdraws the announcement. What is not done
   * after `timeoutMs` is left to the records and the next start. Safe to call twice.
   */
  stop(timeoutMs = STOP_MS): Promise<void> {
    this.#stopping ??= new Promise((resolve) => {
      const cancel = this.#options.clock.after(timeoutMs, () => {
        this.#log(`stopped with ${this.#active.size} jobs and ${this.#answers.underWay} messages unfinished`);
        for (const job of this.#active.values()) {
          job.cancelProcessing();
          job.controller.abort(new PylonError('interrupted'));
        }
        resolve();
      });
      void this.#windDown().then(() => {
        cancel();
        resolve();
      });
    });
    return this.#stopping;
  }

  async #windDown(): Promise<void> {
    this.#subscription?.close();
    this.#cancelPrune();
    const withdrawn = this.#announcer.stop();
    await this.#queue.onIdle();
    await this.#answers.settled();
    await withdrawn;
  }

  #filters(since: number): FilterJson[] {
    const kinds = [KIND_CHUNK_REQUEST, KIND_TEXT_REQUEST];
    const cancels: FilterJson = { kinds: [KIND_DELETION], '#k': kinds.map(String), since };
    const mine: FilterJson = { kinds, '#p': [this.#options.keys.publicKey], since };
    return this.#options.takesOpenJobs === true ? [{ kinds, since }, cancels] : [mine, cancels];
  }

  get #nowSeconds(): number {
    return Math.floor(this.#options.clock.now() / 1_000);
  }

  /** Before the signature: is it for us, and is it news? */
  #wants(event: NostrEvent): boolean {
    const { keys, records } = this.#options;
    if (event.kind === KIND_DELETION) return this.#concerns(event);
    const provider = tagValue(event, 'p');
    if (provider !== undefined && provider !== keys.publicKey) return false;
    if (provider === undefined && event.tags.some(([name]) => name === 'encrypted')) return false;
    return records.state(event.id) !== 'accepted';
  }

  /** A cancel of a job we have, or one that names us: it may have overtaken its request. */
  #concerns(cancel: NostrEvent): boolean {
    const me = this.#options.keys.publicKey;
    return cancel.tags.some(
      ([name, value = '']) =>
        (name === 'p' && value === me) || (name === 'e' && this.#active.get(value)?.customer === cancel.pubkey),
    );
  }

  #receive(request: VerifiedEvent): void {
    const { records, announcement } = this.#options;
    const state = records.state(request.id);
    if (state !== undefined) {
      this.stats.repeated += 1;
      if (state === 'answered') this.#answers.again(request.id);
      return;
    }
    const isStale = voidAtOf(request) + GRACE_SECONDS <= this.#nowSeconds;
    if (isStale || records.size >= JOB_RECORDS_MAX || this.#cancelled.has(`${request.id}:${request.pubkey}`)) {
      this.stats.ignored += 1;
      return;
    }
    try {
      checkEnvelope(request, announcement, this.#nowSeconds);
      this.#active.checkRoom(request.pubkey);
      this.#accept(request);
    } catch (thrown) {
      this.#refuse(request, thrown);
    }
  }

  /** @throws PylonError when the request cannot be read or bids too little */
  #accept(request: VerifiedEvent): void {
    const { announcement, keys, records } = this.#options;
    const work = readWork(request, announcement, keys);
    const job = this.#active.add(work, this.#showLife(request));
    records.accept(request, this.#answers.rememberUntil(request));
    void this.#queue.add(() => this.#run(job));
  }

  /** A request that a predecessor accepted and did not answer. */
  #takeUp(stored: NostrEvent): void {
    const request = verifyEvent(stored);
    if (request === undefined) return;
    try {
      checkEnvelope(request, this.#options.announcement, this.#nowSeconds);
      this.#accept(request);
    } catch (thrown) {
      this.#refuse(request, thrown);
    }
  }

  async #run(job: ActiveJob): Promise<void> {
    if (job.controller.signal.aborted) return;
    const { request } = job.work;
    const { keys, backend, model } = this.#options;
    const workshop = model === undefined ? { backend } : { backend, model };
    try {
      const answer = await answerOf(job.work, workshop, keys, job.controller.signal, () => this.#nowSeconds);
      if (job.controller.signal.aborted) return;
      this.stats.done += 1;
      this.#conclude(request, answer);
    } catch (thrown) {
      if (job.controller.signal.aborted) {
        this.#tellCost(request, thrown);
        return;
      }
      this.stats.failed += 1;
      this.#log(`job ${request.id} failed: ${toPylonError(thrown).message}`);
      this.#conclude(request, this.#refusal(request, thrown));
    }
  }

  #conclude(request: VerifiedEvent, answer: EventTemplate): void {
    this.#active.remove(request.id);
    this.#answers.conclude(request, answer);
  }

  #refuse(request: VerifiedEvent, thrown: unknown): void {
    this.stats.refused += 1;
    this.#conclude(request, this.#refusal(request, thrown));
  }

  #refusal(request: VerifiedEvent, thrown: unknown): EventTemplate {
    const now = this.#nowSeconds;
    // A relay takes no expired event: what answers a void request lives as long as we remember it.
    return refusalOf(request, thrown, this.#options.keys, now, Math.max(voidAtOf(request), now + GRACE_SECONDS));
  }

  /** Kind 5 by the author of the request; everybody else's is ignored. */
  #cancel(event: VerifiedEvent): void {
    for (const [name, id] of event.tags) {
      if (name !== 'e' || id === undefined) continue;
      const job = this.#active.get(id);
      if (job === undefined) {
        this.#cancelled.add(`${id}:${event.pubkey}`);
        continue;
      }
      if (job.customer !== event.pubkey || job.controller.signal.aborted) continue;
      this.stats.cancelled += 1;
      job.controller.abort(new PylonError('job-cancelled'));
      this.#active.remove(id);
      this.#answers.dismiss(job.work.request);
    }
  }

  /** A cancelled job gets no answer, but its customer hears of the calls that were made for it. */
  #tellCost(request: VerifiedEvent, thrown: unknown): void {
    if (!(thrown instanceof PredictionFailed) || thrown.usage.calls === 0) return;
    const last = new PredictionFailed(new PylonError('job-cancelled'), thrown.usage, thrown.repairs);
    void this.#answers.tell(this.#refusal(request, last), voidAtOf(request));
  }

  /** Says that the work goes on, so that nobody takes it for dead. Returns what stops it. */
  #showLife(request: VerifiedEvent): () => void {
    const { clock } = this.#options;
    const voidAt = voidAtOf(request);
    let cancel: () => void;
    let isUnderWay = false;
    const tell = async () => {
      if (this.#nowSeconds >= voidAt) return;
      cancel = clock.after(PROCESSING_EVERY_MS, tell);
      if (isUnderWay) return; // while no relay is there, one message waits for it, not one more every few seconds
      isUnderWay = true;
      await this.#answers.tell(encodeFeedback(request, 'processing', '', this.#nowSeconds, voidAt), voidAt);
      isUnderWay = false;
    };
    cancel = clock.after(PROCESSING_AFTER_MS, tell);
    return () => cancel();
  }

  #prune(): void {
    this.#options.records.prune(this.#nowSeconds);
    this.#cancelPrune = this.#options.clock.after(PRUNE_MS, () => this.#prune());
  }
}
