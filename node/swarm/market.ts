// The market over Nostr: who offers (31990), asking one of them (5940), and what comes back (6940, 7000).
// One subscription hears all answers; each is bound to its request by event id and provider before its
// signature is looked at, and by what stands inside the seal after it.
import type { Ask, AskOptions, Clock, Market, MarketReply } from '../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { encodeReveal, isReveal, revealEvent } from '../../protocol/escrow.ts';
import { type EventTemplate, type NostrEvent, tagValue, type VerifiedEvent } from '../../protocol/event.ts';
import { parseFeedback } from '../../protocol/feedback.ts';
import { type Offer, VALIDATOR_HANDLER_ID } from '../../protocol/handler.ts';
import { encodeJobBody, encodeJobRequest, type JobEnvelope, parseJobResult } from '../../protocol/job.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { KIND_CHUNK_RESULT, KIND_FEEDBACK } from '../../protocol/kinds.ts';
import { FUTURE_SECONDS_MAX } from '../../protocol/limits.ts';
import { msat } from '../../protocol/money.ts';
import { encodeOpenJobRequest } from '../../protocol/open-job.ts';
import { isInvoiceRequest } from '../../protocol/payment.ts';
import { sealedChars } from '../../protocol/seal.ts';
import { tooLarge } from '../pool/publication.ts';
import type { RelayPool } from '../pool/relay-pool.ts';
import { RecentIds } from '../relay/recent-ids.ts';
import type { EscrowDesk } from '../wallet/ahead/payments-ahead.ts';
import { CancelBatch } from './cancel-batch.ts';
import { InvoiceDesk, type InvoiceWish } from './invoice-desk.ts';
import { Offers, offerFilters } from './offers.ts';
import { PendingJob } from './pending-job.ts';
import { escrowDemand, paymentRequired, providerError } from './provider-error.ts';
import { WithdrawnJobs } from './withdrawn-jobs.ts';

/**
 * A message that belongs to no open job: `late` (its job was answered, given up or cancelled), `unknown` (never asked here),
 * `misaddressed` (not by the provider asked). Seen before its signature was checked: count it, believe nothing of it.
 */
export type StrayKind = 'late' | 'unknown' | 'misaddressed';

export interface SwarmMarketOptions {
  readonly pool: RelayPool;
  readonly keys: KeyPair;
  readonly clock: Clock;
  /** Asks in the open, readable by everybody: `--public`. */
  readonly public?: boolean;
  readonly onStray?: (kind: StrayKind, detail: { requestId: string; pubkey: string; kind: number }) => void;
  /** The offers may have changed. */
  readonly onOffers?: () => void;
  readonly log?: (line: string) => void;
}

/** Request ids whose late answers are told from unknown ones. */
const FINISHED_IDS_MAX = 20_000;
/** A sealed request's tags, signature and frame, without the relays it names. */
const REQUEST_FRAME_BYTES = 700;

export class SwarmMarket implements Market {
  /** How many messages belonged to no open job. */
  readonly strays: Record<StrayKind, number> = { late: 0, unknown: 0, misaddressed: 0 };
  readonly #options: SwarmMarketOptions;
  readonly #offers: Offers;
  readonly #validators: Offers;
  readonly #cancels: CancelBatch;
  readonly #withdrawn: WithdrawnJobs;
  readonly #desk: InvoiceDesk;
  readonly #pending = new Map<string, PendingJob>();
  readonly #finished = new RecentIds(FINISHED_IDS_MAX);
  readonly #subscriptions: { close(): void }[];
  readonly #surveyed = new Set<string>();
  readonly #surveyWaiters = new Set<() => void>();
  #relayChars: number;

