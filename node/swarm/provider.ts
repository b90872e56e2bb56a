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
import type { Announcement, HandlerId } from '../../protocol/handler.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { KIND_CHUNK_REQUEST, KIND_DELETION, KIND_TEXT_REQUEST } from '../../protocol/kinds.ts';
import type { PaymentDemand } from '../../protocol/payment.ts';
import type { RelayPool } from '../pool/relay-pool.ts';
import { type ActiveJob, ActiveJobs, type ProviderLimits } from './active-jobs.ts';
import { Admission } from './admission.ts';
import { Announcer } from './announcer.ts';
import { Answers, GRACE_SECONDS } from './answers.ts';
import type { Billing } from './billing/port.ts';
import { Cancels } from './cancels.ts';
import { InvoiceCounter } from './invoice-counter.ts';
import { answerOf, demandFor, refusalOf } from './job-answer.ts';
import { checkEnvelope, readWork, voidAtOf } from './job-intake.ts';
import { JOB_RECORDS_MAX, type JobRecords } from './job-records.ts';
import { signaturesServed } from './job-work.ts';
import { newStats } from './provider-stats.ts';
import { showLife } from './signs-of-life.ts';

export interface ProviderOptions {
  readonly keys: KeyPair;
  readonly pool: RelayPool;
  readonly backend: Backend;
  /** For bare prompts and text generation; without one the backend's Extractor reads them. */
  readonly model?: LanguageModel;
  readonly announcement: Announcement;
  /** As what it announces itself; a provider unless told. What it can do is its backend's to say. */
  readonly handlerId?: HandlerId;
  readonly clock: Clock;
  readonly random: Random;
  readonly records: JobRecords;
  readonly limits: ProviderLimits;
  /** Also takes open jobs that name no provider. Costs the traffic of every job on the relay; false unless told. */
  readonly takesOpenJobs?: boolean;
  /** Started and stopped with the provider. Without it the provider works for whoever asks, and nobody owes it anything. */
  readonly billing?: Billing;
  readonly log?: (line: string) => void;
}

/** How far back requests are looked for at the start: those a killed predecessor may have left. */
const LOOKBACK_SECONDS = 300;
const PRUNE_MS = 60_000;
/** How long a model may take over its last answers when the process ends. */
const STOP_MS = 30_000;

export class Provider {
  readonly stats = newStats();
  readonly #options: ProviderOptions;
  readonly #log: (line: string) => void;
  readonly #queue: PQueue;
  readonly #active: ActiveJobs;
  readonly #announcer: Announcer;
  readonly #cancels: Cancels;
  readonly #gate: Admission;
  readonly #answers: Answers;
  readonly #counter: InvoiceCounter | undefined;
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
    const { announcement, billing, keys, pool } = options;
    this.#cancels = new Cancels(keys.publicKey, this.#active);
    const nowSeconds = () => this.#nowSeconds;
    const common = { keys, pool, answers: this.#answers, nowSeconds, log: this.#log };
    this.#gate = new Admission({
      ...common,
      billing,
      active: this.#active,
      onCovered: (job) => this.#begin(job),
      onDemand: (job, demand) => this.#demand(job, demand),
      onRefused: (job, thrown) => this.#refuse(job.work.request, thrown),
    });
    const signatures = signaturesServed(options.handlerId);
    const current = () => ({ signatures, ...announcement, ...billing?.terms });
    this.#announcer = new Announcer({ ...options, announcement: current, log: this.#log });
    if (billing !== undefined) this.#counter = new InvoiceCounter({ ...common, billing });
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
    const { records, pool, billing } = this.#options;
    this.#prune();
    const [left] = await Promise.all([records.left(), billing?.start()]);
    for (const answer of left.answers) this.#answers.republish(answer);
    for (const request of left.requests) this.#takeUp(request);
    const since = this.#nowSeconds - LOOKBACK_SECONDS;
    this.#counter?.open(since);
    this.#gate.open(since);
    this.#subscription = pool.subscribe(this.#filters(since), {
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
        void this.#options.billing?.stop();
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
    this.#counter?.close();
    this.#cancelPrune();
    const withdrawn = this.#announcer.stop();
    await this.#gate.settled();
    await this.#queue.onIdle();
    await this.#answers.settled();
    await this.#options.billing?.stop();
    this.#gate.close();
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
    if (event.kind === KIND_DELETION) return this.#cancels.concerns(event) || this.#gate.concerns(event);
    const provider = tagValue(event, 'p');
    if (provider !== undefined && provider !== keys.publicKey) return false;
    if (provider === undefined && event.tags.some(([name]) => name === 'encrypted')) return false;
    return records.state(event.id) !== 'accepted';
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
    if (isStale || records.size >= JOB_RECORDS_MAX || this.#cancels.overtook(request)) {
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
    const { announcement, keys, clock } = this.#options;
    const work = readWork(request, announcement, keys);
    this.#gate.admit(this.#active.add(work, showLife(request, clock, this.#answers)));
  }

  #begin(job: ActiveJob): void {
    const { request } = job.work;
    this.#options.records.accept(request, this.#answers.rememberUntil(request));
    void this.#queue.add(() => this.#run(job));
  }

  #demand({ work: { request } }: ActiveJob, demand: PaymentDemand): void {
    this.stats.unpaid += 1;
    this.#conclude(request, demandFor(request, demand, this.#options.keys, this.#nowSeconds));
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
      this.#conclude(request, answer, this.#gate.claim(job));
    } catch (thrown) {
      if (job.controller.signal.aborted) {
        this.#tellCost(request, thrown);
        return;
      }
      this.stats.failed += 1;
      this.#gate.giveBack(job);
      this.#log(`job ${request.id} failed: ${toPylonError(thrown).message}`);
      this.#conclude(request, this.#refusal(request, thrown));
    }
  }

  /** @param claimed what must be durable before the answer is anybody's */
  #conclude(request: VerifiedEvent, answer: EventTemplate, claimed?: Promise<void>): void {
    this.#active.remove(request.id);
    this.#answers.conclude(request, answer, claimed);
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

  #cancel(event: VerifiedEvent): void {
    this.#gate.withdraw(event);
    for (const job of this.#cancels.jobsOf(event)) {
      this.stats.cancelled += 1;
      job.controller.abort(new PylonError('job-cancelled'));
      this.#active.remove(job.id);
      this.#answers.dismiss(job.work.request);
    }
  }

  /** A cancelled job gets no answer, but its customer hears of the calls that were made for it. */
  #tellCost(request: VerifiedEvent, thrown: unknown): void {
    if (!(thrown instanceof PredictionFailed) || thrown.usage.calls === 0) return;
    const last = new PredictionFailed(new PylonError('job-cancelled'), thrown.usage, thrown.repairs);
    void this.#answers.tell(this.#refusal(request, last), voidAtOf(request));
  }

  #prune(): void {
    this.#options.records.prune(this.#nowSeconds);
    this.#cancelPrune = this.#options.clock.after(PRUNE_MS, () => this.#prune());
  }
}