  constructor(options: SwarmMarketOptions) {
    this.#options = options;
    const { pool, keys, clock } = options;
    this.#offers = new Offers(clock);
    this.#validators = new Offers(clock, VALIDATOR_HANDLER_ID);
    this.#withdrawn = new WithdrawnJobs(clock, keys);
    this.#desk = new InvoiceDesk({ pool, keys, clock, onSettled: (requestId) => this.#finished.add(requestId) });
    this.#cancels = new CancelBatch({ pool, keys, clock, log: options.log ?? (() => undefined) });
    this.#relayChars = JSON.stringify(pool.urls).length;
    const nowSeconds = Math.floor(clock.now() / 1_000);
    this.#subscriptions = [
      pool.subscribe(offerFilters(nowSeconds), {
        onEvent: (event) => {
          if (this.#offers.take(event)) options.onOffers?.();
          this.#validators.take(event);
        },
        onEose: (url) => {
          this.#surveyed.add(url);
          for (const check of this.#surveyWaiters) check();
        },
      }),
      pool.subscribe(
        [{ kinds: [KIND_CHUNK_RESULT, KIND_FEEDBACK], '#p': [keys.publicKey], since: nowSeconds - FUTURE_SECONDS_MAX }],
        { wants: (event) => this.#wants(event), onEvent: (event) => this.#hear(event) },
      ),
    ];
  }

  /** Settles when every relay that is open has told its stored offers, or after `timeoutMs`. */
  surveyed(timeoutMs = 2_000): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#surveyWaiters.delete(check);
        cancel();
        resolve();
      };
      const check = () => {
        const open = this.#options.pool.relays().filter(({ status }) => status === 'open');
        if (open.length > 0 && open.every(({ url }) => this.#surveyed.has(url))) done();
      };
      const cancel = this.#options.clock.after(timeoutMs, done);
      this.#surveyWaiters.add(check);
      check();
    });
  }

  offers(): readonly Offer[] {
    return this.#offers.current();
  }

  validators(): readonly Offer[] {
    return this.#validators.current();
  }

  async ask(ask: Ask, { signal, onSignOfLife, onEscrow, onLateCost }: AskOptions): Promise<MarketReply> {
    if (signal.aborted) throw cancelled(signal);
    const { pool, keys, clock } = this.#options;
    const event = keys.sign(this.#template(ask));
    const job = new PendingJob(
      {
        requestId: event.id,
        provider: ask.offer.provider,
        signal,
        clock,
        expiresAtMs: ask.expiresAtMs,
        onSignOfLife,
        ...(ask.request.escrow === undefined || onEscrow === undefined ? {} : { onEscrow }),
        onSettled: (outcome) => {
          this.#settled(event.id, ask.offer.provider, outcome);
          if (outcome === 'aborted' && onLateCost !== undefined)
            this.#withdrawn.add(event.id, ask.offer.provider, onLateCost);
        },
      },
      () => cancelled(signal),
    );
    this.#pending.set(event.id, job);
    pool.publish(event, { untilMs: ask.expiresAtMs }).catch((thrown) => job.fail(thrown));
    return job.reply;
  }

  /** True while the provider's offer is in force. */
  reaches(provider: string): boolean {
    return [...this.offers(), ...this.validators()].some((offer) => offer.provider === provider);
  }

  /** Asks a provider for its invoice, which is unchecked. @throws PylonError `invoice-*` | `seal-invalid` | `relay-*` */
  requestInvoice(wish: InvoiceWish): Promise<string> {
    return this.#desk.request(wish);
  }

  /** Reveals the preimage on which money waits. Resolves when a relay has it. @throws PylonError `relay-*` */
  async reveal({ provider, requestId, preimage, untilMs }: Parameters<EscrowDesk['reveal']>[0]): Promise<void> {
    const { pool, keys, clock } = this.#options;
    const sealed = keys.sealFor(provider, encodeReveal(requestId, preimage));
    const times = { createdAt: Math.floor(clock.now() / 1_000), expiresAt: Math.ceil(untilMs / 1_000) };
    await pool.publish(keys.sign(revealEvent(sealed, { provider, requestId, ...times })), { untilMs });
  }

  /** Tells a provider that a request is void, also one that was answered. */
  withdraw(requestId: string, provider: string): void {
    this.#cancels.add(requestId, provider);
  }

  /** Withdraws what is in flight and hears no more. */
  async close(): Promise<void> {
    for (const job of this.#pending.values())
      job.fail(new PylonError('job-cancelled', { reason: 'the market was closed' }));
    for (const subscription of this.#subscriptions) subscription.close();
    this.#withdrawn.close();
    this.#desk.close();
    await this.#cancels.flush();
  }

  /** Sealed unless asked otherwise; if sealing fails this throws, and nothing is published. */
  #template({ request, offer, bidMsat, expiresAtMs }: Ask): EventTemplate {
    const { pool, keys, clock } = this.#options;
    const envelope: JobEnvelope = {
      provider: offer.provider,
      bidMsat,
      relays: pool.urls,
      createdAt: Math.floor(clock.now() / 1_000),
      expiresAt: Math.ceil(expiresAtMs / 1_000),
    };
    const body = encodeJobBody(request);
    const bytes = Buffer.byteLength(body);
    if (bytes > offer.max_input_bytes)
      throw new PylonError('job-too-large', {
        value: `${bytes} bytes`,
        reason: `the provider takes ${offer.max_input_bytes}`,
      });
    if (this.#options.public === true) return encodeOpenJobRequest(request, envelope);
    const frameBytes = sealedChars(bytes) + REQUEST_FRAME_BYTES + this.#relayChars;
    if (frameBytes > pool.messageBytesMax()) throw tooLarge(frameBytes, pool.messageBytesMax());
    return encodeJobRequest(keys.sealFor(offer.provider, body), envelope);
  }

  #settled(requestId: string, provider: string, outcome: 'answered' | 'failed' | 'aborted'): void {
    this.#pending.delete(requestId);
    this.#finished.add(requestId);
    if (outcome !== 'aborted') return;
    this.#options.pool.withdraw(requestId);
    this.#cancels.add(requestId, provider);
  }

  /** Bound by request id and provider, before the signature. */
  #wants(event: NostrEvent): boolean {
    const requestId = tagValue(event, 'e') ?? '';
    const job = this.#pending.get(requestId);
    if (job !== undefined && job.provider === event.pubkey) return true;
    if (this.#withdrawn.concerns(requestId, event.pubkey) || this.#desk.concerns(requestId, event.pubkey)) return true;
    // Not for the customer that we are here, but for the provider we may be.
    if (isInvoiceRequest(event) || isReveal(event)) return false;
    const isAsked = job !== undefined || this.#desk.has(requestId);
    const kind = isAsked ? 'misaddressed' : this.#finished.has(requestId) ? 'late' : 'unknown';
    this.strays[kind] += 1;
    this.#options.onStray?.(kind, { requestId: requestId.slice(0, 64), pubkey: event.pubkey, kind: event.kind });
    return false;
  }

  #hear(event: VerifiedEvent): void {
    const requestId = tagValue(event, 'e') ?? '';
    const job = this.#pending.get(requestId);
    try {
      if (this.#desk.concerns(requestId, event.pubkey)) this.#desk.hear(event);
      else if (job === undefined) this.#withdrawn.hear(event);
      else if (event.kind === KIND_CHUNK_RESULT) job.answer(this.#read(event, job));
      else this.#heed(event, job);
    } catch (thrown) {
      // The provider asked has signed it: there will be no better answer.
      if (job !== undefined) job.fail(thrown);
      else this.#options.log?.(`what a withdrawn job had cost cannot be read: ${toPylonError(thrown).message}`);
    }
  }

  #read(event: VerifiedEvent, job: PendingJob): MarketReply {
    const isSealed = event.tags.some(([name]) => name === 'encrypted');
    if (!isSealed && this.#options.public !== true)
      throw new PylonError('result-invalid', { reason: 'the result of a sealed job is not sealed' });
    const body = isSealed ? this.#options.keys.openFrom(job.provider, event.content) : event.content;
    const amount = tagValue(event, 'amount') ?? '0';
    return {
      requestId: job.requestId,
      provider: event.pubkey,
      result: parseJobResult(body),
      amountMsat: msat(/^\d{1,15}$/.test(amount) ? Number(amount) : 0),
    };
  }

  #heed(event: VerifiedEvent, job: PendingJob): void {
    const feedback = parseFeedback(event);
    if (feedback === undefined) return;
    if (feedback.status === 'error') job.fail(providerError(event, feedback.extra, this.#options.keys));
    else if (feedback.status === 'payment-required') this.#pay(event, feedback.extra, job);
    else job.onSignOfLife();
  }

  /** What is asked for in escrow is paid while the job goes on; anything else ends it. */
  #pay(event: VerifiedEvent, extra: string, job: PendingJob): void {
    const { keys } = this.#options;
    const invoice = escrowDemand(event, keys);
    if (invoice === undefined || !job.askEscrow(invoice)) job.fail(paymentRequired(event, extra, keys));
  }
}

function cancelled(signal: AbortSignal): PylonError {
  return new PylonError('job-cancelled', { cause: signal.reason });
}
